"""From placed tokens to safe HTML with a span for each run of text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from feedback.desk.markdown.blocks import PLACED, place_blocks
from feedback.desk.markdown.inlines import place_inlines
from feedback.desk.markdown.placed import Placed, Run, Source

LONGEST = 60_000
DEEPEST = 24
LINE_END = Run("", 0, 0)
TAGS = {
    "a", "p", "br", "hr", "em", "strong", "code", "pre", "blockquote", "ul", "ol", "li", "span",
    "h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
CLEANER = nh3.Cleaner(
    tags=TAGS,
    attributes={"a": {"href"}, "ol": {"start"}, "span": {"data-at"}, "p": {"class"}, "*": {"dir"}},
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow",
)


class RunRenderer(RendererHTML):
    """Writes each run of text in a span with its place and notes it in the last of `env["passages"]`.

    With `env["plain"]` there are no spans.
    """

    def renderInline(self, tokens: Sequence[Token], options: Any, env: Any) -> str:  # noqa: N802 - the library's name
        """What stands in one block is one passage."""
        env["passages"].append([])
        return super().renderInline(tokens, options, env)

    def text(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Text within a block."""
        return self._runs(tokens[idx].meta[PLACED], env)

    def softbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A line end within a block."""
        env["passages"][-1].append(LINE_END)
        return super().softbreak(tokens, idx, options, env)

    def hardbreak(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """A line end that was meant."""
        env["passages"][-1].append(LINE_END)
        return super().hardbreak(tokens, idx, options, env)

    def code_inline(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Code within a line."""
        return f"<code>{self._runs(tokens[idx].meta[PLACED], env)}</code>"

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:
        """Code as a block; the line end after its last line belongs to no run."""
        token = tokens[idx]
        env["passages"].append([])
        placed: Placed | None = token.meta.get(PLACED)
        inner = self._runs(placed.part(0, len(placed.text.removesuffix("\n"))), env) if placed else ""
        return f"<pre{self.renderAttrs(token)}><code>{inner}\n</code></pre>\n"

    fence = code_block

    def _runs(self, placed: Placed, env: Any) -> str:
        """The runs of a placed text."""
        runs = list(env["source"].runs(placed))
        env["passages"][-1] += runs
        return escapeHtml(placed.text) if env["plain"] else spans(runs)


def spans(runs: Iterable[Run]) -> str:
    """Runs as HTML."""
    return "".join(f'<span data-at="{run.start}-{run.end}">{escapeHtml(run.text)}</span>' for run in runs)


def page_fit(state: StateCore) -> None:
    """Headings two levels down, below those of the page; every outer block finds its own direction."""
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(6, int(token.tag[1:]) + 2)}"
        if token.level == 0 and token.block and token.nesting >= 0 and token.type != "hr":
            token.attrs["dir"] = "auto"


def make_parser() -> MarkdownIt:
    """CommonMark with tables; no HTML, no images, single line ends kept."""
    parser = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": DEEPEST}, renderer_cls=RunRenderer)
    parser.enable("table").disable("image")
    place_blocks(parser)
    place_inlines(parser)
    parser.core.ruler.push("page_fit", page_fit)
    return parser


PARSER = make_parser()


def rendered(text: str) -> str:
    """The text as safe HTML, its runs in spans with their places; a very long one as it is written."""
    return html_of(text)[0]


def rendered_plain(text: str) -> str:
    """The text as safe HTML without places."""
    return html_of(text, plain=True)[0]


def visible(text: str) -> list[Run]:
    """What is to be read on the rendered page, run by run."""
    return [run for passage in passages(text) for run in passage if run is not LINE_END]


def passages(text: str) -> list[list[Run]]:
    """The runs of each paragraph, item, cell or block of code by itself; `LINE_END` where a line ends in it."""
    return html_of(text)[1]


def words_at(text: str, start: int, end: int) -> str:
    """What a place of the source reads as on the page; the source itself where nothing of it is shown."""
    words: list[str] = []
    for passage in passages(text):
        inside = [run for run in passage if run is LINE_END or (run.start < end and start < run.end)]
        words.append("".join(" " if run is LINE_END else within(run, start, end) for run in inside).strip())
    return " ".join(filter(None, words)) or text[start:end]


def within(run: Run, start: int, end: int) -> str:
    """The part of a run that lies in a place; all of an atom."""
    return run.text if run.is_atom else run.text[max(0, start - run.start) : end - run.start]


@lru_cache(maxsize=32)
def html_of(text: str, *, plain: bool = False) -> tuple[str, list[list[Run]]]:
    """HTML and passages of a text; one too long, or so deeply nested that the parser would hide some, as written."""
    env: dict[str, Any] = {"source": Source.of(text), "passages": [], "plain": plain}
    tokens = PARSER.parse(text, env) if len(text) <= LONGEST else []
    if len(text) > LONGEST or any(token.level >= DEEPEST - 2 for token in tokens):
        runs = written(text)
        inner = escapeHtml(text) if plain else spans(runs)
        return f'<p class="plain" dir="auto">{inner}</p>', [runs]
    return CLEANER.clean(PARSER.renderer.render(tokens, PARSER.options, env)), env["passages"]


def as_written(text: str) -> str:
    """The source as HTML for the raw view, with places."""
    return spans(written(text))


def written(text: str) -> list[Run]:
    """The source as runs: a browser reads a carriage return as a line end, so those are atoms."""
    source = Source.of(text)
    return list(source.runs(Placed.copied(source.seen, 0, len(source.seen))))
