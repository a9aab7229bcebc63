"""Feedback on any step of a run: words that refine the answer at once, or wait for training (NExT-Search)."""

from __future__ import annotations

from typing import Any, Unpack

from django.db import transaction
from django.db.models import QuerySet

from feedback.capture.critiques import record_critique
from feedback.capture.history import How, checked_key
from feedback.desk.errands import ask_errand
from feedback.errors import Refused
from feedback.models import Critique, Errand, Response, RunItem, Step, Use

PROTOCOL = "run-step"


def record_step_critique(
    step: Step, *, polarity: str, text: str = "", improve: str = "", stage: str = "", **how: Unpack[How]
) -> tuple[Critique, Errand | None]:
    """Record words about a step; meant for refining now, they go to a model at once, as a message about the answer.

    One transaction; the same key is one critique and one errand.
    """
    response = response_of(step)
    how.setdefault("protocol", PROTOCOL)
    with transaction.atomic():
        row = record_critique(
            response, polarity=polarity, text=text, improve=improve, stage=stage, run_step=step, **how
        )
        by = how.get("by")
        if row.use != Use.REFINE or by is None:
            return row, None
        if polarity == Critique.Polarity.KUDOS:
            raise Refused("Kudos ask for no mending. Keep them for training, or write what to do better.")
        key = f"step-{checked_key(how)}"[:60]
        return row, ask_errand("message", example=response.example, response=response, words=row.words, key=key, by=by)


def response_of(step: Step) -> Response:
    """The answer a step made; else what its item came to, or began with."""
    made: Response | None = step.responses.select_related("example__project").first()
    return made or step.item.result or step.item.start


def said_of(item: RunItem) -> QuerySet[Critique]:
    """What people said of the steps of an item and has not been taken back. One query."""
    rows = Critique.objects.standing().filter(run_step__item=item)
    return rows.select_related("rater", "run_step").order_by("pk")


def by_step(item: RunItem) -> dict[int, list[Critique]]:
    """The same by the step's place in the item."""
    found: dict[int, list[Any]] = {}
    for row in said_of(item):
        found.setdefault(row.run_step.position, []).append(row)  # type: ignore[union-attr]
    return found
