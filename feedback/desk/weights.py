"""What typed marks come to under given weights, and the order of candidates by it (Fine-Grained RLHF). Pure.

Each type of mark has a weight, as each reward model has there; changing the mix changes which answer is best. A mark
counts its type's weight times how bad it is. Marks of several raters are averaged, so that being read often costs
nothing. A candidate nobody marked is judged by the marks on others whose very piece it has, too; one that was made from
a marked one and has none of its marked pieces left has a score of 0. What is missing is never carried over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from feedback.capture.anchors import Anchor, reanchor
from feedback.capture.definition import Category, Definition

SEVERITY = {"": 1.0, "minor": 0.5, "major": 1.0, "critical": 2.0}
LARGEST = 5.0


class Mark(Protocol):
    """A mark as stored: `feedback.models.Span`, or anything like it."""

    category: str
    severity: str
    start: int | None
    end: int | None
    quote: str
    prefix: str
    suffix: str
    turn: int | None

    @property
    def rater_id(self) -> int:
        """Whose mark it is."""


@dataclass(frozen=True)
class Candidate:
    """One answer: what it is called, its text, the marks on it, and what it is called that it was made from."""

    name: str
    text: str
    marks: Sequence[Mark] = ()
    made_from: str = ""


@dataclass(frozen=True)
class Standing:
    """Where a candidate stands: its place from 1, equal scores share one; 0 when nothing is known of it.

    `counts` are marks by category; `carried` says that they stand on other candidates with the same pieces.
    """

    name: str
    score: float
    place: int
    counts: Mapping[str, int] = field(default_factory=dict)
    carried: bool = False


def score(marks: Collection[Mark], form: Definition, weights: Mapping[str, float]) -> float:
    """The sum of weight times severity, averaged over the raters who marked. Without marks 0."""
    raters = {mark.rater_id for mark in marks}
    total = sum(weight_of(mark.category, form, weights) * SEVERITY[mark.severity] for mark in marks)
    return round(total / len(raters), 4) if raters else 0.0


def weight_of(name: str, form: Definition, weights: Mapping[str, float]) -> float:
    """The weight given to a category, else the one of the form, else that of any error."""
    category = form.category(name)
    return weights.get(name, category.weight if category else Category(name="other", label="Other").weight)


def ranked(candidates: Sequence[Candidate], form: Definition, weights: Mapping[str, float]) -> list[Standing]:
    """The candidates from best to worst, those of which nothing is known last."""
    marked = [mark for one in candidates for mark in one.marks if mark.start is not None and mark.turn is None]
    examined = {one.name for one in candidates if one.marks}
    found = [(one, list(one.marks) or carried(marked, one.text)) for one in candidates]
    known = [(score(marks, form, weights), one, marks) for one, marks in found if marks or one.made_from in examined]
    known.sort(key=lambda each: -each[0])
    order = [value for value, _, _ in known]
    return [
        Standing(one.name, value, order.index(value) + 1, Counter(mark.category for mark in marks), not one.marks)
        for value, one, marks in known
    ] + [Standing(one.name, 0.0, 0) for one, marks in found if not marks and one.made_from not in examined]


def carried(marks: Sequence[Mark], text: str) -> list[Mark]:
    """The marks whose piece certainly stands in this text, too; one marked on several answers counts once."""
    kept: dict[tuple[int, int, str, int], Mark] = {}
    for mark in marks:
        assert mark.start is not None
        assert mark.end is not None
        found = reanchor(Anchor(mark.start, mark.end, mark.quote, mark.prefix, mark.suffix), text)
        if found is not None and found.sure:
            kept.setdefault((found.start, found.end, mark.category, mark.rater_id), mark)
    return list(kept.values())


def weights_from(asked: Mapping[str, str], form: Definition) -> dict[str, float]:
    """The weights typed into a form as `w-NAME`; what is no number, or beyond 5, is as if it had not been said."""
    found: dict[str, float] = {}
    for category in form.categories:
        try:
            weight = float(asked.get(f"w-{category.name}", ""))
        except ValueError:
            continue
        if abs(weight) <= LARGEST:
            found[category.name] = weight
    return found
