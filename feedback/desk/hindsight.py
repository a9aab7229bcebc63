"""What came, or might come, of following a response: what is known, asking a model to foretell, writing it oneself.

After RLHS (Liang and others 2025): who judges by guessed consequences rewards flattery, so one consequence is shown for
each response and the question is asked again. What happened goes before what a person wrote, that before what a model
foretold.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from feedback.capture.history import may_review, said
from feedback.desk.errands import ask_errand
from feedback.live import announce
from feedback.models import Consequence, Errand, JobState, Response, User
from feedback.projects.raters import rater_of

ORIGINS = [Consequence.Origin.IMPORTED, Consequence.Origin.WRITTEN, Consequence.Origin.FORETOLD]
UNDER_WAY = (JobState.WAITING, JobState.LEASED)


def consequences_of(responses: Iterable[Response]) -> dict[int, Consequence]:
    """The consequence that is shown for each response, by its id; those with none are missing. One query."""
    rows = Consequence.objects.filter(response__in=list(responses)).select_related("rater")
    newest_last = sorted(rows, key=lambda row: (-ORIGINS.index(Consequence.Origin(row.origin)), row.pk))
    return {row.response_id: row for row in newest_last}


def foretelling_of(responses: Iterable[Response], *, by: User) -> dict[int, Errand]:
    """The last errand by which this person had a response's consequence foretold, by the response's id. One query."""
    rows = Errand.objects.filter(response__in=list(responses), kind=Errand.Kind.CONSEQUENCE, asked_by=by)
    return {row.response_id: row for row in rows.select_related("example").order_by("pk") if row.response_id}


def foretell(response: Response, *, by: User) -> Errand:
    """Ask a model to foretell what may come of following this response. What is under way is not asked for again.

    Raises `Refused` for a hold-out example and `NotAllowed` for whoever may not review.
    """
    rows = Errand.objects.filter(response=response, kind=Errand.Kind.CONSEQUENCE, asked_by=by)
    there = rows.filter(state__in=UNDER_WAY).first()
    if there is not None:
        return there
    key = f"consequence-{response.pk}-{rows.count()}"
    return ask_errand(Errand.Kind.CONSEQUENCE, example=response.example, response=response, key=key, by=by)


def write_consequence(response: Response, *, text: str, by: User) -> Consequence:
    """Write down what came of following a response, or what would. The same words again change nothing."""
    project = response.example.project
    text = said(text, what="consequence")
    with transaction.atomic():
        may_review(project, by)
        rater = rater_of(by, project)
        row, is_new = Consequence.objects.get_or_create(
            response=response, rater=rater, text=text, origin=Consequence.Origin.WRITTEN
        )
        if is_new:
            announce(project, f"example-{response.example.number}")
    return row
