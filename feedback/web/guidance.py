"""What people wrote to show the way for an example: hints with the tries they led to, and answers from nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback import tasks
from feedback.desk.errands import ask_errand
from feedback.models import Errand, Example, Hint, JobState, Project, Role, User
from feedback.projects.access import open_to
from feedback.web.answering import person

AT_WORK = (JobState.WAITING, JobState.LEASED)


@dataclass(frozen=True)
class HintShown:
    """A hint, the letters of the answers tried with it, whether one is under way, and why the last one failed."""

    row: Hint
    letters: list[tuple[str, int]] = field(default_factory=list)
    is_tried: bool = False
    trouble: str = ""


@open_to(Role.REVIEWER)
@require_POST
def retry_with_hint(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Let the model try again with a hint that is there."""
    hint = get_object_or_404(project.hints.standing().select_related("example__project"), pk=id)
    tries = Errand.objects.filter(hint=hint).exclude(state__in=AT_WORK).count()
    errand = ask_errand(
        "hinted", example=hint.example, hint=hint, key=f"hint-{hint.pk}-{tries}" if tries else f"hint-{hint.pk}",
        by=person(request),
    )  # fmt: skip
    tasks.ring_errand(errand)
    messages.info(request, _("The model tries again with the hint. Its answer will stand here."))
    return redirect("example", project.slug, hint.example.number)


def hints_shown(project: Project, example: Example, user: User, shown: list[Any], *, blind: bool) -> list[HintShown]:
    """The hints for an example with what came of them; one's own alone while others' are still kept. Two queries."""
    rows = project.hints.standing().filter(example=example).select_related("rater").order_by("pk")
    rows = rows.filter(rater__user=user) if blind else rows
    letters = {one.response.pk: one.letter for one in shown}
    asked: dict[int, list[Errand]] = {}
    for errand in Errand.objects.filter(example=example, kind=Errand.Kind.HINTED).order_by("pk"):
        asked.setdefault(errand.hint_id or 0, []).append(errand)
    return [hint_shown(row, asked.get(row.pk, []), letters) for row in rows]


def hint_shown(row: Hint, errands: list[Errand], letters: dict[int, str]) -> HintShown:
    """One hint with what came of it."""
    found = [(letters[one.result_id], one.result_id) for one in errands if one.result_id in letters]
    last = errands[-1] if errands else None
    trouble = last.error if last is not None and last.state == JobState.FAILED else ""
    return HintShown(row, found, any(one.state in AT_WORK for one in errands), trouble)
