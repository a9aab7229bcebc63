"""Every call is held at its worst case, recorded, and settled on what it used; no cap is ever passed."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from feedback.errors import Declined, Malformed, OverBudget, Passing, Refused, Rejected
from feedback.llm.answers import Choice, Revision
from feedback.llm.model import Completion, Prompt, Usage
from feedback.llm.prompts import fill
from feedback.models import Budget, ModelCall, Project, Run, Step, User
from feedback.projects.budget import Ask, RecordedModel, model_for, model_name, set_caps, settle_orphans, spent
from feedback.projects.ledger import Payer, differences, reserve
from tests import make
from tests.model_server import ModelServer, overloaded

PRICED = "claude-haiku-4-5"
USED = Usage(input_tokens=900, output_tokens=100, cache_read_tokens=50, cache_write_tokens=10)


class Scripted:
    """Answers with what it is given, in order; the last one for ever. An exception is raised."""

    simulated = False

    def __init__(self, *answers: Completion | Exception, name: str = PRICED) -> None:
        self.name, self.answers, self.asked = name, list(answers) or [answered()], 0
        self._lock = threading.Lock()

    def complete(self, prompt: Prompt) -> Completion:
        with self._lock:
            self.asked += 1
            answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


def answered(best: int = 1, usage: Usage = USED, model: str = PRICED) -> Completion:
    choice = Choice(best=best, because="It is shorter.")
    return Completion(text=choice.model_dump_json(), data=choice, usage=usage, model=model, request_id="req_1")


def paid_error(error: Malformed | Declined | Passing) -> Exception:
    error.usage, error.text = USED, "Half an"
    return error


def question() -> Prompt:
    return fill("choose_best", constitution="", conversation="User: Hi", candidates="1. Hello")


def worst() -> int:
    """Tokens held for `question`, as the ledger counts them."""
    from feedback.llm.pricing import worst_tokens

    return sum(worst_tokens(question()))


@pytest.fixture
def run(project: Project) -> Run:
    return make.run(project=project)


@pytest.fixture
def step(run: Run) -> Step:
    start = make.response(example=make.example(project=run.project), text="Hello")
    return make.step(item=make.item(run=run, start=start))


def recorded(project: Project, model: Scripted, **jobs: object) -> RecordedModel:
    return replace(model_for(project, model=model, **jobs), sleep=lambda seconds: None, draw=lambda: 0.5)


def ask(model: RecordedModel, slot: str = "one") -> Completion:
    return model.complete(question(), role="judge", slot=slot)


def agrees(*budgets: Budget) -> bool:
    """Whether the sums of these budgets are those of the calls they paid for."""
    for budget in budgets:
        paid = ModelCall.objects.filter(project__budget=budget) | ModelCall.objects.filter(run__budget=budget)
        if differences(budget, paid):
            return False
    return True


def test_a_call_is_recorded_and_settled_with_project_and_run(project: Project, run: Run, step: Step) -> None:
    answer = ask(recorded(project, Scripted(), run=run, step=step))
    assert answer.data == Choice(best=1, because="It is shorter.")
    call = ModelCall.objects.get()
    assert (call.state, call.role, call.slot, call.prompt_name) == ("settled", "judge", "one", "choose_best")
    assert (call.input_tokens, call.output_tokens, call.total_tokens) == (900, 100, 1060)
    assert call.cost == Decimal("0.001418")  # 900 x $1 + 100 x $5 + 10 x $1.25 + 50 x $0.10, a million at a time
    for budget in (project.budget, run.budget):
        budget.refresh_from_db()
        assert (budget.spent_calls, budget.spent_tokens, budget.spent_cost) == (1, 1060, call.cost)
        assert (budget.held_calls, budget.held_tokens, budget.held_cost) == (0, 0, 0)
    assert spent(project.budget).calls == 1
    assert agrees(project.budget, run.budget)


def test_a_step_pays_with_its_run_even_when_only_the_step_is_named(project: Project, step: Step) -> None:
    ask(recorded(project, Scripted(), step=step))
    assert spent(step.run.budget).calls == 1


def test_a_settled_slot_is_never_bought_again(project: Project, step: Step) -> None:
    first_worker, second_worker = Scripted(answered(best=2)), Scripted()
    first = ask(recorded(project, first_worker, step=step))
    again = ask(recorded(project, second_worker, step=step))
    assert again.data == first.data
    assert (again.text, again.usage, again.model) == (first.text, first.usage, first.model)
    assert second_worker.asked == 0
    assert spent(project.budget).calls == 1
    assert ask(recorded(project, second_worker, step=step), slot="two").data.best == 1


def test_a_drafting_replays_its_slot_too(project: Project, ben: User) -> None:
    response = make.response(example=make.example(project=project), text="Hello")
    critique = make.critique(response=response, rater=make.rater(project=project, user=ben))
    job, model = make.drafting(source=critique), Scripted()
    ask(recorded(project, model, drafting=job))
    ask(recorded(project, model, drafting=job))
    assert model.asked == 1


def test_calls_without_a_job_are_each_paid_for(project: Project) -> None:
    model = Scripted()
    ask(recorded(project, model))
    ask(recorded(project, model))
    assert (model.asked, spent(project.budget).calls) == (2, 2)


def test_a_replayed_answer_is_fitted_again(project: Project, step: Step) -> None:
    ask(recorded(project, Scripted(), step=step))
    with pytest.raises(Malformed):
        recorded(project, Scripted(), step=step).complete(
            replace(question(), answer=Revision), role="judge", slot="one"
        )


@pytest.mark.parametrize(
    ("caps", "named"),
    [
        ({"cap_calls": 0}, "0 calls"),
        ({"cap_tokens": 500}, "500 tokens"),
        ({"cap_cost": Decimal("0.0001")}, r"\$0\.0001"),
    ],
)
@pytest.mark.parametrize("whose", ["project", "run 1"])
def test_a_cap_stops_the_call_before_it_is_made(
    project: Project, run: Run, step: Step, caps: dict[str, int], named: str, whose: str
) -> None:
    budget = project.budget if whose == "project" else run.budget
    Budget.objects.filter(pk=budget.pk).update(**caps)
    model = Scripted()
    with pytest.raises(OverBudget, match=f"The {whose} may use {named}.*Raise the cap of the {whose}"):
        ask(recorded(project, model, run=run, step=step))
    assert model.asked == 0
    assert not ModelCall.objects.exists()
    assert agrees(project.budget, run.budget)


def test_after_the_cap_is_raised_it_goes_on(project: Project, ana: User) -> None:
    set_caps(project.budget, calls=1, tokens=None, cost=None, by=ana)
    model = recorded(project, Scripted())
    ask(model)
    with pytest.raises(OverBudget):
        ask(model)
    set_caps(project.budget, calls=2, tokens=None, cost=None, by=ana)
    ask(model)
    assert spent(project.budget).calls == 2


def test_a_cap_below_zero_is_refused(project: Project, ana: User) -> None:
    with pytest.raises(Refused):
        set_caps(project.budget, calls=-1, tokens=None, cost=None, by=ana)


def test_a_cap_in_money_needs_a_price(project: Project, ana: User) -> None:
    set_caps(project.budget, calls=None, tokens=None, cost=Decimal(5), by=ana)
    with pytest.raises(OverBudget, match="price is not known"):
        ask(recorded(project, Scripted(name="claude-of-tomorrow")))


def test_an_unknown_price_is_an_unknown_cost_and_never_zero(project: Project) -> None:
    ask(recorded(project, Scripted(answered(model="claude-of-tomorrow"), name="claude-of-tomorrow")))
    assert ModelCall.objects.get().cost is None
    assert (spent(project.budget).cost, spent(project.budget).unpriced_calls) == (0, 1)
    assert agrees(project.budget)


def test_the_simulated_model_is_known_to_cost_nothing(project: Project, ana: User) -> None:
    set_caps(project.budget, calls=None, tokens=None, cost=Decimal(0), by=ana)
    answer = ask(model_for(project))
    assert answer.simulated
    assert model_name() == ("simulated", True)
    assert ModelCall.objects.get().cost == 0
    assert spent(project.budget).unpriced_calls == 0


def test_what_is_held_by_calls_in_flight_is_waited_for_and_not_over_budget(project: Project, ana: User) -> None:
    set_caps(project.budget, calls=2, tokens=None, cost=None, by=ana)
    hold(project)
    ask(recorded(project, Scripted()))
    set_caps(project.budget, calls=2, tokens=None, cost=None, by=ana)
    with pytest.raises(Passing, match="in flight") as caught:
        ask(recorded(project, Scripted()))
    assert caught.value.retry_after >= 2


def hold(project: Project, step: Step | None = None, slot: str = "lost") -> ModelCall:
    """A call in flight."""
    fields = {"role": "judge", "model": PRICED, "prompt_name": "choose_best", "prompt_hash": "0" * 64}
    payer = Payer(project, step.run if step else None, step)
    return reserve(payer, tokens=5000, cost=Decimal("0.25"), slot=slot, **fields)


def test_every_attempt_is_a_row_and_only_what_was_used_is_counted(project: Project, step: Step) -> None:
    waits: list[float] = []
    model = Scripted(Passing("Overloaded."), Passing("Overloaded.", 3.0), answered())
    ask(replace(recorded(project, model, step=step), sleep=waits.append))
    assert [call.state for call in ModelCall.objects.all()] == ["failed", "failed", "settled"]
    assert ModelCall.objects.first().error == "Overloaded."
    assert waits == [0.375, 3.0]
    assert spent(project.budget).calls == 1
    assert agrees(project.budget, step.run.budget)


def test_a_long_wait_asked_for_is_given_back(project: Project) -> None:
    waits: list[float] = []
    model = Scripted(Passing("Overloaded.", 60.0))
    with pytest.raises(Passing) as caught:
        ask(replace(recorded(project, model), sleep=waits.append))
    assert (caught.value.retry_after, waits, model.asked) == (60.0, [], 1)


def test_it_gives_up_after_a_few_attempts(project: Project) -> None:
    model = Scripted(Passing("Overloaded."))
    with pytest.raises(Passing) as caught:
        ask(recorded(project, model))
    assert model.asked == ModelCall.objects.filter(state="failed").count() == 4
    assert caught.value.retry_after > 0
    assert spent(project.budget).calls == 0


@pytest.mark.parametrize("error", [Malformed("Half."), Declined("No."), Rejected("Bad key.")], ids=str)
def test_other_trouble_is_not_tried_again(project: Project, error: Exception) -> None:
    model = Scripted(error)
    with pytest.raises(type(error)):
        ask(recorded(project, model))
    assert model.asked == 1
    assert agrees(project.budget)


def test_a_useless_answer_that_used_tokens_is_paid_for(project: Project) -> None:
    with pytest.raises(Malformed):
        ask(recorded(project, Scripted(paid_error(Malformed("Half.")))))
    call = ModelCall.objects.get()
    assert (call.state, call.error, call.answer) == ("failed", "Half.", "Half an")
    assert (spent(project.budget).calls, spent(project.budget).tokens) == (1, 1060)
    assert agrees(project.budget)


def test_a_request_turned_away_is_known_to_be_free_and_a_lost_connection_is_not(project: Project) -> None:
    turned_away = Rejected("Bad key.")
    turned_away.usage = Usage()
    for error in (turned_away, Rejected("Gone.")):
        with pytest.raises(Rejected):
            ask(recorded(project, Scripted(error)))
    assert list(ModelCall.objects.values_list("cost", flat=True)) == [0, None]
    assert agrees(project.budget)


def test_a_mistake_in_the_program_gives_the_hold_back(project: Project) -> None:
    with pytest.raises(ZeroDivisionError):
        ask(recorded(project, Scripted(ZeroDivisionError("oops"))))
    project.budget.refresh_from_db()
    assert (project.budget.held_calls, project.budget.spent_calls) == (0, 0)


def test_lost_calls_are_settled_at_their_worst_case_once(project: Project, step: Step) -> None:
    hold(project, step)
    assert settle_orphans() == 0
    ModelCall.objects.update(created_at=timezone.now() - timedelta(hours=1))
    assert (settle_orphans(), settle_orphans()) == (1, 0)
    assert spent(project.budget).tokens == spent(step.run.budget).tokens == 5000
    assert spent(project.budget).cost == Decimal("0.25")
    assert ModelCall.objects.get().state == "orphaned"
    assert agrees(project.budget, step.run.budget)


def test_who_takes_a_lost_workers_job_settles_what_it_left(project: Project, step: Step) -> None:
    hold(project, step, slot="one")
    ask(recorded(project, Scripted(), step=step))
    assert sorted(ModelCall.objects.values_list("state", flat=True)) == ["orphaned", "settled"]
    assert spent(project.budget).calls == 2
    assert agrees(project.budget, step.run.budget)


class GivenUp(Scripted):
    """While it answers, the sweep gives its call up for lost."""

    def complete(self, prompt: Prompt) -> Completion:
        settle_orphans(timedelta(seconds=-1))
        return super().complete(prompt)


def test_a_call_given_up_for_lost_that_answers_after_all_is_corrected(project: Project, step: Step) -> None:
    ask(recorded(project, GivenUp(), step=step))
    assert ModelCall.objects.get().state == "settled"
    assert spent(project.budget).tokens == 1060
    assert agrees(project.budget, step.run.budget)


class Overtaken(Scripted):
    """While it answers, another worker answers the same slot."""

    def __init__(self, other: RecordedModel) -> None:
        super().__init__(answered(best=7))
        self.other = other

    def complete(self, prompt: Prompt) -> Completion:
        ask(self.other)
        return super().complete(prompt)


def test_of_two_workers_with_one_slot_the_first_answer_holds(project: Project, step: Step) -> None:
    other = recorded(project, Scripted(answered(best=3)), step=step)
    answer = ask(recorded(project, Overtaken(other), step=step))
    assert answer.data.best == 3
    assert ModelCall.objects.filter(state="settled").count() == 1
    assert spent(project.budget).calls == 2
    assert agrees(project.budget, step.run.budget)


@pytest.mark.django_db(transaction=True)
def test_no_model_is_called_within_a_transaction() -> None:
    project, model = make.project(), Scripted()
    with transaction.atomic(), pytest.raises(RuntimeError):
        ask(recorded(project, model))
    assert model.asked == 0


def test_check_ledger_says_where_sums_differ(project: Project, run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    ask(recorded(project, Scripted(), run=run))
    call_command("check_ledger", "answers")
    assert "agrees" in capsys.readouterr().out
    Budget.objects.filter(pk=run.budget_id).update(spent_tokens=7)
    with pytest.raises(SystemExit) as stopped:
        call_command("check_ledger")
    assert stopped.value.code == 1
    assert "answers, run 1: spent_tokens is 7 in the budget and 1060 over the calls" in capsys.readouterr().out
    with pytest.raises(SystemExit) as stopped:
        call_command("check_ledger", "nowhere")
    assert stopped.value.code == 2


def test_several_calls_are_held_together_or_not_at_all(project: Project, ana: User) -> None:
    set_caps(project.budget, calls=2, tokens=None, cost=None, by=ana)
    model = recorded(project, Scripted())
    asks = [Ask(question(), "judge", f"slot-{number}") for number in range(3)]
    with pytest.raises(Passing):
        model.hold(asks)
    assert not ModelCall.objects.exists()
    calls = model.hold(asks[:2])
    assert agrees(project.budget)
    kept = model.keep([(call, question(), answered()) for call in calls])
    assert [answer.text for answer in kept] == [answered().text] * 2
    assert (spent(project.budget).calls, spent(project.budget).tokens) == (2, 2120)
    assert agrees(project.budget)


def test_of_calls_booked_together_one_given_up_for_lost_is_corrected_and_one_late_is_paid(
    project: Project, step: Step
) -> None:
    model = recorded(project, Scripted(answered(best=3)), step=step)
    asks = [Ask(question(), "judge", slot) for slot in ("lost", "late", "plain")]
    calls = model.hold(asks)
    ModelCall.objects.filter(pk=calls[0].pk).update(created_at=timezone.now() - timedelta(hours=1))
    assert settle_orphans() == 1
    other = model.hold([Ask(question(), "judge", "late")])
    [first] = model.keep([(other[0], question(), answered(best=2))])
    kept = model.keep([(call, question(), answered(best=7)) for call in calls])
    assert [answer.data.best for answer in kept] == [7, first.data.best, 7]
    states = dict(ModelCall.objects.filter(pk__in=[call.pk for call in calls]).values_list("slot", "state"))
    assert states == {"lost": "settled", "late": "failed", "plain": "settled"}
    assert agrees(project.budget, step.run.budget)


class Spendthrift:
    """Uses anything up to the worst case, and fails now and then."""

    simulated, name = False, PRICED

    def __init__(self, seed: int, most: int) -> None:
        self._random, self._most, self._lock = random.Random(seed), most, threading.Lock()

    def complete(self, prompt: Prompt) -> Completion:
        with self._lock:
            luck, tokens_out = self._random.random(), self._random.randint(1, prompt.max_tokens)
            tokens_in = self._random.randint(1, self._most - prompt.max_tokens)
        usage = Usage(
            input_tokens=tokens_in // 2, cache_write_tokens=tokens_in - tokens_in // 2, output_tokens=tokens_out
        )
        if luck < 0.1:
            raise Rejected("No.")
        if luck < 0.2:
            trouble = Malformed("Half.")
            trouble.usage = usage
            raise trouble
        return answered(usage=usage)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    def done() -> None:
        connection.close()

    with ThreadPoolExecutor(8) as threads:
        yield threads
        for _ in range(16):
            threads.submit(done)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(3))
def test_no_cap_is_ever_passed_by_many_threads(seed: int, pool: ThreadPoolExecutor) -> None:
    drawn, most = random.Random(seed), worst()
    project = make.project()
    run = make.run(project=project)
    set_caps(project.budget, calls=30, tokens=drawn.randint(8, 20) * most, cost=Decimal("0.12"), by=None)
    set_caps(run.budget, calls=25, tokens=drawn.randint(4, 12) * most, cost=Decimal("0.10"), by=None)
    model = recorded(project, Spendthrift(seed, most), run=run)

    def attempt(number: int) -> str:
        try:
            ask(model, slot=f"slot-{number}")
        except (OverBudget, Passing, Rejected, Malformed) as trouble:
            return type(trouble).__name__
        finally:
            connection.close()
        return "answered"

    outcomes = list(pool.map(attempt, range(60)))
    assert outcomes.count("answered") > 3
    assert {"OverBudget", "Passing"} & set(outcomes)
    for budget in (project.budget, run.budget):
        budget.refresh_from_db()
        assert budget.spent_calls <= budget.cap_calls
        assert budget.spent_tokens <= budget.cap_tokens
        assert budget.spent_cost <= budget.cap_cost
        assert (budget.held_calls, budget.held_tokens, budget.held_cost) == (0, 0, 0)
    assert agrees(project.budget, run.budget)


def test_the_real_sdk_is_retried_and_recorded(project: Project, step: Step, settings: object) -> None:
    with ModelServer() as server:
        settings.ANTHROPIC_BASE_URL, settings.PRECEPT_MODEL = server.url, PRICED  # type: ignore[attr-defined]
        server.will(overloaded(retry_after=0.01))
        answer = ask(replace(model_for(project, step=step), sleep=lambda seconds: None))
        assert model_name() == (PRICED, False)
    assert isinstance(answer.data, Choice)
    assert [call.state for call in ModelCall.objects.all()] == ["failed", "settled"]
    assert ModelCall.objects.last().cost > 0
    assert len(server.requests) == 2
