"""Saying something of one step of a run, where its story is told."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback import tasks
from feedback.capture.forms import form_of
from feedback.desk.blindness import keep_blind
from feedback.desk.steps import by_step, record_step_critique
from feedback.errors import Refused
from feedback.forms.steps import StepForm
from feedback.models import Errand, Project, Role, RunItem, Step
from feedback.projects.access import open_to
from feedback.web.answering import person
from feedback.web.asked import ask, open_seal


@open_to(Role.REVIEWER)
@require_POST
def step_feedback(request: HttpRequest, project: Project, number: int, position: int) -> HttpResponse:
    """Take down what a person says of a step; then its place again, or the talk about the mended answer."""
    rows = RunItem.objects.filter(run__project=project, run__number=number).select_related("result", "start")
    item = get_object_or_404(rows, position=position)
    keep_blind(project.member, item.start_id, item.result_id)  # type: ignore[attr-defined]
    form = StepForm(request.POST, definition=form_of(project)[1])
    if not form.is_valid():
        raise Refused(" ".join(str(error) for errors in form.errors.values() for error in errors))
    errand = store(request, project, item, form.cleaned_data)
    if errand is not None:
        tasks.ring_errand(errand)
        talk = reverse("talk", args=[project.slug, errand.response_id])
        return HttpResponseRedirect(f"{talk}?way=message&errand={errand.pk}#came")
    messages.success(request, _("Kept."))
    place = reverse("run_item", args=[project.slug, number, position])
    return redirect(f"{place}#step-{form.cleaned_data['step']}")


def store(request: HttpRequest, project: Project, item: RunItem, said: dict[str, Any]) -> Errand | None:
    """Store the critique; the errand that mends the answer, where that was asked for."""
    steps = Step.objects.filter(item=item).select_related("item__start__example__project", "item__result__example")
    step = get_object_or_404(steps, position=said["step"])
    asked = open_seal(said["seal"], project, person(request))
    _, errand = record_step_critique(
        step, polarity=said["polarity"], text=said["text"], improve=said["improve"], stage=said["stage"],
        use=said["use"], key=f"{asked.key}-{step.position}", by=person(request), seconds=asked.seconds,
        form_version=asked.form, shown={"step": step.pk},
    )  # fmt: skip
    return errand


def step_context(request: HttpRequest, project: Project, item: RunItem) -> dict[str, Any]:
    """What people said of the steps, and what it takes to say more."""
    number, definition = form_of(project)
    seal = ask(project, person(request), [item.start_id], form=number).seal
    return {"said": by_step(item), "seal": seal, "stages": definition.stages}
