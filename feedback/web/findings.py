"""Findings under people's hands: a row worded anew, merged, rejected, taken back or approved; the next stage begun."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.errors import Refused
from feedback.forms.findings import MergeFindingForm, RejectForm, WordAnewForm
from feedback.models import Finding, Project, Role
from feedback.principles import findings
from feedback.projects.access import open_to
from feedback.tasks import ring_trial
from feedback.web.answering import carried_out, person
from feedback.web.finding_figures import one_row

PART = "trials/finding.html#finding"


@open_to(Role.VIEWER)
def finding(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """One row as it stands, or its place on the page of the test."""
    row = row_of(project, number, id)
    return render(request, PART, {"row": one_row(row)}) if request.htmx else at_row(row)  # type: ignore[attr-defined]


@open_to(Role.CURATOR)
@require_POST
def word_finding_anew(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Other words for a row."""
    row, form = row_of(project, number, id), WordAnewForm(request.POST)
    return answered(request, row, form, lambda said: findings.word_anew(row, by=person(request), **said))


@open_to(Role.CURATOR)
@require_POST
def merge_finding(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """A row into another of its stage."""
    row = row_of(project, number, id)
    form = MergeFindingForm(row, request.POST)
    return answered(request, row, form, lambda said: findings.merge_finding(row, by=person(request), **said))


@open_to(Role.CURATOR)
@require_POST
def reject_finding(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Leave a row out of what follows."""
    row, form = row_of(project, number, id), RejectForm(request.POST)
    return answered(request, row, form, lambda said: findings.reject_finding(row, by=person(request), **said))


@open_to(Role.CURATOR)
@require_POST
def take_back_finding(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Take a row back in."""
    row = row_of(project, number, id)
    return answered(request, row, forms.Form({}), lambda _: findings.take_back_finding(row, by=person(request)))


@open_to(Role.CURATOR)
@require_POST
def approve_finding(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Carry a change out."""
    row = row_of(project, number, id)
    return answered(request, row, forms.Form({}), lambda _: findings.approve_finding(row, by=person(request)))


@open_to(Role.CURATOR)
@require_POST
def begin_stage(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Go on with the rows that were kept."""
    try:
        ring_trial(findings.next_stage(get_object_or_404(project.trials, number=number), by=person(request)))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("trial", project.slug, number)


def row_of(project: Project, number: int, pk: int) -> Finding:
    """A row of one of this project's tests."""
    rows = Finding.objects.select_related("trial__project")
    return get_object_or_404(rows, trial__project=project, trial__number=number, pk=pk)


def answered(
    request: HttpRequest, row: Finding, form: forms.Form, verb: Callable[[dict[str, Any]], object]
) -> HttpResponse:
    """Do it and show the row again; what stands in the way is said where it stands."""
    done = carried_out(form, verb)
    refusals = [] if done else [str(one) for errors in form.errors.values() for one in errors]
    if request.htmx:  # type: ignore[attr-defined]
        context = {"row": one_row(row), "refusals": refusals}
        return render(request, PART, context, status=422 if refusals else 200)
    for refusal in refusals:
        messages.error(request, refusal)
    return at_row(row)


def at_row(row: Finding) -> HttpResponse:
    """The row's place on the page of its test."""
    page = reverse("trial", args=[row.trial.project.slug, row.trial.number])
    return HttpResponseRedirect(f"{page}#finding-{row.pk}")
