"""What may be spent, what was, and every call to a model: caps, meters and the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from feedback.forms.caps import CapsForm, LedgerFilter
from feedback.models import Budget, ModelCall, Project, Role, Run
from feedback.projects.access import open_to
from feedback.projects.budget import set_caps
from feedback.refinement.runs import resume
from feedback.tasks import ring_run
from feedback.web.answering import carried_out, page_of, person, show

PAGE = "budget/budget.html"


@dataclass(frozen=True)
class Meter:
    """How much of one cap is used: settled, held by calls in flight, and the cap (None: no cap)."""

    name: str
    spent: int | Decimal
    held: int | Decimal
    cap: int | Decimal | None
    in_dollars: bool = False

    @property
    def spent_percent(self) -> float:
        """Share of the cap that is settled, 0 to 100."""
        return share(self.spent, self.cap)

    @property
    def held_percent(self) -> float:
        """Share of the cap that is held, never past its end."""
        return min(share(self.held, self.cap), 100 - self.spent_percent)


def share(part: int | Decimal, whole: int | Decimal | None) -> float:
    """A percentage between 0 and 100; an empty cap counts as used up."""
    if whole is None:
        return 0.0
    return 100.0 if not whole else min(100.0, float(100 * part / whole))


def meters_of(budget: Budget) -> list[Meter]:
    """The three meters of a budget."""
    return [
        Meter("Calls", budget.spent_calls, budget.held_calls, budget.cap_calls),
        Meter("Tokens", budget.spent_tokens, budget.held_tokens, budget.cap_tokens),
        Meter("Money", budget.spent_cost, budget.held_cost, budget.cap_cost, in_dollars=True),
    ]


@open_to(Role.VIEWER)
def budget(request: HttpRequest, project: Project) -> HttpResponse:
    """Caps, meters and the ledger."""
    return render(request, PAGE, account(request, project, CapsForm.of(project.budget)))


@open_to(Role.OWNER)
@require_POST
def change_caps(request: HttpRequest, project: Project) -> HttpResponse:
    """Set the project's caps."""
    form = CapsForm.of(project.budget, request.POST)
    if carried_out(form, lambda caps: set_caps(project.budget, by=person(request), **caps)) is None:
        return show(request, PAGE, "caps", account(request, project, form), status=422)
    wake_runs(request, project)
    messages.success(request, "The caps are set. Runs that stood at a budget try again by themselves.")
    return redirect("budget", project.slug)


def wake_runs(request: HttpRequest, project: Project) -> None:
    """Let runs that stand at a budget try again; one that stands at its own cap will soon stand there again."""
    for run in project.runs.filter(state=Run.State.WAITING_BUDGET):
        ring_run(resume(run, by=person(request)).pk)


def account(request: HttpRequest, project: Project, form: CapsForm) -> dict[str, Any]:
    """All that the page shows."""
    asked = LedgerFilter.of(project, request.GET)
    calls = asked.applied(calls_of(project))
    return {
        "caps": form,
        "meters": meters_of(project.budget),
        "unpriced": project.budget.unpriced_calls,
        "asked": asked,
        "calls": page_of(request, calls, size=50),
    }


def calls_of(project: Project) -> QuerySet[ModelCall]:
    """The ledger, newest first, with what each call was for."""
    rows = project.model_calls.select_related("run", "step__item__start__example", "drafting__principle", "errand")
    return rows.defer("answer").order_by("-id")
