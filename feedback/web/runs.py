"""Runs: the list, starting one, watching one, and the story of each answer it worked on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.desk.blindness import keep_blind
from feedback.errors import Refused
from feedback.forms.runs import RaiseCapForm, StartRunForm
from feedback.models import Project, Role, Run, RunItem
from feedback.principles.constitutions import current_constitution
from feedback.projects.access import open_to
from feedback.projects.budget import model_name
from feedback.refinement import runs as verbs
from feedback.refinement.cases import compiled_in, remembered_in
from feedback.refinement.strategies import STRATEGIES
from feedback.tasks import ring_run
from feedback.web.answering import carried_out, go_to, page_of, person, show
from feedback.web.once import once
from feedback.web.steps import step_context
from feedback.web.story import items_of
from feedback.web.watching import chapters_of, counted, list_lines, standing

LIST = "runs/runs.html"
START = "runs/start_run.html"
ONE = "runs/run.html"


@open_to(Role.VIEWER)
def runs(request: HttpRequest, project: Project) -> HttpResponse:
    """All runs of the project, newest first."""
    rows = page_of(request, counted(project), size=40)
    return show(request, LIST, "runs", {"runs": rows, "lines": list_lines(rows)})


@open_to(Role.CURATOR)
def start_run(request: HttpRequest, project: Project) -> HttpResponse:
    """Ask for a run: see what it may cost, then start it."""
    form = StartRunForm(project, request.POST or None)
    if request.method != "POST":
        return render(request, START, plan(project, form))
    if "forecast" in request.POST:
        return show(request, START, "start", plan(project, form), status=200 if form.is_valid() else 422)
    run = carried_out(form, lambda said: started(request, project, form))
    if run is None:
        return show(request, START, "start", plan(project, form), status=422)
    return go_to(request, "run", project.slug, run.number)


@open_to(Role.VIEWER)
def run(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One run: how it stands, what it may still spend, and what came of each answer."""
    return show(request, ONE, "run", standing(request, project, number))


@open_to(Role.VIEWER)
def run_item(request: HttpRequest, project: Project, number: int, position: int) -> HttpResponse:
    """The story of one answer: critique, rewrite, result."""
    items = items_of(get_object_or_404(project.runs.select_related("constitution"), number=number))
    item = get_object_or_404(items.select_related("run__constitution", "start__example", "result"), position=position)
    keep_blind(project.member, item.start_id, item.result_id)  # type: ignore[attr-defined]
    around = {
        "previous": items.filter(position__lt=position).order_by("-position").first(),
        "next": items.filter(position__gt=position).order_by("position").first(),
    }
    return render(
        request,
        "runs/item.html",
        {**story_of(item), **around, **step_context(request, project, item)},
    )


def story_of(item: RunItem) -> dict[str, Any]:
    """What was done to one answer, and what stood beside it meanwhile."""
    return {
        "item": item, "run": item.run, "chapters": chapters_of(item), "sentence": item.why,
        "remembered": remembered_in(item.run, item), "compiled": compiled_in(item.run, item),
    }  # fmt: skip


@open_to(Role.CURATOR)
@require_POST
def cancel_run(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """End a run; what it has done so far stays."""
    return changed(request, project, number, verbs.cancel)


@open_to(Role.CURATOR)
@require_POST
def pause_run(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Take no new step until somebody lets it go on."""
    return changed(request, project, number, verbs.pause)


@open_to(Role.CURATOR)
@require_POST
def resume_run(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Let a paused run go on."""
    return changed(request, project, number, verbs.resume)


@open_to(Role.CURATOR)
@require_POST
def raise_cap(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Give a run that stopped at its budget more, and let it go on."""
    row = get_object_or_404(project.runs, number=number)
    form = RaiseCapForm(request.POST)
    raised = carried_out(form, lambda caps: verbs.raise_cap(row, by=person(request), **caps))
    if raised is None:
        return show(request, ONE, "run", {**standing(request, project, number), "raising": form}, status=422)
    ring_run(raised.pk)
    return redirect("run", project.slug, number)


@open_to(Role.CURATOR)
@require_POST
def start_baseline(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Best of several at the same cost, on the same answers: what a finished run has to beat."""
    row = get_object_or_404(project.runs, number=number)
    baseline = row.baselines.first() or verbs.start_run(
        project, strategy="best_of_n", by=person(request), baseline_of=row
    )
    ring_run(baseline.pk)
    return redirect("run", project.slug, baseline.number)


def changed(request: HttpRequest, project: Project, number: int, verb: Callable[..., Any]) -> HttpResponse:
    """Carry out a verb on a run and show how it stands now."""
    row = verb(get_object_or_404(project.runs, number=number), by=person(request))
    ring_run(row.pk)
    return redirect("run", project.slug, number)


def started(request: HttpRequest, project: Project, form: StartRunForm) -> Run:
    """The run that was asked for; the one already started when the same page is sent again."""
    said = form.cleaned_data
    with once(project, said["key"]) as first:
        if not first:
            return project.runs.order_by("-number").first() or Run(project=project, number=0)
        row = verbs.start_run(
            project, strategy=said["strategy"], by=person(request), **form.selection(), parameters=form.parameters(),
            seed=said["seed"] or 0, **{name: said[name] for name in ("cap_calls", "cap_tokens", "cap_cost")},
        )  # fmt: skip
    ring_run(row.pk)
    messages.success(request, f"Run {row.number} is on its way.")
    return row


def plan(project: Project, form: StartRunForm) -> dict[str, Any]:
    """The page before the start: every strategy with what it would cost at most."""
    asked = form if form.is_bound else StartRunForm.as_offered(project)
    return {
        "form": form,
        "cards": [strategy_card(project, form, asked, name) for name in STRATEGIES],
        "chosen": form["strategy"].value() or next(iter(STRATEGIES)),
        "model": model_name(),
        "constitution": current_constitution(project),
    }


def strategy_card(project: Project, form: StartRunForm, asked: StartRunForm, name: str) -> dict[str, Any]:
    """One strategy: what it does, its parameters, and its forecast or why it cannot be had."""
    strategy = STRATEGIES[name]
    card = {"strategy": strategy, "fields": [form[f"{name}-{one.name}"] for one in strategy.parameters]}
    if not asked.is_valid():
        return card
    try:
        return {
            **card,
            "forecast": verbs.forecast(project, strategy=name, **asked.selection(), parameters=asked.parameters(name)),
        }
    except Refused as refusal:
        return {**card, "refusal": str(refusal)}
