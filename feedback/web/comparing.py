"""Refined against original, blind: the same question as a pair, asked about what a run made; and how it came out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from feedback.agreement.reports import refined_win_rate, refined_win_rates
from feedback.desk.queue import Order, next_refined_pair, order_for, refined_progress
from feedback.errors import NotAllowed
from feedback.forms.judging import PairForm
from feedback.models import Project, Role, RunItem
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person, show
from feedback.web.asked import open_seal
from feedback.web.pairs import go_to, ids, just_compared, pass_over, side_by_side, store, two
from feedback.web.skipping import skipped_pairs
from feedback.web.watching import label_of

PAGE = "comparing/compare.html"
PROTOCOL = "refined-vs-original"


@open_to(Role.VIEWER)
def compare(request: HttpRequest, project: Project) -> HttpResponse:
    """The next refined answer beside its original, blind; when none is left, the result."""
    reviewing = project.member.may(Role.REVIEWER)  # type: ignore[attr-defined]
    if request.method == "POST":
        return answer(request, project, reviewing=reviewing)
    skipped = skipped_pairs(request, project, PROTOCOL)
    found = next_refined_pair(project, by=person(request), skipped=skipped) if reviewing else None
    if found is None or "result" in request.GET:
        context = {"passed": skipped, "unfinished": found is not None, **results(request, project)}
        return render(request, "comparing/result.html", {**context, **just_compared(request, project)})
    return render(request, PAGE, question(request, project, order_for(person(request), *found)))


def answer(request: HttpRequest, project: Project, *, reviewing: bool) -> HttpResponse:
    """Store the answer to the question in the seal, then the next one; or pass it over."""
    if not reviewing:
        raise NotAllowed("This needs the role reviewer; yours here is viewer.")
    if "skip" in request.POST or "again" in request.POST:
        pass_over(request, project, PROTOCOL)
        return redirect("compare", project.slug)
    form, order = PairForm(request.POST), order_of(request, project)
    run = run_of(order)
    row = carried_out(form, lambda said: store(request, project, order, form, protocol=PROTOCOL, run=run))
    if row is None:
        return show(request, PAGE, "comparing", question(request, project, order, form), status=422)
    return go_to(request, f"{reverse('compare', args=[project.slug])}?after={row.pk}")


def order_of(request: HttpRequest, project: Project) -> Order:
    """The pair that the seal asks about. Raises `Refused` for a seal that is broken, 404 for a pair that is gone."""
    asked = open_seal(request.POST.get("seal", ""), project, person(request))
    return order_for(person(request), *two(project, *(asked.responses * 2)[:2]))


def question(request: HttpRequest, project: Project, order: Order, form: PairForm | None = None) -> dict[str, Any]:
    """All that the page shows; nothing in it says which one is the refined answer."""
    context = side_by_side(request, project, order, form, protocol=PROTOCOL)
    return {**context, "progress": refined_progress(project, by=person(request))}


def run_of(order: Order) -> int | None:
    """The number of the run that made one of the two out of the other."""
    low, high = ids(order)
    item = RunItem.objects.filter(start=low, result=high).select_related("run").first()
    return item.run.number if item else None


def results(request: HttpRequest, project: Project) -> dict[str, Any]:
    """How it came out: over all runs, and for each run that was compared."""
    rates = refined_win_rates(project)
    runs = project.runs.filter(pk__in=rates).order_by("-number")
    return {
        "rate": refined_win_rate(project),
        "runs": [{"run": run, "label": label_of(run), "rate": rates[run.pk]} for run in runs],
        "progress": refined_progress(project, by=person(request)),
    }
