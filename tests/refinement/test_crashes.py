"""The crash matrix: killed anywhere, bells lost or doubled, two at once; the same in the end, nothing paid twice."""

from __future__ import annotations

import random
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from feedback.llm.model import Prompt
from feedback.models import JobState, ModelCall, Project, Response, Run, Step, User
from feedback.projects.budget import differences
from feedback.refinement import leases, runs, working
from tests.refinement.conftest import plainly
from tests.refinement.scripted import ScriptedModel
from tests.refinement.worker import Killed, Worker, carry_to_its_end, kill_at, let_claims_run_out, paid, tale_of

pytestmark = pytest.mark.django_db(transaction=True)
STRATEGIES = ["cai_revision", "self_refine", "best_of_n"]


def started(project: Project, by: User, strategy: str = "cai_revision", **fields: Any) -> Run:
    return runs.start_run(project, strategy=strategy, by=by, seed=11, **fields)


def work_off_with_kills(run: Run, worker: Worker) -> int:
    """Hear bells until the run is over; a kill loses every bell and the sweep finds the rows. The number of kills."""
    kills = 0
    worker.ring_run(run)
    for _ in range(400):
        try:
            worker.work_off()
        except Killed:
            kills += 1
            worker.queue.clear()
        run.refresh_from_db()
        if run.is_over:
            return kills
        let_claims_run_out()
        worker.sweep()
    raise AssertionError("the run never ended")


def kill_now_and_then(monkeypatch: pytest.MonkeyPatch, rng: random.Random, model: ScriptedModel) -> None:
    """Kills (a) before the call, (b) between the call and the commit, (c) between the commit and the bell."""
    answer = model.answer

    def deadly(prompt: Prompt) -> Any:
        if rng.random() < 0.15:
            raise Killed
        return answer(prompt)

    model.answer = deadly
    kill_at(monkeypatch, working, "settle", lambda: rng.random() < 0.15)
    kill_at(monkeypatch, working, "settle", lambda: rng.random() < 0.15, after=True)


@pytest.mark.parametrize("strategy", STRATEGIES)
@pytest.mark.parametrize("seed", [1, 2])
def test_with_random_kills_it_ends_as_undisturbed_and_pays_only_for_calls_in_flight(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel, monkeypatch: pytest.MonkeyPatch,
    strategy: str, seed: int,
) -> None:  # fmt: skip
    undisturbed = carry_to_its_end(started(project, ana, strategy))
    run, rng = started(project, ana, strategy), random.Random(seed)
    kill_now_and_then(monkeypatch, rng, model)
    kills = work_off_with_kills(run, Worker(rng))
    assert kills > 0
    assert run.state == Run.State.FINISHED, run.why
    assert tale_of(run) == tale_of(undisturbed)
    runs.settle_orphans(timedelta(0))
    assert paid(run) <= paid(undisturbed) + kills
    assert not differences(run.budget, ModelCall.objects.filter(run=run))


