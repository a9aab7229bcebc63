"""Principles carried in as a file or pasted text, looked at before they go in; a constitution carried out as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from feedback.errors import NotAllowed
from feedback.forms.carrying import PrinciplesForm
from feedback.models import Project, Role
from feedback.principles.importing import import_principles, look_at
from feedback.principles.taking_out import FORMATS
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, go_to, person, show

PAGE = "principles/bring_in.html"
CURATORS_ONLY = {"annotated-pairs"}


@open_to(Role.CURATOR)
def bring_in_principles(request: HttpRequest, project: Project) -> HttpResponse:
    """Send a file or paste lines, see what is new, then let it in as drafts."""
    form = PrinciplesForm(request.POST or None, request.FILES or None)
    clauses = carried_out(form, lambda said: said["clauses"])
    if clauses is None:
        return show(request, PAGE, "bring", {"form": form}, status=422 if form.is_bound else 200)
    if request.POST.get("step") != "keep":
        return show(request, PAGE, "bring", looked_at(project, form, clauses))
    made = import_principles(project, clauses, by=person(request))
    messages.success(request, f"Brought in as drafts: {len(made)} of {len(clauses)}.")
    return go_to(request, "principles", project.slug)


def looked_at(project: Project, form: PrinciplesForm, clauses: list[Any]) -> dict[str, Any]:
    """What would go in, and the same text again to be sent."""
    said = form.cleaned_data
    again = PrinciplesForm(initial={"text": said["text"], "format": said["format"], "filename": said["filename"]})
    return {"form": again, "outlook": look_at(project, clauses), "filename": said["filename"]}


@open_to(Role.VIEWER)
@require_GET
def take_out_constitution(request: HttpRequest, project: Project, number: int, format: str) -> HttpResponse:  # noqa: A002
    """One version as a file; pairs of answers, which hold what people chose, only for curators."""
    if format not in FORMATS:
        raise Http404("There is no such format.")
    if format in CURATORS_ONLY and not project.member.may(Role.CURATOR):  # type: ignore[attr-defined]
        raise NotAllowed("This file holds what each pair was judged to be. Only curators take it out.")
    constitution = get_object_or_404(project.constitutions, number=number)
    way = FORMATS[format]
    name = f"{project.slug}-constitution-{number}.{way.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(way.write(constitution), content_type=f"{way.content_type}; charset=utf-8", headers=headers)
