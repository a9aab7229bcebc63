"""Marks as pages show them: with the kind's full name, its polarity, how it is drawn; and candidates ranked by them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.capture.definition import Category, Definition
from feedback.capture.spans import carried_over, text_of
from feedback.desk.markdown import words_at
from feedback.desk.weights import Candidate, Standing, ranked, weight_of
from feedback.models import Response, Span


@dataclass(frozen=True, kw_only=True)
class ShownMark:
    """A mark in a list. `kind` is how it is drawn: kudos, minor, major or critical."""

    span: Span
    label: str
    polarity: str
    words: str

    @property
    def kind(self) -> str:
        """Kudos, or how bad it is; what nobody said is major, as in the text."""
        return "kudos" if self.polarity == "kudos" else self.span.severity or "major"

    @property
    def source(self) -> str:
        """The text it stands in, as pages call it."""
        turn = "" if self.span.turn is None else f"-turn-{self.span.turn}"
        return f"response-{self.span.response_id}{turn}"


def marks_shown(spans: Sequence[Span], form: Definition) -> list[ShownMark]:
    """Marks in reading order, omissions last."""
    inorder = sorted(spans, key=lambda span: (span.start is None, span.turn or 0, span.start or 0, span.pk))
    return [mark_shown(span, form.category(span.category), form) for span in inorder]


def mark_shown(span: Span, category: Category | None, form: Definition) -> ShownMark:
    """One mark; a category the form no longer has is called by its name."""
    label = name_of(category, form) if category else span.category.replace("-", " ").capitalize()
    return ShownMark(
        span=span, label=label, polarity=category.polarity if category else "critique", words=words_of(span)
    )


def words_of(span: Span) -> str:
    """What is marked, as it reads on the page."""
    if span.start is None or span.end is None:
        return ""
    return words_at(text_of(span.response, span.turn), span.start, span.end)


def name_of(category: Category, form: Definition) -> str:
    """The category through its levels: "Factuality › Wrong grounding"."""
    above = form.category(category.parent) if category.parent else None
    return f"{above.label} › {category.label}" if above else category.label


@dataclass(frozen=True, kw_only=True)
class WhatBecame:
    """How many pieces marked in the text before are gone, stand as they were, or may stand in other words."""

    gone: int
    stands: int
    perhaps: int

    @property
    def all(self) -> int:
        """All of them."""
        return self.gone + self.stands + self.perhaps


def became_of(spans: Sequence[Span], text: str) -> WhatBecame | None:
    """What became of the pieces criticised earlier in a later text; None when there were none."""
    found = [one.found for one in carried_over([span for span in spans if span.turn is None], text)]
    if not found:
        return None
    sure = sum(one is not None and one.sure for one in found)
    gone = found.count(None)
    return WhatBecame(gone=gone, stands=sure, perhaps=len(found) - gone - sure)


@dataclass(frozen=True, kw_only=True)
class Weight:
    """One type of mark in the panel."""

    category: Category
    label: str
    value: float
    count: int


@dataclass(frozen=True, kw_only=True)
class Ranked:
    """One candidate in the panel: where it stands, its marks by type, and its score as a share of the largest."""

    response: Response
    standing: Standing
    counts: list[tuple[str, int]]
    size: float


def weighing(
    candidates: Sequence[tuple[str, Response, Sequence[Span]]], form: Definition, weights: Mapping[str, float]
) -> dict[str, Any] | None:
    """The panel: the weights of the types that are marked here, and the candidates in order. None without marks."""
    spans = [span for _, _, marks in candidates for span in marks]
    if not spans:
        return None
    names = {row.pk: name for name, row, _ in candidates}
    named: list[Any] = [
        Candidate(name, row.text, list(marks), made_from=names.get(row.parent_id or 0, ""))
        for name, row, marks in candidates
    ]
    order = ranked(named, form, weights)
    rows = {name: row for name, row, _ in candidates}
    largest = max(abs(one.score) for one in order) or 1.0
    return {
        "weights": [
            Weight(category=one, label=name_of(one, form), value=weight_of(one.name, form, weights), count=count)
            for one in form.categories
            if (count := sum(span.category == one.name for span in spans))
        ],
        "order": [
            Ranked(response=rows[one.name], standing=one, counts=counts_of(one, form), size=abs(one.score) / largest)
            for one in order
        ],
        "changed": bool(weights),
    }


def counts_of(one: Standing, form: Definition) -> list[tuple[str, int]]:
    """How many marks of each type, by name."""
    found = ((form.category(name), name, count) for name, count in one.counts.items())
    return [(category.label if category else name, count) for category, name, count in found]
