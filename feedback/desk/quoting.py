"""What a piece of a text in markdown reads like, without the markup that stands between its words."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from feedback.desk.markdown import passages
from feedback.desk.sentences import placed


@dataclass(frozen=True)
class Reading:
    """A text as it is read, and for each of its code points where in the source it begins and ends, in order."""

    text: str
    starts: list[int]
    ends: list[int]


def words_at(text: str, start: int, end: int) -> str:
    """The words one reads from `start` to `end` (code points of the source), with a space between paragraphs."""
    reading = read_as(text)
    first = bisect_left(reading.ends, start + 1)
    last = bisect_left(reading.starts, end)
    return " ".join(reading.text[first:last].split())


@lru_cache(maxsize=16)
def read_as(text: str) -> Reading:
    """The text as it is read. Ends of lines and of paragraphs are spaces that lie right behind the word before them."""
    found: list[tuple[str, int, int]] = []
    for passage in passages(text):
        for run in passage:
            found += [place if place[2] else behind(found) for place in placed(run)]
        found.append(behind(found))
    return Reading("".join(one[0] for one in found), [one[1] for one in found], [one[2] for one in found])


def behind(found: list[tuple[str, int, int]]) -> tuple[str, int, int]:
    """A space behind what was read so far."""
    at = found[-1][2] if found else 0
    return " ", at, at
