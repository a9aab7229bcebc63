"""The ledger: holding the worst case of a call, settling it on what was used, and proving that the sums agree.

Every change of a `Budget`'s sums happens here, in one transaction with the `ModelCall` it is for. Budgets are always
taken in the same order, the project's before the run's, so that two calls never wait for each other. It knows no model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, F, Q, Sum
from django.utils import timezone

from feedback.live import announce
from feedback.llm.model import Completion, Usage
from feedback.models import Budget, Drafting, Errand, ModelCall, Project, Run, Step, Trial
from feedback.projects.caps import no_room

State = ModelCall.State
ORPHAN_AGE = timedelta(minutes=15)
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


@dataclass(frozen=True, kw_only=True)
class Hold:
    """The worst case of one call, and the columns of its row."""

    tokens: int
    cost: Decimal | None
    fields: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a call in flight was answered with, and what that cost; None is not known."""

    call: ModelCall
    completion: Completion
    cost: Decimal | None


def settled_call(payer: Payer, slot: str) -> ModelCall | None:
    """The call this job has already paid for under that slot."""
    if not payer.job:
        return None
    return ModelCall.objects.filter(**payer.job, slot=slot, state=State.SETTLED).first()


def taken_over(payer: Payer, slots: Iterable[str]) -> dict[str, ModelCall]:
    """The calls this job has already paid for, by slot; of other slots, what is in flight is settled as lost.

    Whoever asks now holds the job, so a call in flight is one that a lost worker left. One query.
    """
    if not payer.job:
        return {}
    states = [State.SETTLED, State.HELD]
    calls = ModelCall.objects.filter(**payer.job, slot__in=list(slots), state__in=states)
    found = list(calls.select_related("project", "run"))
    there = {call.slot: call for call in found if call.state == State.SETTLED}
    for call in found:
        if call.slot not in there:
            _give_up(call)
    return there


def reserve(payer: Payer, *, tokens: int, cost: Decimal | None, **fields: Any) -> ModelCall:
    """Hold a call's worst case with everyone who pays, and write its row. Raises as `reserve_all`."""
    return reserve_all(payer, [Hold(tokens=tokens, cost=cost, fields=fields)])[0]


def reserve_all(payer: Payer, holds: Sequence[Hold]) -> list[ModelCall]:
    """Hold the worst case of several calls together with everyone who pays, all of them or none, and write their rows.

    Raises `OverBudget` when they would pass a cap, `Passing` when there would be room but for calls still in flight,
    and `RuntimeError` within a transaction, where no model may be called.
    """
    costs = [hold.cost for hold in holds]
    tokens, cost = sum(hold.tokens for hold in holds), None if None in costs else sum(costs, NOTHING)  # type: ignore[arg-type]
    jobs = {"run": payer.run, "step": payer.step, **payer.job}
    with transaction.atomic(durable=True):
        for owner, budget_id in payer.accounts:
            _hold(owner, budget_id, len(holds), tokens, cost)
        return ModelCall.objects.bulk_create(
            ModelCall(project=payer.project, **jobs, worst_tokens=hold.tokens, worst_cost=hold.cost, **hold.fields)
            for hold in holds
        )


def _hold(owner: str, budget_id: int, calls: int, tokens: int, cost: Decimal | None) -> None:
    money = Q(cap_cost__isnull=True)
    if cost is not None:
        money |= Q(cap_cost__gte=F("spent_cost") + F("held_cost") + cost)
    room = (
        money
        & (Q(cap_calls__isnull=True) | Q(cap_calls__gte=F("spent_calls") + F("held_calls") + calls))
        & (Q(cap_tokens__isnull=True) | Q(cap_tokens__gte=F("spent_tokens") + F("held_tokens") + tokens))
    )
    held = Budget.objects.filter(room, pk=budget_id).update(
        held_calls=F("held_calls") + calls,
        held_tokens=F("held_tokens") + tokens,
        held_cost=F("held_cost") + (cost or NOTHING),
    )
    if not held:
        raise no_room(owner, Budget.objects.get(pk=budget_id), tokens, cost)


def settle(call: ModelCall, completion: Completion, cost: Decimal | None) -> bool:
    """Book what a call really used. False when another worker had answered the same slot before: it is then booked as
    a failed call, paid for all the same."""
    if settle_all([Answer(call, completion, cost)]):
        return True
    try:
        _book(call, state=State.SETTLED, usage=completion.usage, cost=cost, **_words(completion))
    except IntegrityError:
        late = "Another worker had answered this before."
        _book(call, state=State.FAILED, usage=completion.usage, cost=cost, error=late, **_words(completion))
        return False
    return True


