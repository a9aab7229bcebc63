"""Where rendered text stands in its source: for every document, both ways, in every script."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from time import perf_counter

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from feedback.desk.markdown import Run, as_written, rendered, rendered_plain, visible, words_at

SCRIPTS = [
    "river",
    "Straße",
    "e\u0301te\u0301",
    "नमस्ते",
    "漢字かな",
    "한국어",
    "שָׁלוֹם",
    "مرحبا",
    "👩‍👩‍👧‍👦",
    "🇨🇭",
    "🏽x",
    "a\u0308\u0323",
]
OURS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Reader(HTMLParser):
    """A browser's view of the page: the runs, and what text stands outside of them."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self.outside = ""
        self.whole = ""
        self.place: tuple[int, int] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            start, _, end = (dict(attrs)["data-at"] or "").partition("-")
            self.runs.append(Run("", int(start), int(end)))
            self.place = int(start), int(end)

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self.place = None

    def handle_data(self, data: str) -> None:
        self.whole += data
        if self.place is None:
            self.outside += data
        else:
            self.runs[-1] = self.runs[-1]._replace(text=self.runs[-1].text + data)


class Document:
    """Markdown in the making: every word in it is told apart by a number."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def word(self, script: str) -> str:
        """A word nobody else has."""
        self.words.append(f"⟨{len(self.words)}⟩{script}")
        return self.words[-1]


@st.composite
def lines_of_text(draw: st.DrawFn, document: Document, *, several: bool = True) -> str:
    """What may stand in a paragraph."""
    parts: list[str] = []
    for _ in range(draw(st.integers(1, 5))):
        word = document.word(draw(st.sampled_from(SCRIPTS)))
        other = document.word(draw(st.sampled_from(SCRIPTS)))
        shapes = [
            word, f"*{word}*", f"**{word} _{other}_**", f"`{word}`", f"`` ` {word} ``", f"\\*{word}\\_ {other}\\|",
            f"[{word} *{other}*](https://example.org/a_b)", f"{word} <https://example.org/%C3%A9> {other}",
            f"{word} &amp;&lt;&#x1F600; {other}",
            f"{word} 5 * 3 _ {other}", f"<b>{word}</b>", f"![{word}](https://example.org/x.png)",
            *([f"{word}  \n  {other}", f"{word}\\\n{other}", f"`{word}\n{other}`"] if several else []),
        ]  # fmt: skip
        parts.append(draw(st.sampled_from(shapes)))
    return draw(st.sampled_from([" ", ", ", " \t"])).join(parts)


@st.composite
def blocks(draw: st.DrawFn, document: Document, depth: int = 0) -> str:
    """A piece of a document, and what it holds within it."""
    line = lines_of_text(document, several=False)
    kind = draw(st.integers(0, 9 if depth < 3 else 6))
    if kind in (0, 1):
        return draw(lines_of_text(document))
    if kind == 2:
        return "#" * draw(st.integers(1, 6)) + f" {draw(line)}" + draw(st.sampled_from(["", " ##", "  "]))
    if kind == 3:
        return f"{draw(line)}\n{draw(st.sampled_from(['===', '---']))}"
    if kind == 4:
        code = "\n".join(draw(st.sampled_from(["", "\t", "    "])) + document.word("= <a> & b") for _ in range(3))
        return f"```py\n{code}\n```" if draw(st.booleans()) else f"~~~\n\n{code}\n~~~"
    if kind == 5:
        return "\n".join(
            f"{draw(st.sampled_from(['    ', chr(9), '      ']))}{document.word('x = 1')}" for _ in range(2)
        )
    if kind == 6:
        cells = [[draw(line).replace("|", "\\|") for _ in range(2)] for _ in range(3)]
        rows = [f"| {a} | {b} |" if draw(st.booleans()) else f"{a}|{b}" for a, b in cells]
        return "\n".join([rows[0], "|:--|--:|", *rows[1:]])
    inner = "\n\n".join(draw(blocks(document, depth + 1)) for _ in range(draw(st.integers(1, 2))))
    if kind == 7:
        mark = draw(st.sampled_from(["> ", ">", ">\t"]))
        return "\n".join(mark + one for one in inner.split("\n"))
    mark = draw(st.sampled_from(["- ", "* ", "1. ", "10) ", "-   "]))
    return "\n".join((mark if n == 0 else " " * len(mark)) + one for n, one in enumerate(inner.split("\n")))


@st.composite
def documents(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A whole document with line ends of one kind, and its words."""
    document = Document()
    text = "\n\n".join(draw(blocks(document)) for _ in range(draw(st.integers(1, 5))))
    return text.replace("\n", draw(st.sampled_from(["\n", "\r\n", "\r"]))), document.words


def check_map(text: str) -> list[Run]:
    """What must hold for any text at all."""
    page = Reader(rendered(text))
    assert page.runs == visible(text)
    assert not page.outside.strip()
    last = 0
    for run in page.runs:
        assert last <= run.start < run.end <= len(text)
        assert run.text
        piece = text[run.start : run.end]
        if not run.is_atom:
            assert piece == run.text or (len(run.text) == 1 and piece in "\n\r\t\0")
        last = run.end
    return page.runs


