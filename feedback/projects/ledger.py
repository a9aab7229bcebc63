"""The ledger: holding the worst case of a call, settling it on what was used, and proving that the sums agree.

Every change of a `Budget`'s sums happens here, in one transaction with the `ModelCall` it is for. Budgets are always
taken in the same order, the project's before the run's, so that two calls never wait for each other. It knows no model.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from feedback.errors import OverBudget, Passing
from feedback.live import announce
from feedback.llm.model import Completion, Usage
from feedback.models import Budget, Drafting, Errand, ModelCall, Project, Run, Step, Trial

State = ModelCall.State
ORPHAN_AGE = timedelta(minutes=15)
SECONDS_FOR_ROOM = 2.0
LOST = "The worker was lost while the model was answering; counted at the most it can have cost."
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Payer:
    """Who pays for a call and what it is for. `run` pays beside its project."""

    project: Project
    run: Run | None = None
    step: Step | None = None
    drafting: Drafting | None = None
    errand: Errand | None = None
    trial: Trial | None = None

    @property
    def accounts(self) -> list[tuple[str, int]]:
        """The budgets that pay, as (how a sentence calls its owner, id), in the order in which they are taken."""
        found = [("project", self.project.budget_id)]
        return [*found, (f"run {self.run.number}", self.run.budget_id)] if self.run else found

    @property
    def job(self) -> dict[str, Any]:
        """The column that names the job, or nothing when the call belongs to none."""
        jobs = {"step": self.step, "drafting": self.drafting, "errand": self.errand, "trial": self.trial}
        return next(({name: job} for name, job in jobs.items() if job is not None), {})


def settled_call(payer: Payer, slot: str) -> ModelCall | None:
    """The call this job has already paid for under that slot."""
    if not payer.job:
        return None
    return ModelCall.objects.filter(**payer.job, slot=slot, state=State.SETTLED).first()


def reserve(payer: Payer, *, tokens: int, cost: Decimal | None, **fields: Any) -> ModelCall:
    """Hold a call's worst case with everyone who pays, and write its row.

    Raises `OverBudget` when it would pass a cap, `Passing` when there would be room but for calls still in flight, and
    `RuntimeError` within a transaction, where no model may be called.
    """
    with transaction.atomic(durable=True):
        for owner, budget_id in payer.accounts:
            _hold(owner, budget_id, tokens, cost)
        return ModelCall.objects.create(
            project=payer.project,
            run=payer.run,
            step=payer.step,
            drafting=payer.drafting,
            errand=payer.errand,
            trial=payer.trial,
            worst_tokens=tokens,
            worst_cost=cost,
            **fields,
        )


def _hold(owner: str, budget_id: int, tokens: int, cost: Decimal | None) -> None:
    money = Q(cap_cost__isnull=True)
    if cost is not None:
        money |= Q(cap_cost__gte=F("spent_cost") + F("held_cost") + cost)
    room = (
        money
        & (Q(cap_calls__isnull=True) | Q(cap_calls__gte=F("spent_calls") + F("held_calls") + 1))
        & (Q(cap_tokens__isnull=True) | Q(cap_tokens__gte=F("spent_tokens") + F("held_tokens") + tokens))
    )
    held = Budget.objects.filter(room, pk=budget_id).update(
        held_calls=F("held_calls") + 1,
        held_tokens=F("held_tokens") + tokens,
        held_cost=F("held_cost") + (cost or NOTHING),
    )
    if not held:
        raise _no_room(owner, Budget.objects.get(pk=budget_id), tokens, cost)


def _no_room(owner: str, budget: Budget, tokens: int, cost: Decimal | None) -> OverBudget | Passing:
    """Why there is no room, as a sentence for the person who can make some."""
    if budget.cap_cost is not None and cost is None:
        return OverBudget(
            f"The {owner} has a cap in US dollars, but this model's price is not known, so no call can be held to it. "
            "Add the price to feedback/llm/prices.json, or cap calls or tokens instead and take the money cap away."
        )
    why = _reached(owner, budget, tokens, cost or NOTHING)
    if why:
        return OverBudget(why)
    return Passing(f"What is left of the budget of the {owner} is held by calls in flight.", SECONDS_FOR_ROOM)


def _reached(owner: str, budget: Budget, tokens: int, cost: Decimal) -> str:
    """Which cap would be passed even if nothing were in flight; nothing when none would."""
    lines = (
        (budget.cap_calls, budget.spent_calls, 1, "{:,} calls", "1 call"),
        (budget.cap_tokens, budget.spent_tokens, tokens, "{:,} tokens", "up to {:,} tokens"),
        (budget.cap_cost, budget.spent_cost, cost, "${:,.4f}", "up to ${:,.4f}"),
    )
    for cap, used, needed, unit, need in lines:
        if cap is not None and used + needed > cap:
            left = max(cap - used, type(cap)(0))
            return (
                f"The {owner} may use {unit.format(cap)}; {unit.format(left)} are left and the next call may need "
                f"{need.format(needed)}. Raise the cap of the {owner} to go on."
            )
    return ""


def settle(call: ModelCall, completion: Completion, cost: Decimal | None) -> bool:
    """Book what a call really used. False when another worker had answered the same slot before: it is then booked as
    a failed call, paid for all the same."""
    answered = {
        "model": completion.model[:120],
        "simulated": completion.simulated,
        "answer": completion.text,
        "stop_reason": completion.stop_reason[:40],
        "milliseconds": completion.milliseconds,
        "request_id": completion.request_id[:120],
    }
    try:
        _book(call, state=State.SETTLED, usage=completion.usage, cost=cost, **answered)
    except IntegrityError:
        late = "Another worker had answered this before."
        _book(call, state=State.FAILED, usage=completion.usage, cost=cost, error=late, **answered)
        return False
    return True


def fail(call: ModelCall, *, error: str, usage: Usage | None, cost: Decimal | None, text: str = "") -> None:
    """Book a call that brought nothing usable: its hold is given back, and what is known to be used is counted.

    A `usage` of None is not known, and so is then its cost.
    """
    _book(call, state=State.FAILED, usage=usage or Usage(), cost=cost, error=error, answer=text)


def settle_orphans(older_than: timedelta = ORPHAN_AGE) -> int:
    """Settle calls whose worker was lost at their worst case; how many there were. Twice does nothing more."""
    return orphan(ModelCall.objects.filter(created_at__lt=timezone.now() - older_than))


def orphan_earlier(payer: Payer, slot: str) -> None:
    """Settle what a lost worker left in flight under this slot: whoever asks now holds the job."""
    if payer.job:
        orphan(ModelCall.objects.filter(**payer.job, slot=slot))


def orphan(calls: Any) -> int:
    """Settle those of these calls that are in flight at their worst case; how many there were."""
    lost = 0
    for call in calls.filter(state=State.HELD).select_related("project", "run"):
        usage = Usage(input_tokens=call.worst_tokens)
        lost += _book(call, state=State.ORPHANED, usage=usage, cost=call.worst_cost, error=LOST)
    return lost


@transaction.atomic
def _book(call: ModelCall, *, state: str, usage: Usage, cost: Decimal | None, **fields: Any) -> bool:
    """Move a call out of flight, or correct one that was given up for lost, and its payers' sums with it."""
    row = ModelCall.objects.select_for_update().get(pk=call.pk)
    if row.state != State.HELD and not (row.state == State.ORPHANED and state != State.ORPHANED):
        return False
    before = _sums(row)
    row.state, row.cost, row.settled_at = state, cost, timezone.now()
    row.input_tokens, row.output_tokens = usage.input_tokens, usage.output_tokens
    row.cache_read_tokens, row.cache_write_tokens = usage.cache_read_tokens, usage.cache_write_tokens
    for name, value in {"error": "", **fields}.items():
        setattr(row, name, value.replace("\0", "") if isinstance(value, str) else value)
    change = {name: F(name) + (value - before[name]) for name, value in _sums(row).items() if value != before[name]}
    for _, budget_id in Payer(call.project, call.run).accounts:
        Budget.objects.filter(pk=budget_id).update(**change)
    row.save()
    announce(row.project_id, "ledger")
    return True


