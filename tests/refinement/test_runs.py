"""Runs through their verbs: starting, ending, caps, trouble, control, baselines and what they count."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.errors import Malformed, Passing, Refused, Rejected
from feedback.llm.model import Prompt
from feedback.models import Example, ModelCall, Project, Response, Run, Step, User
from feedback.refinement import runs
from tests import make
from tests.refinement.conftest import plainly
from tests.refinement.scripted import ScriptedModel
from tests.refinement.worker import Worker, carry_to_its_end, paid, tale_of

pytestmark = pytest.mark.django_db
# Several calls of one step go out on threads, and other threads see only what is committed.
committed = pytest.mark.django_db(transaction=True)


def started(project: Project, by: User, **fields: Any) -> Run:
    return runs.start_run(project, **{"strategy": "cai_revision", "by": by, **fields})


def test_a_run_revises_every_response_and_keeps_its_lineage(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    run = carry_to_its_end(started(project, ana))
    assert run.state == Run.State.FINISHED, run.why
    assert run.why == "3 revised, 0 left as they were, 0 failed."
    for response, item in zip(responses, run.items.select_related("result"), strict=True):
        assert item.result is not None
        assert item.result.text == f"{response.text} please. thanks."
        assert item.result.parent == response
        assert item.result.produced_by is not None
        assert item.result.produced_by.principle is not None
        assert (item.result.model, item.result.simulated) == ("scripted", True)
    assert ModelCall.objects.filter(run=run, state="settled").count() == 12 == len(model.asked)
    assert runs.progress(run).calls == 12


@committed
def test_the_simulated_model_carries_every_strategy_to_its_end(
    project: Project, ana: User, responses: list[Response]
) -> None:
    for strategy in ("cai_revision", "self_refine", "best_of_n"):
        run = carry_to_its_end(started(project, ana, strategy=strategy))
        assert run.state == Run.State.FINISHED, run.why
        assert run.simulated
        now = runs.progress(run)
        assert (now.closed, now.left, now.percent) == (3, 0.0, 100)


def test_a_run_can_be_done_here_and_now_without_a_worker(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    undisturbed = carry_to_its_end(started(project, ana))
    assert tale_of(runs.work_off(started(project, ana))) == tale_of(undisturbed)
    assert runs.work_off(started(project, ana, cap_calls=3)).state == Run.State.WAITING_BUDGET


def test_held_out_examples_are_left_alone_and_counted(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    Example.objects.filter(pk=responses[0].example_id).update(split="holdout")
    run = started(project, ana)
    assert run.items.count() == 2
    assert run.why == "Left out: 1 that is held out."
    with pytest.raises(Refused, match="held out"):
        started(project, ana, responses=responses[:1])


def test_without_principles_only_strategies_that_need_none_start(project: Project, ana: User) -> None:
    make.response(example=make.example(project=project))
    with pytest.raises(Refused, match="none yet"):
        started(project, ana)
    assert started(project, ana, strategy="self_refine").constitution is None


def test_nothing_to_refine_and_unknown_strategies_are_refused(project: Project, ana: User) -> None:
    with pytest.raises(Refused, match="no response"):
        started(project, ana, strategy="self_refine")
    with pytest.raises(Refused, match="no strategy called"):
        started(project, ana, strategy="magic")


@committed
def test_the_forecast_holds(project: Project, ana: User, responses: list[Response], model: ScriptedModel) -> None:
    for strategy in ("cai_revision", "self_refine", "best_of_n"):
        ahead = runs.forecast(project, strategy=strategy)
        run = carry_to_its_end(started(project, ana, strategy=strategy))
        assert paid(run) <= ahead.calls
        assert runs.progress(run).tokens <= ahead.tokens
        assert ahead.items == 3


def test_a_run_at_its_cap_waits_and_goes_on_when_the_cap_is_raised(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    undisturbed = carry_to_its_end(started(project, ana, seed=5))
    run = carry_to_its_end(started(project, ana, seed=5, cap_calls=5))
    assert run.state == Run.State.WAITING_BUDGET
    assert "may use 5 calls" in run.why
    assert paid(run) == 5
    assert carry_to_its_end(run).state == Run.State.WAITING_BUDGET
    run = runs.raise_cap(run, by=ana, calls=12)
    assert (run.state, run.why) == (Run.State.RUNNING, "")
    run = carry_to_its_end(run)
    assert run.state == Run.State.FINISHED
    assert tale_of(run) == tale_of(undisturbed)
    assert paid(run) == 12


def test_a_cap_in_money_without_a_known_price_stops_the_run_with_a_sentence(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    run = carry_to_its_end(started(project, ana, cap_cost=Decimal(1)))
    assert run.state == Run.State.WAITING_BUDGET
    assert "price" in run.why


def test_passing_trouble_is_tried_again(project: Project, ana: User, responses: list[Response], scripted: Any) -> None:
    left = [1, 1]

    def overloaded(prompt: Prompt) -> Any:
        if left and prompt.values["response"] == "Answer 1.":
            left.pop()
            raise Passing("The service is overloaded.", retry_after=60)
        return plainly(prompt)

    scripted(overloaded)
    run = carry_to_its_end(started(project, ana))
    assert run.state == Run.State.FINISHED, run.why
    assert not left


def test_an_answer_out_of_form_is_asked_for_once_more(
    project: Project, ana: User, responses: list[Response], scripted: Any
) -> None:
    broken = [1]

    def stumbling(prompt: Prompt) -> Any:
        if broken:
            broken.pop()
            raise Malformed("The answer was cut short.")
        return plainly(prompt)

    scripted(stumbling)
    assert carry_to_its_end(started(project, ana)).why.startswith("3 revised")


@pytest.mark.parametrize("trouble", [Malformed("It is no JSON."), Rejected("The key is wrong.")])
def test_an_item_that_fails_keeps_its_reason_and_the_run_goes_on(
    project: Project, ana: User, responses: list[Response], scripted: Any, trouble: Exception
) -> None:
    def refusing(prompt: Prompt) -> Any:
        if prompt.values["response"].startswith("Answer 1."):
            raise trouble
        return plainly(prompt)

    scripted(refusing)
    run = carry_to_its_end(started(project, ana))
    assert run.why == "2 revised, 0 left as they were, 1 failed."
    item = run.items.get(start=responses[1])
    assert (item.state, item.why, item.result) == ("failed", str(trouble), None)
    assert Step.objects.get(item=item).error == str(trouble)


def test_a_run_whose_every_item_fails_has_failed(
    project: Project, ana: User, responses: list[Response], scripted: Any
) -> None:
    def refusing(prompt: Prompt) -> Any:
        raise Rejected("The key is wrong.")

    scripted(refusing)
    run = carry_to_its_end(started(project, ana))
    assert run.state == Run.State.FAILED
    assert "The key is wrong." in run.why


def test_a_bug_in_a_part_fails_the_item_after_some_tries(
    project: Project, ana: User, responses: list[Response], scripted: Any
) -> None:
    def buggy(prompt: Prompt) -> Any:
        raise ZeroDivisionError

    scripted(buggy)
    run = carry_to_its_end(started(project, ana, responses=responses[:1]))
    assert run.state == Run.State.FAILED
    assert "its log says what" in run.why


def test_cancelled_it_keeps_what_it_made_and_does_nothing_more(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    worker, run = Worker(), started(project, ana)
    worker.ring_run(run)
    for _ in range(6):
        worker.hear()
    run = runs.cancel(run, by=ana)
    asked = len(model.asked)
    worker.work_off()
    worker.sweep()
    worker.work_off()
    run.refresh_from_db()
    assert (run.state, run.why) == (Run.State.STOPPED, "Cancelled by Ana Ferreira.")
    assert len(model.asked) == asked
    assert runs.cancel(run, by=ana).ended_at == run.ended_at
    assert not run.steps.filter(state__in=["waiting", "leased"]).exists()
    with pytest.raises(Refused):
        runs.resume(run, by=ana)


def test_paused_it_begins_nothing_and_resumed_it_ends_the_same(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    undisturbed = carry_to_its_end(started(project, ana, seed=2))
    worker, run = Worker(), started(project, ana, seed=2)
    worker.ring_run(run)
    for _ in range(4):
        worker.hear()
    runs.pause(run, by=ana)
    asked = len(model.asked)
    worker.work_off()
    assert len(model.asked) == asked
    assert tale_of(carry_to_its_end(runs.resume(run, by=ana))) == tale_of(undisturbed)
    with pytest.raises(Refused):
        runs.pause(Run.objects.get(pk=run.pk), by=ana)


@committed
def test_a_baseline_spends_item_by_item_what_the_run_spent(
    project: Project, ana: User, responses: list[Response], scripted: Any
) -> None:
    def patchy(prompt: Prompt) -> Any:
        return plainly(prompt)

    scripted(patchy)
    good = make.response(example=make.example(project=project), text="Well. please. thanks.")
    run = started(project, ana, responses=[*responses, good])
    with pytest.raises(Refused, match="not over yet"):
        started(project, ana, strategy="best_of_n", baseline_of=run)
    run = carry_to_its_end(run)
    baseline = carry_to_its_end(started(project, ana, strategy="best_of_n", baseline_of=run))
    assert baseline.baseline_of == run
    per_item = [ModelCall.objects.filter(step__item=item).count() for item in run.items.all()]
    assert per_item == [4, 4, 4, 2]
    assert per_item == [ModelCall.objects.filter(step__item=item).count() for item in baseline.items.all()]


def test_many_items_are_worked_on_a_few_at_a_time(project: Project, ana: User, model: ScriptedModel) -> None:
    make.constitution(project=project)
    for number in range(40):
        make.response(example=make.example(project=project, request=f"Q{number}?"), text=f"A{number}.")
    run = started(project, ana)
    assert len(runs.advance(run.pk)) == 16
    assert carry_to_its_end(run).state == Run.State.FINISHED


def test_progress_takes_as_many_queries_for_many_items_as_for_few(
    project: Project, ana: User, model: ScriptedModel
) -> None:
    make.constitution(project=project)
    counts = []
    for number in (2, 30):
        rows = [make.response(example=make.example(project=project)) for _ in range(number)]
        run = started(project, ana, responses=rows)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            runs.progress(run)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_a_run_whose_parts_were_replaced_meanwhile_stops_with_a_sentence(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    run = started(project, ana)
    Run.objects.filter(pk=run.pk).update(pinned={"parts": {"critic": "under_principle 0"}})
    run = carry_to_its_end(run)
    assert run.state == Run.State.FAILED
    assert "was updated while this run waited" in run.why


def test_words_with_characters_a_database_cannot_hold_come_through(
    project: Project, ana: User, responses: list[Response], scripted: Any
) -> None:
    def odd(prompt: Prompt) -> Any:
        found = plainly(prompt)
        return found.model_copy(update={"text": f"{found.text}\x00"}) if hasattr(found, "text") else found

    scripted(odd)
    assert carry_to_its_end(started(project, ana)).state == Run.State.FINISHED


@committed
def test_a_run_begins_with_what_people_said_where_it_is_asked_to(project: Project, ana: User, ben: User) -> None:
    text = "Sure! Paris is the capital of France."
    response = make.response(example=make.example(project=project, request="What is the capital of France?"), text=text)
    make.critique(response=response, rater=make.rater(project=project, user=ben), text="Too much greeting, no filler.")
    for own, told in (("left_out", False), ("first", True)):
        run = started(project, ana, strategy="self_refine", responses=[response], parameters={"own": own})
        carry_to_its_end(run)
        asked = ModelCall.objects.filter(run=run, role="critic").order_by("pk").first()
        assert asked is not None
        assert bool(run.pinned["said"]) is told
        assert run.items.get().result is not None or not told
