"""The spine of trials: every answer paid once, whatever happens on the way; troubles are sentences."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from feedback.errors import Malformed, NotAllowed, OverBudget, Passing, Refused
from feedback.llm.answers import Reply
from feedback.llm.model import Completion, Prompt, Usage
from feedback.llm.retrying import Patience
from feedback.models import Budget, ModelCall, Project, Trial, User
from feedback.principles.trials import register
from feedback.principles.trials.opening import cancel_trial, open_trial, progress, resume_trial
from feedback.principles.trials.working import fetch, sweep_trials, work_trial
from feedback.projects import budget
from feedback.projects.ledger import differences
from tests.principles.trials import counting

pytestmark = pytest.mark.django_db(transaction=True)


class Assistant:
    """Answers, sleeps or raises as told; counts how many calls it had at once."""

    name, simulated = "scripted", True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.before: Callable[[int], None] = lambda number: None
        self.lock, self.now, self.most = threading.Lock(), 0, 0

    def complete(self, prompt: Prompt) -> Completion:
        with self.lock:
            self.asked.append(prompt.values["conversation"])
            self.now += 1
            self.most, number = max(self.most, self.now), len(self.asked)
        try:
            self.before(number)
        finally:
            connection.close()
            with self.lock:
                self.now -= 1
        reply = Reply(text="Yes.")
        return Completion(text=reply.model_dump_json(), usage=Usage(9, 3), model=self.name, data=reply, simulated=True)


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> Assistant:
    """The model behind the seam, and the counting kind in place of a real one."""
    model = Assistant()
    monkeypatch.setattr(budget, "the_model", lambda: model)
    monkeypatch.setitem(register.KINDS, "levels", "tests.principles.trials.counting")
    counting.KEPT.clear()
    return model


def opened(project: Project, ana: User, **parameters: int) -> Trial:
    return open_trial(project, kind="levels", by=ana, parameters=parameters)


def test_a_trial_is_done_and_says_what_came_of_it(project: Project, ana: User, assistant: Assistant) -> None:
    trial = opened(project, ana, questions=7)
    assert (trial.number, trial.expected, trial.state) == (1, 7, "waiting")
    assert work_trial(trial.pk) is False
    trial.refresh_from_db()
    assert (trial.state, trial.result) == ("done", {"kept": 7})
    assert (progress(trial).done, progress(trial).share) == (7, 1.0)
    assert ModelCall.objects.filter(trial=trial, state="settled").count() == 7


def test_only_a_curator_has_something_tested(project: Project, ana: User, ben: User, assistant: Assistant) -> None:
    with pytest.raises(NotAllowed):
        opened(project, ben)
    assert not Trial.objects.exists()


def test_several_calls_are_under_way_at_once_but_no_more_than_allowed(
    project: Project, ana: User, assistant: Assistant
) -> None:
    together = threading.Barrier(4, timeout=20)
    assistant.before = lambda number: [together.wait()].clear()
    work_trial(opened(project, ana, questions=12, at_once=4).pk)
    assert assistant.most == 4


def test_a_stretch_ends_in_time_and_the_next_one_goes_on(project: Project, ana: User, assistant: Assistant) -> None:
    trial = opened(project, ana, questions=6, at_once=2)
    assistant.before = lambda number: time.sleep(0.05)
    rung = 1
    while work_trial(trial.pk, seconds=0.06):
        rung += 1
    assert rung > 1
    assert (fetch(trial.pk).state, len(assistant.asked)) == ("done", 6)


def test_what_was_answered_is_not_asked_again_after_a_worker_was_lost(
    project: Project, ana: User, assistant: Assistant
) -> None:
    trial = opened(project, ana, questions=4, at_once=1)

    def die(number: int) -> None:
        if number == 3:
            raise KeyboardInterrupt

    assistant.before = die
    with pytest.raises(KeyboardInterrupt):
        work_trial(trial.pk)
    assert fetch(trial.pk).state == "leased"
    Trial.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert sweep_trials() == [trial.pk]
    counting.KEPT.clear()
    work_trial(trial.pk)
    assert (fetch(trial.pk).state, len(assistant.asked), len(counting.KEPT)) == ("done", 5, 4)


def test_two_workers_do_it_once(project: Project, ana: User, assistant: Assistant) -> None:
    trial = opened(project, ana)
    inside: list[bool] = []
    assistant.before = lambda number: inside.append(work_trial(trial.pk)) if number == 1 else None
    work_trial(trial.pk)
    assert (inside, len(assistant.asked)) == ([False], 5)


def test_passing_trouble_is_tried_again_later(
    project: Project, ana: User, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget.Patience, "attempts", 1, raising=False)

    def overloaded(number: int) -> None:
        raise Passing("Overloaded.", retry_after=60)

    assistant.before = overloaded
    trial = opened(project, ana)
    assert work_trial(trial.pk) is False
    row = fetch(trial.pk)
    assert (row.state, row.error, row.not_before is not None) == ("waiting", "Overloaded.", True)


def test_a_cap_ends_it_with_a_sentence_and_it_goes_on_when_the_cap_is_raised(
    project: Project, ana: User, assistant: Assistant
) -> None:
    Budget.objects.update(cap_calls=2)
    trial = opened(project, ana, at_once=1)
    work_trial(trial.pk)
    row = fetch(trial.pk)
    assert row.state == "failed"
    assert "2 calls" in row.error
    assert "let it go on" in row.error
    Budget.objects.update(cap_calls=None)
    work_trial(resume_trial(row, by=ana).pk)
    assert (fetch(trial.pk).state, len(assistant.asked)) == ("done", 5)


def test_an_answer_that_does_not_fit_twice_is_trouble_and_the_rest_goes_on(
    project: Project, ana: User, assistant: Assistant
) -> None:
    def garbled(number: int) -> None:
        if number <= 2:
            raise Malformed("Not what was asked for.")

    assistant.before = garbled
    trial = opened(project, ana, at_once=1)
    work_trial(trial.pk)
    assert fetch(trial.pk).state == "done"
    assert counting.KEPT[0] == (0, "Not what was asked for.")


def test_a_cancelled_trial_stays_so_and_keeps_what_it_has(project: Project, ana: User, assistant: Assistant) -> None:
    trial = opened(project, ana, at_once=1)
    assistant.before = lambda number: cancel_trial(trial, by=ana) and None if number == 2 else None
    work_trial(trial.pk)
    assert fetch(trial.pk).state == "cancelled"
    with pytest.raises(Refused):
        resume_trial(Trial.objects.create(project=project, number=9, kind="levels", state="done", model="x"), by=ana)
    assert cancel_trial(trial, by=ana).state == "cancelled"


def test_over_budget_keeps_the_answers_in_flight(project: Project, ana: User, assistant: Assistant) -> None:
    def broke(number: int) -> None:
        if number == 1:
            raise OverBudget("Nothing is left.")

    assistant.before = broke
    trial = opened(project, ana, questions=6, at_once=3)
    work_trial(trial.pk)
    assert fetch(trial.pk).state == "failed"
    assert len(counting.KEPT) >= 2


def test_passing_trouble_of_one_call_is_waited_for_while_the_others_go_on(
    project: Project, ana: User, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "Patience", lambda: Patience(first_wait=0.01))

    def once_overloaded(number: int) -> None:
        if number in {1, 2}:
            raise Passing("Overloaded.")

    assistant.before = once_overloaded
    trial = opened(project, ana, questions=6, at_once=2)
    work_trial(trial.pk)
    assert (fetch(trial.pk).state, len(assistant.asked), len(counting.KEPT)) == ("done", 8, 6)
    states = [call.state for call in ModelCall.objects.filter(trial=trial)]
    assert (states.count("settled"), states.count("failed")) == (6, 2)
    assert not differences(project.budget, ModelCall.objects.filter(project=project))


def test_a_cap_is_met_to_the_call_however_many_are_asked_at_once(
    project: Project, ana: User, assistant: Assistant
) -> None:
    Budget.objects.update(cap_calls=11)
    trial = opened(project, ana, questions=40, at_once=8)
    work_trial(trial.pk)
    assert fetch(trial.pk).state == "failed"
    assert (len(assistant.asked), len(counting.KEPT)) == (11, 11)
    assert not differences(project.budget, ModelCall.objects.filter(project=project))


def test_the_threads_of_a_trial_need_no_connection_and_its_queries_a_call_are_few(
    project: Project, ana: User, assistant: Assistant, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    assistant.before = lambda number: time.sleep(0.01)
    trial = opened(project, ana, questions=60, at_once=8)
    with django_assert_max_num_queries(60 * 8):
        work_trial(trial.pk)
    assert fetch(trial.pk).state == "done"
