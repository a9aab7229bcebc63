"""All marks of one rater on one response as one piece of an export, with that rater's rewrite; streamed by example.

Marks and rewrites are read together, a stretch of examples at a time (`fetching.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Exists, OuterRef

from feedback.capture.definition import Category, Definition
from feedback.capture.forms import form_of
from feedback.datasets.choosing import chosen
from feedback.datasets.fetching import LAST, Asks, Stretches
from feedback.datasets.pieces import Line, Wish
from feedback.datasets.provenance import example_facts, origin_of, principles_of, pseudonym
from feedback.datasets.said import UNASKED, facts_of
from feedback.datasets.writers.prompts import Untrainable
from feedback.models import Edit, Example, Project, Rater, Response, Span

Whose = tuple[int, int]


@dataclass(frozen=True)
class MarkedResponse:
    """The marks of one rater on one response, in reading order with omissions last, and their rewrite of it."""

    spans: list[Span]
    edit: Edit | None

    @property
    def rater(self) -> Rater:
        """Who marked it."""
        rater: Rater = self.spans[0].rater
        return rater

    @property
    def response(self) -> Response:
        """What was marked."""
        response: Response = self.spans[0].response
        return response

    @property
    def example(self) -> Example:
        """What it answers."""
        example: Example = self.response.example
        return example

    @property
    def placed(self) -> list[Span]:
        """The marks in the response's own text. Raises `Untrainable` when all are in earlier turns."""
        found = [span for span in self.spans if span.turn is None]
        if not found:
            raise Untrainable("all marks are in earlier turns")
        return found

    @property
    def simulated(self) -> bool:
        """Whether a simulated model or person wrote any of it."""
        return bool(self.response.simulated or self.rater.kind == Rater.Kind.SIMULATED)

    @property
    def sources(self) -> set[str]:
        """Marks, and perhaps a rewrite."""
        return {"span", "edit"} if self.edit else {"span"}

    @property
    def responses(self) -> list[int]:
        """What was marked."""
        return [self.response.pk]

    @property
    def agreement(self) -> tuple[int, bool]:
        """A rater speaks for themselves."""
        return 1, True

    @property
    def row_id(self) -> str:
        """A name for the row that is the same in every export."""
        parts = (self.example.content_hash, self.response.content_hash, pseudonym(self.rater))
        return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True)
class MarkedFor(MarkedResponse):
    """The same, to be cut into segments for one top category of the form."""

    category: Category
    form: Definition


def marked_responses(project: Project, wish: Wish) -> Iterator[MarkedResponse | None]:
    """Every response and rater with standing marks; None for raters whose word does not count."""
    asks = {
        "spans": Asks(chosen(Span, project, wish), "response__example", ("response",), UNASKED),
        "edits": Asks(rewrites(project, wish), "response__example", ("response", "result"), UNASKED),
    }
    for found in Stretches(project, wish, **asks):
        edits: dict[Whose, Edit] = {whose(row): row for row in found["edits"]}  # of several the last
        for key, group in groupby(sorted(found["spans"], key=place_of), key=whose):
            marks = list(group)
            yield MarkedResponse(marks, edits.get(key)) if marks[0].rater.kind in wish.kinds else None


def marked_by_category(project: Project, wish: Wish) -> Iterator[MarkedFor | None]:
    """The same once for each top category of the form in force that criticises; an aspect picks one of them."""
    _, form = form_of(project)
    tops = [one for one in form.categories if not one.parent and one.polarity == "critique"]
    for piece in marked_responses(project, wish):
        if piece is None:
            yield None
            continue
        for top in tops:
            if wish.aspect in ("", top.name):
                yield MarkedFor(piece.spans, piece.edit, top, form)


def rewrites(project: Project, wish: Wish) -> Any:
    """Standing rewrites of whole responses by raters who marked them."""
    marked = Span.objects.filter(response=OuterRef("response"), rater=OuterRef("rater"))
    return chosen(Edit, project, wish).filter(Exists(marked), turn=None)


def whose(row: Any) -> Whose:
    """What a row is about, and who said it."""
    return row.response_id, row.rater_id


def place_of(row: Any) -> tuple[Any, ...]:
    """Where a mark stands: by example, response and rater in reading order, omissions last."""
    start, end = (LAST if place is None else place for place in (row.start, row.end))
    return row.response.example.number, row.response_id, row.rater_id, start, end, row.pk


def marked_origins(pieces: Sequence[MarkedResponse], _: Sequence[Line]) -> list[Line]:
    """The sidecar of a batch. One query."""
    principles = principles_of([piece.response for piece in pieces])
    return [
        {
            "row_id": piece.row_id, "example": example_facts(piece.example),
            "response": origin_of(piece.response, principles),
            "feedback": [facts_of(row) for row in (*piece.spans, *([piece.edit] if piece.edit else []))],
            "simulated": piece.simulated,
        }
        for piece in pieces
    ]  # fmt: skip
