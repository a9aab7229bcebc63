"""Models that are paid for: whatever asks a model asks through `model_for`, so that every call is recorded and capped.

    answer = model_for(project, run=run, step=step).complete(prompt, role="critic", slot="critique")

A job (a step, a drafting, an errand or a trial) numbers its calls by `slot`; a slot that was answered once is never
bought again, so a job that was killed half-way goes on where it stood. Which model answers is `feedback.llm.choosing`'s
business, and the sums are `feedback.projects.ledger`'s.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from django.conf import settings
from django.db import connection, transaction

from feedback.errors import ModelTrouble, Refused
from feedback.live import announce
from feedback.llm import choosing
from feedback.llm.answers import fitted
from feedback.llm.model import Completion, Model, Prompt, Usage
from feedback.llm.pricing import cost_of, price_of, worst_tokens
from feedback.llm.retrying import Patience, try_patiently
from feedback.models import Budget, Drafting, Errand, ModelCall, Project, Run, Step, Trial, User
from feedback.projects import ledger
from feedback.projects.ledger import Payer, differences, settle_orphans

__all__ = ["RecordedModel", "differences", "model_for", "model_name", "set_caps", "settle_orphans", "spent"]


@dataclass(frozen=True)
class Ask:
    """One call to be: what is asked, by whom of the roles, under which slot of the job."""

    prompt: Prompt
    role: str
    slot: str


@dataclass(frozen=True, kw_only=True)
class RecordedModel:
    """A model whose every attempt is held, recorded and settled. Safe to use from several threads at once.

    `complete` does all of it. Who asks much at once holds, asks `model` on threads that know no database, and keeps or
    loses what came, several calls to a transaction.
    """

    model: Model
    payer: Payer
    patience: Patience = field(default_factory=Patience)
    sleep: Callable[[float], None] = time.sleep
    draw: Callable[[], float] = random.random

    @property
    def name(self) -> str:
        """The name of the model asked for."""
        return self.model.name

    @property
    def simulated(self) -> bool:
        """Whether its words are only simulated."""
        return self.model.simulated

    def complete(self, prompt: Prompt, *, role: str, slot: str) -> Completion:
        """Answer, or give again what this job's slot was answered with.

        Raises `OverBudget` when a cap would be passed; `Passing` (with `retry_after`) when the service stays in trouble
        for longer than a worker should wait; `Rejected`, `Declined` and `Malformed` as the model does; `RuntimeError`
        within a transaction.
        """
        if done := ledger.taken_over(self.payer, [slot]).get(slot):
            return replayed(done, prompt)
        return try_patiently(
            lambda: self._attempt(prompt, role, slot), patience=self.patience, sleep=self.sleep, draw=self.draw
        )

    def _attempt(self, prompt: Prompt, role: str, slot: str) -> Completion:
        [call] = self.hold([Ask(prompt, role, slot)])
        if not self.simulated:
            release_connection()
        try:
            completion = self.model.complete(prompt)
        except Exception as trouble:
            self.lose(call, trouble)
            raise
        [kept] = self.keep([(call, prompt, completion)])
        return kept

    def hold(self, asks: Sequence[Ask]) -> list[ModelCall]:
        """Hold the worst case of some calls, all of them or none. Raises as `ledger.reserve_all`."""
        return ledger.reserve_all(self.payer, [self._worst(ask) for ask in asks])

    def keep(self, answered: Sequence[tuple[ModelCall, Prompt, Completion]], *, tell: bool = True) -> list[Completion]:
        """Book answers to calls that were held; of a slot that was answered before, the first answer."""
        answers = [ledger.Answer(call, said, self._cost(said)) for call, _, said in answered]
        if not answers or ledger.settle_all(answers, tell=tell):
            return [said for _, _, said in answered]
        return [self._kept(one, prompt) for one, (_, prompt, _) in zip(answers, answered, strict=True)]

    def lose(self, call: ModelCall, trouble: Exception) -> None:
        """Book a call that was held and brought nothing usable."""
        if not isinstance(trouble, ModelTrouble):
            ledger.fail(call, error="Something broke in Precept itself while it asked.", usage=None, cost=None)
            return
        usage = cast(Usage | None, trouble.usage)
        cost = None if usage is None else cost_of(self.name, usage)
        ledger.fail(call, error=str(trouble), usage=usage, cost=cost, text=trouble.text)

    def _kept(self, answer: ledger.Answer, prompt: Prompt) -> Completion:
        if ledger.settle(answer.call, answer.completion, answer.cost):
            return answer.completion
        first = ledger.settled_call(self.payer, answer.call.slot)
        return replayed(first, prompt) if first else answer.completion

    def _worst(self, ask: Ask) -> ledger.Hold:
        tokens_in, tokens_out = worst_tokens(ask.prompt)
        price = price_of(self.name)
        fields = {
            "slot": ask.slot,
            "role": ask.role,
            "model": self.name,
            "simulated": self.simulated,
            "prompt_name": ask.prompt.name,
            "prompt_hash": ask.prompt.hash,
            "effort": ask.prompt.effort,
        }
        cost = price.worst(tokens_in, tokens_out) if price else None
        return ledger.Hold(tokens=tokens_in + tokens_out, cost=cost, fields=fields)

    def _cost(self, completion: Completion) -> Decimal | None:
        """By the price of the model that was asked, which was the one held; else of the one that answered."""
        asked = cost_of(self.name, completion.usage)
        return asked if asked is not None else cost_of(completion.model, completion.usage)


def model_for(
    project: Project,
    *,
    run: Run | None = None,
    step: Step | None = None,
    drafting: Drafting | None = None,
    errand: Errand | None = None,
    trial: Trial | None = None,
    model: Model | None = None,
) -> RecordedModel:
    """The model that answers for this project; the run, where there is one, pays as well. `model` is for tests."""
    paying = run if run is not None or step is None else step.run
    return RecordedModel(model=model or the_model(), payer=Payer(project, paying, step, drafting, errand, trial))


def the_model() -> Model:
    """The model the settings choose; one for the whole process."""
    return choosing.open_model(
        api_key=settings.ANTHROPIC_API_KEY,
        base_url=settings.ANTHROPIC_BASE_URL,
        model=settings.PRECEPT_MODEL,
        simulated_seconds=settings.SIMULATED_SECONDS,
    )


def model_name() -> tuple[str, bool]:
    """The name of the model that answers, and whether it is only simulated."""
    chosen = {"api_key": settings.ANTHROPIC_API_KEY, "base_url": settings.ANTHROPIC_BASE_URL}
    return choosing.chosen_name(**chosen, model=settings.PRECEPT_MODEL), choosing.is_simulated(**chosen)


def release_connection() -> None:
    """Give this thread's database connection back while a model thinks: the pool is for those who work."""
    if not connection.in_atomic_block:
        connection.close()


