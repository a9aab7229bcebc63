"""Making one of many drafts: grouping them, merging those that say the same, settling those that contradict."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.errors import Refused
from feedback.forms.sorting import MergeForm, SettleForm
from feedback.models import Contradiction, Project, Role, Trial
from feedback.principles import contradicting, grouping, merging
from feedback.principles.trials.opening import open_trial
from feedback.projects.access import open_to
from feedback.tasks import ring_trial
from feedback.web.answering import carried_out, person, show
from feedback.web.deciding import decide_again, decided

PAGE = "principles/contradictions.html"


@open_to(Role.CURATOR)
@require_POST
def group_principles(request: HttpRequest, project: Project) -> HttpResponse:
    """Sort the drafts anew and show them group by group."""
    try:
        grouping.group_drafts(project, by=person(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(f"{reverse('principles', args=[project.slug])}?by=group")


@open_to(Role.CURATOR)
@require_POST
def merge_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Put a draft into another principle, with all that stands behind it."""
    gone = get_object_or_404(project.principles, number=number)
    form = MergeForm(project, request.POST)
    into = carried_out(form, lambda said: merging.merge([gone], into=said["into"], by=person(request)))
    if into is None:
        refusals = [str(one) for errors in form.errors.values() for one in errors]
        return decide_again(request, project, number, None, refusals)
    return decided(request, project, f"Principle {number} merged into principle {into.number}.", number)


@open_to(Role.VIEWER)
def contradictions(request: HttpRequest, project: Project) -> HttpResponse:
    """The pairs found: those to settle, then those that were."""
    return render(request, PAGE, found(project))


@open_to(Role.CURATOR)
@require_POST
def look_for_contradictions(request: HttpRequest, project: Project) -> HttpResponse:
    """Have the model read the pairs that may contradict each other."""
    try:
        trial = open_trial(project, kind=Trial.Kind.CONTRADICTIONS, by=person(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("contradictions", project.slug)
    ring_trial(trial)
    return redirect("trial", project.slug, trial.number)


@open_to(Role.CURATOR)
@require_POST
def settle_contradiction(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Say which of two stands, or why both may."""
    pair = get_object_or_404(contradicting.contradictions_of(project), pk=id)
    form = SettleForm(request.POST)
    row = carried_out(form, lambda said: contradicting.settle(pair, by=person(request), **said))
    if row is None:
        return show(request, PAGE, "all", found(project, id, form), status=422)
    messages.success(request, f"Settled: {row.get_settled_display()}.")
    return redirect("contradictions", project.slug)


def found(project: Project, refused: int = 0, form: SettleForm | None = None) -> dict[str, Any]:
    """All that the page of contradictions shows."""
    rows = list(contradicting.contradictions_of(project))
    lines = [line(row, form if row.pk == refused else None) for row in rows]
    open_ones = [one for one in lines if one["row"].settled == Contradiction.Settled.OPEN]
    last = Trial.objects.filter(project=project, kind=Trial.Kind.CONTRADICTIONS).first()
    return {"to_settle": open_ones, "settled": [one for one in lines if one not in open_ones], "last": last}


def line(row: Contradiction, form: SettleForm | None) -> dict[str, Any]:
    """A pair as the page shows it."""
    words = [max(one.versions.all(), key=lambda version: version.number) for one in (row.first, row.second)]
    return {"row": row, "first": words[0], "second": words[1], "form": form or SettleForm(auto_id=f"pair-{row.pk}-%s")}
