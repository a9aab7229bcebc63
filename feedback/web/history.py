"""Everything one person ever said about a response: what stands, what was changed, what was taken back, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from feedback.capture.judgements import KINDS
from feedback.models import Edit, Project, Rating, Response, Role
from feedback.models.feedback import Feedback
from feedback.projects.access import open_to
from feedback.web.answering import person
from feedback.web.thread import Line, lines_of


@dataclass(frozen=True)
class Version:
    """A row as it was said: `state` is stands, changed, undone or taken-back."""

    line: Line
    state: str


@open_to(Role.REVIEWER)
def history(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """One's own history on a response; a curator sees everybody's."""
    response = get_object_or_404(
        Response.objects.filter(example__project=project).select_related("example__project"), pk=id
    )
    everybody = bool(request.GET.get("all")) and project.member.may(Role.CURATOR)  # type: ignore[attr-defined]
    rows = ever_said(response, None if everybody else person(request))
    versions = [Version(line, state_of(line.row)) for line in lines_of(project, rows)]
    context = {"response": response, "example": response.example, "versions": versions, "everybody": everybody}
    return render(request, "desk/history.html", context)


def ever_said(response: Response, user: Any) -> list[Feedback]:
    """All rows about the response, newest first. A query for each kind."""
    rows: list[Feedback] = []
    for kind in KINDS:
        found = kind._default_manager.filter(response=response)
        found = found.filter(rater__user=user) if user else found
        found = found.filter(critique=None) if kind is Rating else found
        found = found.select_related("rater", "submission", "response__example", "replaced_by")
        rows += list(found.select_related("result") if kind is Edit else found)
    return sorted(rows, key=lambda row: row.created_at, reverse=True)


def state_of(row: Any) -> str:
    """What became of a row."""
    if row.withdrawn_at is not None:
        undone = row.submission is not None and row.submission.undone_at == row.withdrawn_at
        return "undone" if undone else "taken-back"
    return "changed" if hasattr(row, "replaced_by") else "stands"
