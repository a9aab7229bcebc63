"""Where a marked piece stands in a text, when a tool's offsets cannot be trusted: the quoted words decide.

Offsets of browsers count UTF-16 units, some tools count inclusively, and templates shift everything; so an offset is
taken as it is only if the quoted words stand there (or nothing was quoted).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spot:
    """A place in one of several texts, in code points, end exclusive."""

    answer: int
    start: int
    end: int


def placed(texts: Sequence[str], start: object, end: object, quote: object = None) -> Spot | None:
    """The place of a piece, as told or where its words stand; None where neither can be."""
    begin, until = number(start), number(end)
    words = quote if isinstance(quote, str) and quote.strip() else None
    for answer, text in enumerate(texts):
        if begin is not None and until is not None and fits(text, begin, until, words):
            return Spot(answer, begin, until)
    if words is None:
        return None
    for answer, text in enumerate(texts):
        found = nearest(text, words, begin if begin is not None else 0)
        if found is not None:
            return Spot(answer, found, found + len(words))
    return None


def fits(text: str, start: int, end: int, words: str | None) -> bool:
    """Whether the place lies in the text and holds the quoted words."""
    return 0 <= start < end <= len(text) and (words is None or text[start:end] == words)


def nearest(text: str, words: str, start: int) -> int | None:
    """Where the words stand nearest to the place that was told, counted in UTF-16 units or code points."""
    wanted = code_points(text, start)
    found, best = text.find(words), None
    while found >= 0:
        if best is None or abs(found - wanted) < abs(best - wanted):
            best = found
        found = text.find(words, found + 1)
    return best


def code_points(text: str, units: int) -> int:
    """How many code points so many UTF-16 units are."""
    return len(text.encode("utf-16-le", "surrogatepass")[: max(units, 0) * 2].decode("utf-16-le", "ignore"))


def number(value: object) -> int | None:
    """A whole number, given as one or as text."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 12 else None
