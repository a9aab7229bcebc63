"""A person's own memory, for their eyes alone: read it, add to it, learn it from one's own words, delete it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from feedback.forms.memory import OWN_STEPS, RememberForm, TickedForm
from feedback.models import Project
from feedback.principles.memory import own
from feedback.principles.memory.entries import own_entries
from feedback.projects.access import open_to_members
from feedback.web.answering import carried_out, person
from feedback.web.memory import lines_of

PAGE = "memory/own.html"


@open_to_members
def own_memory(request: HttpRequest) -> HttpResponse:
    """All of one's own memory."""
    return render(request, PAGE, listing(request))


@open_to_members
@require_POST
def remember_own(request: HttpRequest) -> HttpResponse:
    """Keep something for oneself."""
    form = RememberForm(Project.objects.of(person(request)), request.POST)
    if carried_out(form, lambda said: own.remember(person(request), **said)) is None:
        return render(request, PAGE, {**listing(request), "form": form}, status=422)
    messages.success(request, _("Kept. Only you see it."))
    return redirect("own_memory")


@open_to_members
@require_POST
def learn_own(request: HttpRequest) -> HttpResponse:
    """Learn from what one said in a project."""
    project = get_object_or_404(Project.objects.of(person(request)), slug=request.POST.get("project", ""))
    came = own.learn_habits(person(request), project)
    told = ngettext("%(n)s thing you said again was found.", "%(n)s things you said again were found.", came)
    messages.success(request, told % {"n": came})
    return redirect("own_memory")


@open_to_members
@require_POST
def change_own(request: HttpRequest) -> HttpResponse:
    """Use the ticked entries, or delete them for good."""
    form = TickedForm(own_entries(person(request)), request.POST, steps=OWN_STEPS)
    verbs = {"use": own.use_own, "forget": own.forget}
    done = carried_out(form, lambda said: verbs[said["step"]](said["entries"], by=person(request)))
    if done is None:
        return render(request, PAGE, {**listing(request), "ticked": form}, status=422)
    messages.success(request, ngettext("%(n)s entry done.", "%(n)s entries done.", done) % {"n": done})
    return redirect("own_memory")


def listing(request: HttpRequest) -> dict[str, Any]:
    """All that the page shows. A fixed number of queries."""
    projects = Project.objects.of(person(request))
    rows = list(own_entries(person(request)).order_by("-pk")[:500])
    return {"lines": lines_of(rows), "projects": list(projects), "form": RememberForm(projects)}
