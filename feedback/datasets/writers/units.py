"""A text as steps, and what marks say of each: labels for process rewards, units, and masks by character. Pure.

A step is a sentence as people read it. A mark that criticises makes every step it touches a bad one. Offsets are code
points. Masks follow Axolotl's `train_detail`: segments without gaps, the end inclusive, and a space belongs to the
segment after it, because tokens begin with their space and a segment is widened to the edges of its tokens.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from feedback.datasets.writers.attempts import Attempt, Mark
from feedback.datasets.writers.prompts import Untrainable
from feedback.desk.sentences import sentences

WEIGHT = {"minor": 0.5, "major": 0.25, "critical": 0.0, "": 0.0}
Line = dict[str, Any]


class Unit(NamedTuple):
    """One step with the marks that criticise it."""

    start: int
    end: int
    text: str
    marks: tuple[Mark, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing criticises it."""
        return not self.marks


def faults(attempt: Attempt, praised: Collection[str] = ()) -> list[Mark]:
    """The marks with a place in the text that criticise."""
    placed = [one for one in attempt.marks if one.start is not None and one.end is not None]
    return [one for one in placed if not one.good and one.category not in praised]


def units_of(text: str, marks: Sequence[Mark] = ()) -> list[Unit]:
    """The steps of a text in reading order."""
    places = sentences(text) or ([(0, len(text))] if text.strip() else [])
    return [Unit(start, end, text[start:end], touching(marks, start, end)) for start, end in places]


def touching(marks: Sequence[Mark], start: int, end: int) -> tuple[Mark, ...]:
    """The marks that touch a piece."""
    return tuple(one for one in marks if (one.start or 0) < end and start < (one.end or 0))


def until_error(units: Sequence[Unit]) -> list[Unit]:
    """The steps up to the first bad one: what follows an error is neither right nor wrong of itself."""
    for place, unit in enumerate(units):
        if not unit.good:
            return list(units[: place + 1])
    return list(units)


def merged(units: Sequence[Unit], text: str) -> list[Unit]:
    """Neighbours of one verdict as one unit (a thought)."""
    found: list[Unit] = []
    for unit in units:
        if found and found[-1].good == unit.good:
            last = found.pop()
            marks = last.marks + tuple(one for one in unit.marks if one not in last.marks)
            unit = Unit(last.start, unit.end, text[last.start : unit.end], marks)
        found.append(unit)
    return found


def shares(units: Sequence[Unit], outcome: float) -> list[float]:
    """The outcome spread over the steps so that they add up to it: a marked step gets less, by how bad its marks are.

    Where every step is critically marked they share it alike.
    """
    weights = [min((WEIGHT[one.severity] for one in unit.marks), default=1.0) for unit in units]
    whole = sum(weights)
    if not whole:
        weights, whole = [1.0] * len(units), float(len(units))
    found = [round(outcome * weight / whole, 6) for weight in weights]
    found[-1] = round(found[-1] + outcome - sum(found), 6)
    return found


def masks(text: str, marks: Sequence[Mark]) -> list[Line]:
    """The text as segments to train on or not, without a gap."""
    bad = [False] * len(text)
    for mark in marks:
        start, end = widened(text, mark.start or 0, mark.end or 0)
        bad[start:end] = [True] * (end - start)
    found: list[Line] = []
    for place, flagged in enumerate(bad):
        if found and found[-1]["train"] is (not flagged):
            found[-1]["end_offset"] = place
        else:
            found.append({"begin_offset": place, "end_offset": place, "train": not flagged})
    return found


def widened(text: str, start: int, end: int) -> tuple[int, int]:
    """A flagged piece with the space before it and without the space at its end: tokens begin with their space."""
    while start > 0 and text[start - 1].isspace():
        start -= 1
    while end - 1 > start and text[end - 1].isspace():
        end -= 1
    return start, end


def common(one: Sequence[Unit], other: Sequence[Unit]) -> int:
    """How many steps two texts begin alike with."""
    count = 0
    while count < min(len(one), len(other)) and one[count].text == other[count].text:
        count += 1
    return count


def step_pair(chosen: str, rejected: str) -> tuple[str, str, str]:
    """What both begin with, and the step each goes on with. Raises `Untrainable` where they share no beginning."""
    better, worse = units_of(chosen), units_of(rejected)
    shared = common(better, worse)
    if not shared:
        raise Untrainable("the two answers do not begin alike")
    if shared >= min(len(better), len(worse)):
        raise Untrainable("one answer goes on where the other ends")
    return chosen[: better[shared - 1].end], better[shared].text, worse[shared].text
