"""The memory walked from tier to tier: a principle, the examples behind it, what happened there; and back again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from feedback.errors import Refused
from feedback.models import Project, Role, Split
from feedback.principles.memory import linking
from feedback.principles.memory.entries import usable
from feedback.principles.memory.recalling import Library
from feedback.projects.access import open_to

NEWEST = 200


@open_to(Role.VIEWER)
def memory_of_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """A principle with the examples behind it, what people said there, and what was learned."""
    principle = get_object_or_404(project.principles.prefetch_related("versions"), number=number)
    words = list(principle.versions.all())
    context = {
        "principle": principle, "version": words[-1] if words else None,
        "asked": linking.around_principle(principle), "loose": linking.loose_entries(principle),
    }  # fmt: skip
    return render(request, "memory/of_principle.html", context)


@open_to(Role.VIEWER)
def memory_of_example(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """An example with what it led to, what is like it, and what the memory gives for it."""
    example = get_object_or_404(project.examples, number=number)
    if example.split == Split.HOLDOUT:
        raise Refused(f"Example {number} is held out: nothing is learned from it, so nothing hangs on it here.")
    library = Library(project, entries=list(usable(project).order_by("-pk")[:NEWEST]))
    recalled = library.fitting(example.request, example=example)[: project.remembers or 5]
    context = {"one": linking.around_example(example), "like": linking.like(example), "recalled": recalled}
    return render(request, "memory/of_example.html", context)