def there_and_back(runs: list[Run]) -> None:
    """A place on the page leads to one in the source that leads back to it."""
    for number, run in enumerate(runs):
        for offset in range(len(run.text)):
            start = run.start if run.is_atom else run.start + offset
            found = [n for n, one in enumerate(runs) if one.start <= start < one.end]
            assert found == [number]


@OURS
@given(documents())
def test_every_word_on_the_page_stands_where_the_map_says(made: tuple[str, list[str]]) -> None:
    text, words = made
    runs = check_map(text)
    there_and_back(runs)
    for run in runs:
        for word in (word for word in words if word in run.text):
            assert text.index(word) == run.start + run.text.index(word)
    shown = "".join(run.text for run in runs)
    assert all(word in shown for word in words if word in text)


@OURS
@given(st.text(alphabet="ab \n\t*_`[]()<>!\\&;#-+|=~:1.\"'é漢😀\u0301א\r", max_size=120))
@example("\t\tx\n> \ty\n")
@example("- a\n\n\t\tcode\n")
@example("|a|\\|\\\\||\n|-|-|-|\n")
@example("[a]\n\n[a]: /b 'c'\n")
@example("&ngE;&ngE; &copy")
@example("> ```\n> x")
@example("`a\r\nb`")
def test_the_map_holds_for_any_text_whatever(text: str) -> None:
    there_and_back(check_map(text))


@OURS
@given(st.one_of(documents().map(lambda made: made[0]), st.text(alphabet="ab \n\t*_`[]()<>\\&#-|:1.", max_size=80)))
def test_noting_places_does_not_change_what_is_rendered(text: str) -> None:
    """The same words in the same elements as the library makes by itself."""
    plain = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 24}).enable("table").disable("image")
    ours = re.sub(r' dir="auto"| rel="noopener nofollow"|<hr>|<br>', "", rendered_plain(text))
    theirs = re.sub(r' class="language-[^"]*"| style="[^"]*"| title="[^"]*"|<hr />|<br />', "", plain.render(text))
    assert words_of(Reader(ours)) == words_of(Reader(theirs))
    assert re.findall(r"</?(?:em|strong|code|pre|li|td|th|a)\b", ours) == re.findall(
        r"</?(?:em|strong|code|pre|li|td|th|a)\b", theirs
    )
    assert words_of(Reader(rendered(text))) == words_of(Reader(theirs))


def words_of(page: Reader) -> str:
    """All text on a page, however it is spaced."""
    return "".join(page.whole.split())


@OURS
@given(st.text(max_size=200).filter(lambda text: "\0" not in text))
def test_the_raw_view_holds_every_code_point(text: str) -> None:
    page = Reader(as_written(text))
    assert not page.outside
    assert "".join(text[run.start : run.end] for run in page.runs) == text
    assert all(text[run.start : run.end] == run.text or run.text == "\n" for run in page.runs)


@pytest.mark.parametrize(
    ("text", "shown", "piece"),
    [
        ("AT&amp;T", "&", "&amp;"),
        (r"2 \* 3", "*", r"\*"),
        ("| a\\|b |\n|---|\n", "|", r"\|"),
        ("```\na\r\nb\r\n```", "\n", "\r\n"),
        ("<https://example.org/%C3%A9>", "https://example.org/é", "<https://example.org/%C3%A9>"),
    ],
)
def test_what_is_not_in_the_source_letter_by_letter_is_one_atom(text: str, shown: str, piece: str) -> None:
    run = next(run for run in visible(text) if run.text == shown)
    assert run.is_atom
    assert text[run.start : run.end] == piece


def test_a_run_goes_as_far_as_it_can() -> None:
    assert [run.text for run in visible("a * b _ c `` d & e!")] == ["a * b _ c `` d & e!"]
    assert [run.text for run in visible("```\none\n  two\n```")] == ["one\n  two"]


def test_a_place_reads_as_it_is_shown() -> None:
    text = "# One\n\n**Two** &amp; [three](https://example.org)\n\n[x]: /y"
    assert words_at(text, 0, text.index("]")) == "One Two & three"
    assert words_at(text, 3, 10) == "ne T"
    assert words_at(text, text.index("[x]"), len(text)) == "[x]: /y"


def test_images_are_off_and_html_is_text() -> None:
    html = rendered("![a cat](https://example.org/cat.png) <img src=x> <script>alert(1)</script>")
    assert not re.search(r"<(img|script)", html)
    assert "a cat" in html


def test_a_very_long_text_is_shown_as_it_is_written() -> None:
    text = "*word* " * 20_000
    assert [(run.start, run.end) for run in check_map(text)] == [(0, len(text))]


def test_what_is_nested_deeply_is_still_shown() -> None:
    assert visible("> " * 20 + "deep")[-1].text == "deep"
    assert visible("> " * 200 + "deeper")[-1].text.endswith("deeper")


@pytest.mark.parametrize("bad", ["*a ", "[", "`a", "&amp;", "\\*", "> ", "- ", "|a", "<a", "a\r\n> "])
def test_no_text_keeps_the_page_waiting(bad: str) -> None:
    started = perf_counter()
    rendered(bad * (40_000 // len(bad) // 4))
    assert perf_counter() - started < 5


def test_a_page_with_much_text_is_rendered_in_good_time() -> None:
    text = "Some *text* with `code` and [a link](https://example.org) in a line.\n\n- and a list\n\n" * 100
    started = perf_counter()
    rendered(text)
    assert perf_counter() - started < 1.5
