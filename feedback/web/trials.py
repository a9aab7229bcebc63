"""Tests of principles: the list, asking for one, and how one stands and came out. Each kind has its own middle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import select_template
from django.views.decorators.http import require_POST

from feedback.forms.trials import TrialForm
from feedback.models import JobState, Project, Role, Trial
from feedback.principles.trials import opening
from feedback.principles.trials.presets import PRESETS
from feedback.projects.access import open_to
from feedback.projects.budget import model_name
from feedback.tasks import ring_trial
from feedback.web.answering import carried_out, go_to, page_of, person, show
from feedback.web.once import once
from feedback.web.trial_figures import figures_for

LIST = "trials/trials.html"
START = "trials/start_trial.html"
ONE = "trials/trial.html"


@open_to(Role.VIEWER)
def trials(request: HttpRequest, project: Project) -> HttpResponse:
    """All tests of the project, newest first."""
    rows = Trial.objects.filter(project=project).select_related("asked_by", "constitution", "principle")
    return show(request, LIST, "trials", {"trials": page_of(request, rows, size=40)})


@open_to(Role.CURATOR)
def start_trial(request: HttpRequest, project: Project) -> HttpResponse:
    """Ask for a test against people's choices."""
    first = {"kind": request.GET.get("kind", Trial.Kind.RECONSTRUCTION), "principle": request.GET.get("principle")}
    form = TrialForm(project, request.POST or None, initial=first)
    context = {"form": form, "presets": PRESETS, "model": model_name()}
    if request.method != "POST":
        return show(request, START, "start", context)
    trial = carried_out(form, lambda said: started(request, project, form))
    if trial is None:
        return show(request, START, "start", context, status=422)
    return go_to(request, "trial", project.slug, trial.number)


@open_to(Role.VIEWER)
def trial(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One test: how far it is, then what came of it in the manner of its kind."""
    rows = Trial.objects.select_related("constitution", "principle", "version__principle", "asked_by", "project")
    row = get_object_or_404(rows, project=project, number=number)
    middle = select_template([f"trials/{row.kind}.html", "trials/plain.html"])
    context = {
        "trial": row, "result": row.result, "progress": opening.progress(row), "middle": middle,
        "open": row.state in opening.OPEN, "stuck": row.state in {JobState.FAILED, JobState.CANCELLED},
        "figures": figures_for(row),
    }  # fmt: skip
    return show(request, ONE, "trial", context)


@open_to(Role.CURATOR)
@require_POST
def cancel_trial(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """End a test; what it has bought stays."""
    return changed(request, project, number, opening.cancel_trial)


@open_to(Role.CURATOR)
@require_POST
def resume_trial(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Let a test that stopped go on."""
    return changed(request, project, number, opening.resume_trial)


def changed(request: HttpRequest, project: Project, number: int, verb: Callable[..., Trial]) -> HttpResponse:
    """Carry out a verb on a test and show how it stands now."""
    row = verb(get_object_or_404(project.trials, number=number), by=person(request))
    ring_trial(row)
    return redirect("trial", project.slug, number)


def started(request: HttpRequest, project: Project, form: TrialForm) -> Trial:
    """The test that was asked for; the one already opened when the same page is sent again."""
    with once(project, form.cleaned_data["key"]) as first:
        there: Any = None if first else project.trials.order_by("-number").first()
        if there is not None:
            return there
        row = opening.open_trial(project, by=person(request), **form.asked())
    ring_trial(row)
    messages.success(request, f"Test {row.number} is on its way.")
    return row
