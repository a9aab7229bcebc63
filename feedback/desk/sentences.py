"""Where the sentences of a text in markdown begin and end, in code points of its source. For marking without a mouse.

A sentence is what a person reads as one: of the rendered text, never across paragraphs, items, cells or lines of code,
and without the markup around it. Rules of thumb for the common scripts; no model.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from feedback.desk.markdown import LINE_END, Run, passages

END = re.compile(r"""[.!?…]+["'”’»)\]]*(?=\s+\S)|[。！？｡؟۔।॥]+["'”’»」』）)\]]*|\n+""")
SHORT = re.compile(
    r"(?:^|[\s(\"'“‘])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|cf|approx|Fig|No|Inc|Ltd|Jr|Sr|ca|z\.B)\.$"
)
LIST_MARK = re.compile(r"(?:^|\s)\d{1,3}\.$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of each sentence, in reading order."""
    return [place for runs in passages(text) for place in sentences_of(runs)]


def sentences_of(runs: list[Run]) -> Iterator[tuple[int, int]]:
    """The sentences of one passage."""
    places = [place for run in runs for place in placed(run)]
    read = "".join(character for character, _, _ in places)
    for start, end in split(read):
        while start < end and read[start].isspace():
            start += 1
        while start < end and read[end - 1].isspace():
            end -= 1
        if start < end:
            yield places[start][1], places[end - 1][2]


def placed(run: Run) -> Iterator[tuple[str, int, int]]:
    """Every code point of a run with its place. A line that ends within a paragraph reads as a space."""
    if run is LINE_END:
        yield " ", 0, 0
    for offset, character in enumerate(run.text):
        at = run.start + offset
        yield (character, run.start, run.end) if run.is_atom else (character, at, at + 1)


def split(read: str) -> Iterator[tuple[int, int]]:
    """Where a passage that is read in one go falls into sentences."""
    start = 0
    for found in END.finditer(read):
        if ends_here(read, start, found):
            yield start, found.end()
            start = found.end()
    yield start, len(read)


def ends_here(read: str, start: int, found: re.Match[str]) -> bool:
    """Whether a full stop is one: not behind an abbreviation or a number of a list, nor before a small letter."""
    if not found.group().startswith("."):
        return True
    before = read[start : found.start() + 1]
    after = read[found.end() :].lstrip()[:1]
    if found.group() != "." or not after:
        return not after.islower()
    return not (after.islower() or SHORT.search(before) or LIST_MARK.fullmatch(before))
