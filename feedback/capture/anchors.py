"""Places in a text that are found again when the text has changed, or are honestly given up. Pure: no database.

A place is two offsets in code points, the piece between them and a little of what stands on either side. It is looked
for by its own words first; what stands beside it decides between several. A piece that was itself changed is only ever
found as "not sure".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import NamedTuple

AROUND = 32
LONG_ENOUGH = 12  # code points of a piece that stands only once: it is it, whatever stands beside it now
ALIKE = 0.6
HINT = 6  # code points beside a changed piece that must still be there


@dataclass(frozen=True)
class Anchor:
    """A piece of a text: where it stood, what it said, and up to 32 code points on either side."""

    start: int
    end: int
    quote: str
    prefix: str = ""
    suffix: str = ""


class Found(NamedTuple):
    """Where the piece stands now; `sure` when nothing else it could be was found and its words are the same."""

    start: int
    end: int
    sure: bool


class Candidate(NamedTuple):
    """A place with the same words: how much beside it is the same, and how far it has moved."""

    beside: int
    nearness: int
    start: int


def anchor(text: str, start: int, end: int) -> Anchor:
    """The piece of `text` from `start` to `end`. Raises `ValueError` when there is no such piece."""
    if not 0 <= start < end <= len(text):
        raise ValueError(f"there is no piece from {start} to {end} in a text of {len(text)}")
    return Anchor(start, end, text[start:end], text[max(0, start - AROUND) : start], text[end : end + AROUND])


def reanchor(lost: Anchor, text: str) -> Found | None:
    """The piece in another text, or None when it is gone or could be anywhere."""
    if not lost.quote:
        return None
    candidates = sorted(places(lost, text), reverse=True)
    return chosen(lost, candidates) if candidates else changed(lost, text)


def places(lost: Anchor, text: str) -> Iterator[Candidate]:
    """Everywhere the very words stand."""
    start = text.find(lost.quote)
    while start >= 0:
        end = start + len(lost.quote)
        beside = shared_end(lost.prefix, text, start) + shared_start(lost.suffix, text, end)
        yield Candidate(beside, -abs(start - lost.start), start)
        start = text.find(lost.quote, start + 1)


def chosen(lost: Anchor, candidates: list[Candidate]) -> Found | None:
    """The candidate with the most of the same beside it, if that says enough."""
    best, *others = candidates
    around = len(lost.prefix) + len(lost.suffix)
    alone = not others or others[0].beside < best.beside
    if not others and (best.beside == around or len(lost.quote) >= LONG_ENOUGH):
        sure = True
    elif best.beside * 2 >= around and (best.beside or not around):
        sure = alone
    elif best.beside < HINT:
        return None
    else:
        sure = False
    return Found(best.start, best.start + len(lost.quote), sure)


def changed(lost: Anchor, text: str) -> Found | None:
    """A piece whose own words were changed: what now stands between its neighbours, if that is like it."""
    spaced = re.search(r"\s+".join(map(re.escape, lost.quote.split())), text) if lost.quote.split() else None
    if spaced:
        return Found(spaced.start(), spaced.end(), False)
    before, after = lost.prefix[-HINT * 2 :], lost.suffix[: HINT * 2]
    if len(before) < HINT or len(after) < HINT or text.count(before) != 1:
        return None
    start = text.index(before) + len(before)
    end = text.find(after, start, start + 2 * len(lost.quote) + len(after))
    if end <= start or SequenceMatcher(None, lost.quote, text[start:end], autojunk=False).ratio() < ALIKE:
        return None
    return Found(start, end, False)


def shared_end(prefix: str, text: str, start: int) -> int:
    """How many code points before `start` are the end of `prefix`."""
    count = 0
    while count < min(len(prefix), start) and prefix[-1 - count] == text[start - 1 - count]:
        count += 1
    return count


def shared_start(suffix: str, text: str, end: int) -> int:
    """How many code points from `end` on are the start of `suffix`."""
    count = 0
    while count < min(len(suffix), len(text) - end) and suffix[count] == text[end + count]:
        count += 1
    return count