def replayed(call: ModelCall, prompt: Prompt) -> Completion:
    """What a settled call answered, fitted again into the type asked for. Raises `Malformed` when that has changed."""
    return Completion(
        text=call.answer,
        usage=Usage(call.input_tokens, call.output_tokens, call.cache_read_tokens, call.cache_write_tokens),
        model=call.model,
        data=fitted(call.answer, prompt.answer),
        simulated=call.simulated,
        stop_reason=call.stop_reason or "end_turn",
        milliseconds=call.milliseconds or 0,
        request_id=call.request_id,
    )


@dataclass(frozen=True)
class Spent:
    """What a budget has paid for; `unpriced_calls` of the calls have an unknown cost that is not in `cost`."""

    calls: int
    tokens: int
    cost: Decimal
    unpriced_calls: int


def spent(budget: Budget) -> Spent:
    """What has been spent as of now. One query."""
    row = Budget.objects.get(pk=budget.pk)
    return Spent(row.spent_calls, row.spent_tokens, row.spent_cost, row.unpriced_calls)


@transaction.atomic
def set_caps(budget: Budget, *, calls: int | None, tokens: int | None, cost: Decimal | None, by: User | None) -> Budget:
    """Set all three caps of a project or run; None is no cap. A cap below what is spent stops further calls."""
    for name, cap in {"calls": calls, "tokens": tokens, "cost": cost}.items():
        if cap is not None and cap < 0:
            raise Refused(f"A cap on {name} cannot be below zero. Leave it empty for no cap.")
    budget.cap_calls, budget.cap_tokens, budget.cap_cost = calls, tokens, cost
    budget.save(update_fields=["cap_calls", "cap_tokens", "cap_cost"])
    owner = Project.objects.filter(budget=budget).first() or Project.objects.filter(runs__budget=budget).first()
    if owner is not None:
        announce(owner.pk, "ledger")
    return budget
