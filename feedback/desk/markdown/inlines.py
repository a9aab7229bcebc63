"""Places for the text within a block: the inline parser notes what it copies and from where.

Emphasis, links and code stay as the parser makes them; what it shows of an escape, an entity or an automatic link that
is not in the source letter by letter is an atom.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from markdown_it import MarkdownIt, rules_inline
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from feedback.desk.markdown.blocks import PLACED
from feedback.desk.markdown.placed import NOTHING, Placed, joined

Rule = Callable[[StateInline, bool], bool]
TEXTS = frozenset({"text", "text_special"})


class NotingState(StateInline):
    """The parser's state, which also keeps where the pending text was taken from."""

    def __init__(self, content: str, parser: MarkdownIt, env: dict[str, object]) -> None:
        super().__init__(content, parser, env, [])
        self.taken: list[tuple[int, int]] = []

    def append_pending(self, text: str) -> None:
        """Take text from where the parser stands."""
        super().append_pending(text)
        start, end = self.pos, self.pos + len(text)
        if self.taken and self.taken[-1][1] == start:
            start = self.taken.pop()[0]
        self.taken.append((start, end))

    @property
    def pending(self) -> str:
        """Text that no token holds yet."""
        return StateInline.pending.__get__(self)

    @pending.setter
    def pending(self, value: str) -> None:
        """The rules only ever cut it at its end or empty it."""
        too_long = sum(end - start for start, end in self.taken) - len(value)
        while too_long > 0:
            start, end = self.taken.pop()
            if end - start > too_long:
                self.taken.append((start, end - too_long))
            too_long -= end - start
        StateInline.pending.__set__(self, value)

    def pushPending(self) -> Token:  # noqa: N802 - the parser's name
        """A token of the pending text, with its place."""
        placed = joined(Placed.copied(self.src, start, end) for start, end in self.taken)
        token = super().pushPending()
        token.meta[PLACED] = placed if placed.text == token.content else Placed.atom(token.content, 0, self.pos)
        return token


def place_inlines(parser: MarkdownIt) -> None:
    """Let the parser's rules for what stands within a block note the places of their text."""
    rules: dict[str, Rule] = {
        "escape": rules_inline.escape,
        "entity": rules_inline.entity,
        "backticks": rules_inline.backtick,
        "emphasis": rules_inline.emphasis.tokenize,
        "autolink": rules_inline.autolink,
    }
    for name, rule in rules.items():
        parser.inline.ruler.at(name, noting(rule))
    parser.inline.ruler2.disable("fragments_join")
    parser.core.ruler.at("inline", parse_inlines)
    parser.core.ruler.disable("text_join")


def noting(rule: Rule) -> Rule:
    """The rule, after which every token it made knows the place of its text."""

    def run(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        done = rule(state, silent)
        if done and not silent:
            note(state, start, state.tokens[count:])
        return done

    return run


def note(state: StateInline, start: int, tokens: list[Token]) -> None:
    """Places for the tokens that one rule made of `state.src[start:state.pos]`."""
    for token in tokens:
        if not token.content or PLACED in token.meta:
            continue
        if token.type == "code_inline":
            token.meta[PLACED] = of_code(state.src, token, start, state.pos)
        elif token.type == "text_special":
            token.meta[PLACED] = placed_at(state.src, token.content, start, state.pos)
        else:
            token.meta[PLACED] = placed = found_in(state.src, token.content, start, state.pos)
            start = placed.ends[-1]


def placed_at(source: str, text: str, start: int, end: int) -> Placed:
    """The text as copied from exactly there, or an atom of it."""
    return Placed.copied(source, start, end) if source[start:end] == text else Placed.atom(text, start, end)


def found_in(source: str, text: str, start: int, end: int) -> Placed:
    """The text where it first stands in there, or an atom of all of it."""
    at = source.find(text, start, end)
    return Placed.copied(source, at, at + len(text)) if at >= 0 else Placed.atom(text, start, end)


def of_code(source: str, token: Token, start: int, end: int) -> Placed:
    """Code between backticks: a space at either end may have gone, line ends have become spaces."""
    inner = Placed.copied(source, start + len(token.markup), end - len(token.markup))
    if len(inner.text) == len(token.content) + 2:
        inner = inner.part(1, len(inner.text) - 1)
    if inner.text.replace("\n", " ") != token.content:
        return Placed.atom(token.content, start, end)
    return Placed(token.content, inner.starts, inner.ends)


def parse_inlines(state: StateCore) -> None:
    """The parser's core rule for inline content, with places in the source and neighbouring texts as one."""
    for token in state.tokens:
        if token.type == "inline":
            token.children = children_of(token, state.md, state.env)


def children_of(token: Token, parser: MarkdownIt, env: dict[str, object]) -> list[Token]:
    """What stands in a block."""
    state = NotingState(token.content, parser, env)
    parser.inline.tokenize(state)
    for rule in parser.inline.ruler2.getRules(""):
        rule(state)
    outer: Placed = token.meta.get(PLACED, NOTHING)
    for child in state.tokens:
        if child.content:
            child.meta[PLACED] = child.meta[PLACED].within(outer)
    groups = groupby(state.tokens, key=lambda child: child.type in TEXTS)
    return [token for is_text, group in groups for token in (as_one(list(group)) if is_text else group)]


def as_one(texts: list[Token]) -> list[Token]:
    """Neighbouring texts as one token; none when they say nothing."""
    placed = joined(token.meta[PLACED] for token in texts if token.content)
    return [Token("text", "", 0, content=placed.text, meta={PLACED: placed})] if placed.text else []
