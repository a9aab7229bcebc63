"""Places for the text of blocks: paragraphs, headings, code, cells. Each rule of the parser is followed by its map.

The parser strips indentation, quote and list markers, hashes and pipes. Here the same lines are cut again with their
places, and kept only if they come out as the very text the parser made; otherwise the block is one atom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from markdown_it import MarkdownIt, rules_block
from markdown_it.common.utils import MD_TRIM_CHARS, isStrSpace
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from feedback.desk.markdown.placed import Placed, joined

Rule = Callable[[StateBlock, int, int, bool], bool]
Texts = Callable[[StateBlock, int, list[Token]], list[Placed]]
PLACED = "placed"


def place_blocks(parser: MarkdownIt) -> None:
    """Let the parser's rules for blocks with text of their own note where it stands."""
    ends = {
        "table": ["paragraph", "reference"],
        "fence": ["paragraph", "reference", "blockquote", "list"],
        "heading": ["paragraph", "reference", "blockquote"],
    }
    rules: dict[str, tuple[Rule, Texts]] = {
        "table": (rules_block.table, of_cells),
        "code": (rules_block.code, of_code),
        "fence": (rules_block.fence, of_fence),
        "heading": (rules_block.heading, of_heading),
        "lheading": (rules_block.lheading, of_underlined),
        "paragraph": (rules_block.paragraph, of_paragraph),
    }
    for name, (rule, texts) in rules.items():
        parser.block.ruler.at(name, noting(rule, texts), {"alt": ends.get(name, [])})


def noting(rule: Rule, texts: Texts) -> Rule:
    """The rule, after which every token it made knows the place of its text."""

    def run(state: StateBlock, start: int, end: int, silent: bool) -> bool:
        count = len(state.tokens)
        done = rule(state, start, end, silent)
        if done and not silent:
            tokens = [token for token in state.tokens[count:] if token.content]
            found = texts(state, start, tokens)
            for token in tokens:
                token.meta[PLACED] = proven(token, found) or fallback(state, start, token)
        return done

    return run


def proven(token: Token, found: list[Placed]) -> Placed | None:
    """The first of the texts that is the token's; what stands before it is used up, for texts come in order."""
    for index, placed in enumerate(found):
        if placed.text == token.content:
            del found[: index + 1]
            return placed
    return None


def fallback(state: StateBlock, start: int, token: Token) -> Placed:
    """The token's text as one atom: all of its lines."""
    first, last = token.map or [start, state.line]
    return Placed.atom(token.content, state.bMarks[first], state.eMarks[max(first, last - 1)])


def of_paragraph(state: StateBlock, start: int, _: list[Token]) -> list[Placed]:
    """The lines of a paragraph, without their indentation."""
    return [lines(state, start, state.line, state.blkIndent).stripped(MD_TRIM_CHARS)]


def of_underlined(state: StateBlock, start: int, _: list[Token]) -> list[Placed]:
    """A heading that is underlined: all lines but the last."""
    return [lines(state, start, state.line - 1, state.blkIndent).stripped(MD_TRIM_CHARS)]


def of_heading(state: StateBlock, start: int, tokens: list[Token]) -> list[Placed]:
    """A heading with hashes before it and perhaps behind it."""
    text = line_of(state, start)
    inner = text.part(len(text.text) - len(text.text.lstrip("#")), len(text.text)).stripped(MD_TRIM_CHARS)
    return [inner.part(0, len(token.content)) for token in tokens]


def of_code(state: StateBlock, start: int, _: list[Token]) -> list[Placed]:
    """Code by indentation; the parser puts a line end behind it, which may not be there."""
    code = lines(state, start, state.line, 4 + state.blkIndent)
    end = state.eMarks[state.line - 1]
    return [joined([code, Placed.atom("\n", end, min(end + 1, len(state.src)))])]


def of_fence(state: StateBlock, start: int, _: list[Token]) -> list[Placed]:
    """Code between fences, with its closing fence or without."""
    indent = state.sCount[start]
    return [lines(state, start + 1, end, indent, keep_last=True) for end in (state.line - 1, state.line)]


def of_cells(state: StateBlock, _: int, tokens: list[Token]) -> list[Placed]:
    """The cells of a table that are not empty, row by row."""
    rows = dict.fromkeys(token.map[0] for token in tokens if token.map)
    cells = (cell.stripped(MD_TRIM_CHARS) for row in rows for cell in split_cells(line_of(state, row)))
    return [cell for cell in cells if cell.text]


def split_cells(row: Placed) -> Iterator[Placed]:
    r"""A row cut at its pipes. The pipe of `\|` is text, and its place is both characters."""
    pieces: list[Placed] = []
    begin, escaped = 0, False
    for index, character in enumerate(row.text):
        if character == "|" and escaped:
            pieces += [row.part(begin, index - 1), Placed.atom("|", row.starts[index - 1], row.ends[index])]
            begin = index + 1
        elif character == "|":
            yield joined([*pieces, row.part(begin, index)])
            pieces, begin = [], index + 1
        escaped = character == "\\"
    yield joined([*pieces, row.part(begin, len(row.text))])


def line_of(state: StateBlock, line: int) -> Placed:
    """One line without its indentation and without the markers of what it stands in."""
    return Placed.copied(state.src, state.bMarks[line] + state.tShift[line], state.eMarks[line])


def lines(state: StateBlock, begin: int, end: int, indent: int, *, keep_last: bool = False) -> Placed:
    """`StateBlock.getLines` with places: the lines without up to `indent` columns of white space each."""
    return joined(
        piece
        for line in range(begin, end)
        for piece in dedented(state, line, indent, line_end=keep_last or line + 1 < end)
    )


def dedented(state: StateBlock, line: int, indent: int, *, line_end: bool) -> Iterator[Placed]:
    """One line without its indentation; what is left of a tab is spaces that stand for the tab."""
    start = first = state.bMarks[line]
    last = state.eMarks[line] + (1 if line_end else 0)
    width = 0
    while first < last and width < indent:
        character = state.src[first : first + 1]
        if character == "\t":
            width += 4 - (width + state.bsCount[line]) % 4
        elif (character and isStrSpace(character)) or first - start < state.tShift[line]:
            width += 1
        else:
            break
        first += 1
    if width > indent:
        yield Placed.atom(" " * (width - indent), first - 1, first)
    yield Placed.copied(state.src, first, last)