def settle_all(answers: Sequence[Answer], *, tell: bool = True) -> bool:
    """Book several calls of one payer in one transaction, the usual way to book one as well.

    False, and nothing is booked, unless each was still in flight and the first to answer its slot: book them one by one
    with `settle`. `tell` announces it; whoever books often does so now and then instead.
    """
    change: Counter[str] = Counter()
    first = answers[0].call
    try:
        with transaction.atomic():
            for answer in answers:
                row, usage = copy(answer.call), answer.completion.usage
                change.subtract(_sums(row))
                names = _fill(row, State.SETTLED, usage, answer.cost, _words(answer.completion))
                change.update(_sums(row))
                values = {name: getattr(row, name) for name in names}
                if not ModelCall.objects.filter(pk=row.pk, state=State.HELD).update(**values):
                    raise _NotInFlight
            _move(Payer(first.project, first.run), change)
            if tell:
                announce(first.project_id, "ledger")
    except (IntegrityError, _NotInFlight):
        return False
    return True


class _NotInFlight(Exception):
    """A call was given up for lost, or booked, before."""


def _words(completion: Completion) -> dict[str, Any]:
    """The columns of an answer's words."""
    return {
        "model": completion.model[:120],
        "simulated": completion.simulated,
        "answer": completion.text,
        "stop_reason": completion.stop_reason[:40],
        "milliseconds": completion.milliseconds,
        "request_id": completion.request_id[:120],
    }


def fail(call: ModelCall, *, error: str, usage: Usage | None, cost: Decimal | None, text: str = "") -> None:
    """Book a call that brought nothing usable: its hold is given back, and what is known to be used is counted.

    A `usage` of None is not known, and so is then its cost.
    """
    _book(call, state=State.FAILED, usage=usage or Usage(), cost=cost, error=error, answer=text)


def settle_orphans(older_than: timedelta = ORPHAN_AGE) -> int:
    """Settle calls whose worker was lost at their worst case; how many there were. Twice does nothing more."""
    return orphan(ModelCall.objects.filter(created_at__lt=timezone.now() - older_than))


def orphan(calls: Any) -> int:
    """Settle those of these calls that are in flight at their worst case; how many there were."""
    return sum(_give_up(call) for call in calls.filter(state=State.HELD).select_related("project", "run"))


def _give_up(call: ModelCall) -> bool:
    """Settle a call in flight at its worst case; whether it still was."""
    usage = Usage(input_tokens=call.worst_tokens)
    return _book(call, state=State.ORPHANED, usage=usage, cost=call.worst_cost, error=LOST)


@transaction.atomic
def _book(call: ModelCall, *, state: str, usage: Usage, cost: Decimal | None, **fields: Any) -> bool:
    """Move a call out of flight, or correct one that was given up for lost, and its payers' sums with it."""
    row = ModelCall.objects.select_for_update().get(pk=call.pk)
    if row.state != State.HELD and not (row.state == State.ORPHANED and state != State.ORPHANED):
        return False
    change = Counter[str]()
    change.subtract(_sums(row))
    names = _fill(row, state, usage, cost, fields)
    change.update(_sums(row))
    _move(Payer(call.project, call.run), change)
    row.save(update_fields=names)
    announce(row.project_id, "ledger")
    return True


def _fill(row: ModelCall, state: str, usage: Usage, cost: Decimal | None, fields: dict[str, Any]) -> list[str]:
    """Write how a call went into its row, without saving it; the names of the columns."""
    used = {
        "state": state, "cost": cost, "settled_at": timezone.now(), "error": "",
        "input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens,
        "cache_read_tokens": usage.cache_read_tokens, "cache_write_tokens": usage.cache_write_tokens,
    }  # fmt: skip
    values = {**used, **fields}
    for name, value in values.items():
        setattr(row, name, value.replace("\0", "") if isinstance(value, str) else value)
    return list(values)


def _move(payer: Payer, change: Counter[str]) -> None:
    """Add these to the sums of all who pay."""
    moved = {name: F(name) + value for name, value in change.items() if value}
    for _, budget_id in payer.accounts:
        Budget.objects.filter(pk=budget_id).update(**moved)


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