def test_killed_after_the_call_nothing_is_asked_again(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = started(project, ana, responses=responses[:1])
    (step,) = runs.advance(run.pk)
    with monkeypatch.context() as patch:
        kill_at(patch, working, "settle", lambda: True)
        with pytest.raises(Killed):
            runs.work(step)
    assert len(model.asked) == 1
    let_claims_run_out()
    assert runs.work(step).steps
    assert len(model.asked) == 1


def test_the_same_bell_twice_does_the_work_once(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    run = started(project, ana, responses=responses[:1])
    (step,) = runs.advance(run.pk)
    assert runs.advance(run.pk) == [step]
    assert runs.work(step).steps
    assert runs.work(step) == working.Outcome()
    assert len(model.asked) == 1
    assert run.steps.count() == 2


def at_once(*jobs: Any) -> list[Any]:
    """Do jobs on threads that start together; what each returned."""
    gate, found = threading.Barrier(len(jobs)), [None] * len(jobs)

    def do(place: int) -> None:
        gate.wait()
        try:
            found[place] = jobs[place]()
        finally:
            connection.close()

    threads = [threading.Thread(target=do, args=(place,)) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_advances_at_once_plan_once(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    run = started(project, ana)
    found = at_once(*[lambda: runs.advance(run.pk)] * 4)
    assert {frozenset(ids) for ids in found} == {frozenset(run.steps.values_list("pk", flat=True))}
    assert run.steps.count() == 3


def test_two_workers_at_one_step_do_it_once(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    run = started(project, ana, responses=responses[:1])
    (step,) = runs.advance(run.pk)
    found = at_once(*[lambda: runs.work(step)] * 4)
    assert sum(bool(outcome.steps) for outcome in found) == 1
    assert len(model.asked) == 1


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_four_workers_at_once_end_as_one(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel, strategy: str
) -> None:
    undisturbed = carry_to_its_end(started(project, ana, strategy))
    run = started(project, ana, strategy)
    for _ in range(30):
        waiting = runs.advance(run.pk)
        if not waiting:
            break
        at_once(*[lambda one=one: runs.work(one) for one in [*waiting, *waiting[:2]]])
    run.refresh_from_db()
    assert run.state == Run.State.FINISHED
    assert tale_of(run) == tale_of(undisturbed)
    assert paid(run) == paid(undisturbed)


def test_a_worker_whose_claim_ran_out_writes_nothing(
    project: Project, ana: User, responses: list[Response], scripted: Any
) -> None:
    def slow(prompt: Prompt) -> Any:
        Step.objects.filter(state=JobState.LEASED).update(lease="somebody-else")
        return plainly(prompt)

    scripted(slow)
    run = started(project, ana, responses=responses[:1])
    (step,) = runs.advance(run.pk)
    assert runs.work(step) == working.Outcome()
    row = Step.objects.get(pk=step)
    assert (row.state, row.output, row.lease) == (JobState.LEASED, None, "somebody-else")


def test_an_answer_after_cancelling_is_kept_but_leads_nowhere(
    project: Project, ana: User, responses: list[Response], scripted: Any
) -> None:
    def cancelling(prompt: Prompt) -> Any:
        runs.cancel(Run.objects.get(), by=ana)
        return plainly(prompt)

    scripted(cancelling)
    run = started(project, ana, responses=responses[:1])
    (step,) = runs.advance(run.pk)
    assert runs.work(step) == working.Outcome()
    assert Step.objects.get(pk=step).state == JobState.DONE
    assert run.steps.count() == 1


def test_all_bells_lost_cost_a_sweep_and_nothing_else(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    undisturbed = carry_to_its_end(started(project, ana))
    run, worker = started(project, ana), Worker()
    for _ in range(40):
        let_claims_run_out()
        worker.sweep()
        if worker.queue:
            worker.hear()
        worker.queue.clear()
    while not Run.objects.get(pk=run.pk).is_over:
        let_claims_run_out()
        worker.sweep()
        worker.work_off()
    assert tale_of(run) == tale_of(undisturbed)
    assert paid(run) == paid(undisturbed)


def test_a_step_that_kills_every_worker_fails_in_the_end(
    project: Project, ana: User, responses: list[Response], scripted: Any
) -> None:
    def deadly(prompt: Prompt) -> Any:
        if prompt.values["response"] == "Answer 1.":
            raise Killed
        return plainly(prompt)

    scripted(deadly)
    run = started(project, ana)
    work_off_with_kills(run, Worker())
    assert run.why == "2 revised, 0 left as they were, 1 failed."
    assert run.items.get(start=responses[1]).why == working.LOST


def test_a_claim_is_renewed_while_the_work_goes_on(
    project: Project,
    ana: User,
    responses: list[Response],
    scripted: Any,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.LEASE_SECONDS = 0.3
    keeper = leases.Keeper()
    monkeypatch.setattr(working, "keeper", keeper)
    ends: list[Any] = []

    def slow(prompt: Prompt) -> Any:
        first = Step.objects.get(state=JobState.LEASED).leased_until
        for _ in range(200):
            latest = Step.objects.get(state=JobState.LEASED).leased_until
            if latest > first:
                break
            threading.Event().wait(0.01)
        ends.extend([first, latest])
        return plainly(prompt)

    scripted(slow)
    run = started(project, ana, responses=responses[:1])
    (step,) = runs.advance(run.pk)
    assert runs.work(step).steps
    assert ends[1] > ends[0]
    assert not keeper.held


def test_the_sweep_leaves_alone_what_is_at_work_and_what_is_over(
    project: Project, ana: User, responses: list[Response], model: ScriptedModel
) -> None:
    carry_to_its_end(started(project, ana))
    run = started(project, ana)
    runs.advance(run.pk)
    Step.objects.filter(run=run).update(state=JobState.LEASED, leased_until=timezone.now() + timedelta(minutes=1))
    found = runs.sweep()
    assert (found.runs, found.steps) == ([run.pk], [])
    assert runs.advance(run.pk) == []
