"""From somebody's words to a draft, asked for and watched where the words stand; and taking one's words back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from feedback import tasks
from feedback.capture.history import withdraw
from feedback.errors import NotAllowed, Refused
from feedback.models import Drafting, Preference, Project, Ranking, Role
from feedback.models.feedback import Feedback
from feedback.principles import drafting as drafts
from feedback.principles.sources import PATHS, example_of
from feedback.projects.access import open_to
from feedback.web.answering import person
from feedback.web.thread import KINDS, lines_of

PART = "drafting/line.html"


@open_to(Role.REVIEWER)
@require_POST
def ask_for_draft(request: HttpRequest, project: Project, kind: str, id: int) -> HttpResponse:  # noqa: A002
    """Ask for a principle drafted from one piece of feedback: one's own, or anybody's for a curator."""
    row = row_of(project, kind, id)
    may_ask_about(request, project, row)
    try:
        job = drafts.ask_for_draft(row, by=person(request), turned=request.POST.get("turned") == "1")  # type: ignore[arg-type]
    except Refused as refusal:
        return refused(request, project, row, refusal)
    tasks.ring_drafting(job.pk)
    return line_or_page(request, project, row)


@open_to(Role.REVIEWER)
def drafting(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """How one drafting stands, as the line of the words it is made from."""
    job = get_object_or_404(Drafting.objects.filter(project=project, group=None).select_related(*PATHS), pk=id)
    source = job.source
    kind = next(name for name, table in KINDS.items() if isinstance(source, table))
    row = row_of(project, kind, source.pk)
    may_ask_about(request, project, row)
    return line_or_page(request, project, row)


@open_to(Role.REVIEWER)
@require_POST
def withdraw_feedback(request: HttpRequest, project: Project, kind: str, id: int) -> HttpResponse:  # noqa: A002
    """Take back what one said oneself."""
    row = withdraw(row_of(project, kind, id), by=person(request))
    messages.success(request, "Taken back. It stays on record but counts no more.")
    return redirect(back(request, project, row))


def row_of(project: Project, kind: str, number: int) -> Feedback:
    """One piece of feedback of this project."""
    if kind not in KINDS:
        kind = "rating"
        number = 0
    table = KINDS[kind]
    paths = {Preference: ["response_a__example", "response_b"], Ranking: ["example"]}.get(table, ["response__example"])
    rows = table._default_manager.filter(project=project).select_related("rater", "project", *paths)
    row: Feedback = get_object_or_404(rows, pk=number)
    return row


def may_ask_about(request: HttpRequest, project: Project, row: Feedback) -> None:
    """Raise `NotAllowed` unless it is one's own or one may curate."""
    own = row.rater.user_id == person(request).pk
    if not own and not project.member.may(Role.CURATOR):  # type: ignore[attr-defined]
        raise NotAllowed("Only curators ask for drafts from what others said. Ask from your own words.")


def line_or_page(request: HttpRequest, project: Project, row: Feedback) -> HttpResponse:
    """The line with its draft as it stands, or the page it belongs to."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(back(request, project, row))
    return render(request, f"{PART}#line", {"line": lines_of(project, [row])[0]})


def refused(request: HttpRequest, project: Project, row: Feedback, refusal: Refused) -> HttpResponse:
    """Why no draft was asked for, at the line itself or on the page it belongs to."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, f"{PART}#line", {"line": lines_of(project, [row])[0], "refusal": refusal}, status=422)
    messages.error(request, str(refusal))
    return redirect(back(request, project, row))


def back(request: HttpRequest, project: Project, row: Feedback) -> str:
    """Where the person came from within this project, else the page of the words themselves."""
    came_from = request.POST.get("next", "")
    home = reverse("project", args=[project.slug])
    if came_from.startswith(home) and url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return came_from
    if isinstance(row, Preference | Ranking):
        return reverse("example", args=[project.slug, example_of(row).number])
    return reverse("judge", args=[project.slug, row.response_id])  # type: ignore[attr-defined]