def _sums(row: ModelCall) -> dict[str, Any]:
    """What one call adds to each sum of a budget."""
    held = row.state == State.HELD
    billed = row.state in {State.SETTLED, State.ORPHANED} or (row.state == State.FAILED and row.total_tokens > 0)
    return {
        "held_calls": int(held),
        "held_tokens": row.worst_tokens if held else 0,
        "held_cost": (row.worst_cost or NOTHING) if held else NOTHING,
        "spent_calls": int(billed),
        "spent_tokens": row.total_tokens if billed else 0,
        "spent_cost": (row.cost or NOTHING) if billed else NOTHING,
        "unpriced_calls": int(billed and row.cost is None),
    }


@transaction.atomic
def differences(budget: Budget, calls: Any) -> dict[str, tuple[Any, Any]]:
    """Where a budget's sums differ from its calls: name -> (the budget says, the calls say).

    The budget is locked meanwhile, so calls in flight do not look like differences.
    """
    row = Budget.objects.select_for_update().get(pk=budget.pk)
    total = F("input_tokens") + F("output_tokens") + F("cache_read_tokens") + F("cache_write_tokens")
    held = Q(state=State.HELD)
    billed = Q(state__in=[State.SETTLED, State.ORPHANED]) | Q(state=State.FAILED, total__gt=0)
    found = calls.annotate(total=total).aggregate(
        held_calls=Count("pk", filter=held),
        held_tokens=Sum("worst_tokens", filter=held, default=0),
        held_cost=Sum("worst_cost", filter=held, default=NOTHING),
        spent_calls=Count("pk", filter=billed),
        spent_tokens=Sum("total", filter=billed, default=0),
        spent_cost=Sum("cost", filter=billed, default=NOTHING),
        unpriced_calls=Count("pk", filter=billed & Q(cost__isnull=True)),
    )
    return {name: (getattr(row, name), said) for name, said in found.items() if getattr(row, name) != said}
