"""How a run stands, in figures: what pages and commands show. Reads only, with few queries."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from feedback.models import Budget, JobState, Run


@dataclass(frozen=True, kw_only=True)
class Progress:
    """A run in figures. Seconds; `cost` in US dollars, None when a price is not known; `left` None when unknown."""

    state: str
    why: str
    items: int
    done: int
    failed: int
    revised: int
    steps: int
    calls: int
    tokens: int
    cost: Decimal | None
    cap_calls: int | None
    cap_tokens: int | None
    cap_cost: Decimal | None
    elapsed: float
    left: float | None
    is_over: bool

    @property
    def closed(self) -> int:
        """Items that are over, one way or the other."""
        return self.done + self.failed

    @property
    def percent(self) -> int:
        """How much of the items is over, from 0 to 100."""
        return 100 * self.closed // self.items if self.items else 0


def progress(run: Run) -> Progress:
    """A run's figures now. Four queries, however large it is."""
    run = Run.objects.select_related("budget").get(pk=run.pk)
    tally = run.items.aggregate(
        items=Count("pk"), done=Count("pk", filter=Q(state="done")), failed=Count("pk", filter=Q(state="failed")),
        revised=Count("result"),
    )  # fmt: skip
    steps = run.steps.filter(state__in=[JobState.DONE, JobState.FAILED]).count()
    closed = tally["done"] + tally["failed"]
    elapsed = elapsed_of(run)
    budget = run.budget
    return Progress(
        **tally, state=run.state, why=run.why, steps=steps, calls=budget.spent_calls, tokens=budget.spent_tokens,
        cost=known_cost(budget), cap_calls=budget.cap_calls, cap_tokens=budget.cap_tokens, cap_cost=budget.cap_cost,
        elapsed=elapsed, left=left_of(run, elapsed, closed, tally["items"]), is_over=run.is_over,
    )  # fmt: skip


def known_cost(budget: Budget) -> Decimal | None:
    """What was spent in US dollars; None when the price of a call is not known."""
    return None if budget.unpriced_calls else budget.spent_cost


def elapsed_of(run: Run) -> float:
    """Seconds from its start to its end or to now."""
    if run.started_at is None:
        return 0.0
    return max(0.0, ((run.ended_at or timezone.now()) - run.started_at).total_seconds())


def left_of(run: Run, elapsed: float, closed: int, items: int) -> float | None:
    """Seconds still to go if the rest goes as the items before did; None before the first and while it is parked."""
    if run.is_over:
        return 0.0
    if run.state != Run.State.RUNNING or not closed:
        return None
    return round(elapsed / closed * (items - closed), 1)


def as_dict(run: Run) -> dict[str, Any]:
    """A run as plain data, as the command prints it."""
    now = progress(run)
    cost = None if now.cost is None else float(now.cost)
    return {
        "number": run.number, "strategy": run.strategy, "parameters": run.parameters, "seed": run.seed,
        "state": now.state, "why": now.why, "items": now.items, "done": now.done, "failed": now.failed,
        "revised": now.revised, "steps": now.steps, "calls": now.calls, "tokens": now.tokens, "cost": cost,
        "seconds": round(now.elapsed, 3), "model": run.model, "simulated": run.simulated,
    }  # fmt: skip
