"""Keeping the memory small and handing it on: what says the same, what should go, and what another project learned."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from feedback.forms.memory import BringInForm
from feedback.models import Experience, Project, Role
from feedback.principles.memory import sharing
from feedback.principles.memory.entries import approved
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, page_of, person

TIDY = "memory/tidy.html"
BRING_IN = "memory/bring_in.html"


@open_to(Role.CURATOR)
def tidy_memory(request: HttpRequest, project: Project) -> HttpResponse:
    """Entries that say nearly the same, and those the memory would be better without."""
    pairs = [{"sides": [(one, other), (other, one)]} for one, other in sharing.duplicates(project)[:20]]
    return render(request, TIDY, {"pairs": pairs, "to_prune": sharing.to_prune(project)})


@open_to(Role.CURATOR)
def bring_in_memory(request: HttpRequest, project: Project) -> HttpResponse:
    """Choose what to inherit from another project."""
    context = offered(request, project)
    if request.method != "POST":
        return render(request, BRING_IN, context)
    form = BringInForm(context["rows"], request.POST)
    came = carried_out(form, lambda said: sharing.bring_in(said["entries"], into=project, by=person(request)))
    if came is None:
        return render(request, BRING_IN, {**context, "form": form}, status=422)
    told = ngettext("%(n)s entry came and waits for approval.", "%(n)s entries came and wait for approval.", came)
    messages.success(request, told % {"n": came})
    return redirect("memory", project.slug)


def offered(request: HttpRequest, project: Project) -> dict[str, Any]:
    """The projects one may take from, and what the chosen one has in use."""
    projects = list(sharing.may_bring_from(person(request), project))
    chosen = next((row for row in projects if row.slug == request.GET.get("from")), projects[0] if projects else None)
    rows = Experience.objects.none()
    if chosen is not None:
        there = Experience.objects.filter(project=project, copied_from__isnull=False).values("copied_from")
        rows = approved(Experience.objects.filter(tier=Experience.Tier.PROJECT, project=chosen)).exclude(pk__in=there)
    page = page_of(request, rows.order_by("level", "-pk"), size=50)
    return {"projects": projects, "chosen": chosen, "rows": rows, "page": page}
