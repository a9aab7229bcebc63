"""What a piece of a text in markdown reads like, without the markup that stands between its words."""

from __future__ import annotations

from functools import lru_cache

from feedback.desk.markdown import passages
from feedback.desk.sentences import placed

Places = tuple[tuple[str, int, int], ...]


def words_at(text: str, start: int, end: int) -> str:
    """The words one reads from `start` to `end` (code points of the source), with a space between paragraphs."""
    read = (
        "".join(character for character, begin, finish in passage if begin < end and finish > start)
        for passage in read_as(text)
    )
    return " ".join(piece for piece in (" ".join(one.split()) for one in read) if piece)


@lru_cache(maxsize=64)
def read_as(text: str) -> tuple[Places, ...]:
    """Every code point that is read, by passage, with its place. A line's end counts with the word before it."""
    return tuple(tuple(in_place([place for run in passage for place in placed(run)])) for passage in passages(text))


def in_place(places: list[tuple[str, int, int]]) -> Places:
    """A space that stands for a line's end gets the place right behind the character before it."""
    found: list[tuple[str, int, int]] = []
    for character, start, end in places:
        if end == 0 and found:
            found.append((character, found[-1][2], found[-1][2] + 1))
        elif end:
            found.append((character, start, end))
    return tuple(found)
