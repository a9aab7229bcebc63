"""Errands as they are asked for and watched: the button's post, and the fragment that waits, then shows what came."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from feedback import tasks
from feedback.desk import errands
from feedback.desk.blindness import keep_words_hidden
from feedback.errors import Refused
from feedback.forms.errands import ErrandForm
from feedback.models import Errand, Project, Response, Role
from feedback.projects.access import open_to
from feedback.web.answering import person

PAGE = "errands/errand.html"


@open_to(Role.REVIEWER)
@require_POST
def ask_errand(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Send a model on an errand about an example, or one response to it."""
    example = get_object_or_404(project.examples.select_related("project"), number=number)
    form = ErrandForm(request.POST, prefix="errand")
    if not form.is_valid():
        raise Refused("This is nothing a model can be asked for here. Load the page again and send it once more.")
    given = form.cleaned_data
    response = response_of(project, number, given["response"])
    if response is not None:
        keep_words_hidden(project.member, response)  # type: ignore[attr-defined]
    errand = errands.ask_errand(
        given["kind"], example=example, response=response, words=given["words"], key=str(given["key"]),
        by=person(request),
    )  # fmt: skip
    tasks.ring_errand(errand)
    if request.htmx:  # type: ignore[attr-defined]
        return fragment(request, errand)
    messages.info(request, "A model was asked. What it says will stand here.")
    return redirect(back(request, project, errand))


@open_to(Role.REVIEWER)
def errand(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """How one errand stands: the fragment of its kind, or a page around it. One's own; anybody's for a curator."""
    return fragment(request, get_object_or_404(visible(request, project), pk=id))


def visible(request: HttpRequest, project: Project) -> QuerySet[Errand]:
    """The errands a person may look at: what one was told would sway the others."""
    rows = errands.errands_of(project)
    return rows if project.member.may(Role.CURATOR) else rows.filter(asked_by=person(request))  # type: ignore[attr-defined]


def response_of(project: Project, number: int, id: int | None) -> Response | None:  # noqa: A002
    """The response asked about, of that example and project."""
    if id is None:
        return None
    rows = Response.objects.select_related("example__project", "author", "parent__author").filter(
        example__project=project, example__number=number
    )
    return get_object_or_404(rows, pk=id)


def fragment(request: HttpRequest, row: Errand) -> HttpResponse:
    """The errand's own part, or the page that holds it."""
    name = f"{PAGE}#errand" if request.htmx else PAGE  # type: ignore[attr-defined]
    answer = render(request, name, errand_context(row))
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def errand_context(row: Errand) -> dict[str, Any]:
    """What the fragment of an errand shows."""
    return {"errand": row, "outcome": f"errands/{row.kind.replace('-', '_')}.html"}


def back(request: HttpRequest, project: Project, row: Errand) -> str:
    """Where the person came from within this project, else the errand's own page."""
    came_from = request.POST.get("errand-next", "")
    home = reverse("project", args=[project.slug])
    if came_from.startswith(home) and url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
        return came_from
    return reverse("errand", args=[project.slug, row.pk])
