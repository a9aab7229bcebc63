"""An answer cut into steps, with what was said of each: lines where it has several, else sentences.

A step is wrong when a mark or a critique of a piece of it says so, right when it is praised. No database.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from feedback.datasets.writers.attempts import Attempt, Mark, Words
from feedback.desk.sentences import sentences

Said = dict[str, Any]
STEP = "object{step: int, text: text, right: bool?, critique: text}"
Place = tuple[int, int]


def places_of(text: str) -> list[Place]:
    """Where the steps of a text are, in code points, end exclusive."""
    found, start = [], 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            found.append((start, start + len(line.rstrip())))
        start += len(line)
    return found if len(found) > 1 else list(sentences(text)) or [(0, len(text))]


def steps_of(attempt: Attempt, words: Iterable[Words]) -> list[Said]:
    """Every step: its number from 0, its text, whether it is right (null: nobody said) and the words about it."""
    said = [one for one in words if one.start is not None]
    return [step(attempt, number, place, said) for number, place in enumerate(places_of(attempt.text))]


def step(attempt: Attempt, number: int, place: Place, said: list[Words]) -> Said:
    """One step."""
    marks = [one for one in attempt.marks if one.start is not None and touches(place, one.start, one.end)]
    spoken = [one for one in said if touches(place, one.start or 0, one.end)]
    told = [mark_words(one) for one in marks] + [one.said for one in spoken]
    return {
        "step": number, "text": attempt.text[place[0] : place[1]], "right": right(marks, spoken),
        "critique": "\n".join(dict.fromkeys(one for one in told if one)),
    }  # fmt: skip


def right(marks: list[Mark], spoken: list[Words]) -> bool | None:
    """Whether a step is right; None where nothing was said of it."""
    if any(not one.good for one in marks) or any(not one.praises for one in spoken):
        return False
    return True if marks or spoken else None


def mark_words(mark: Mark) -> str:
    """A mark in words: its reason, else its kind."""
    return mark.reason or mark.category.replace("-", " ")


def touches(place: Place, start: int, end: int | None) -> bool:
    """Whether a piece lies on the step in part."""
    return start < place[1] and place[0] < (end or start + 1)
