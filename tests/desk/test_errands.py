"""The spine of errands: asked once, done once, paid once, and every trouble a sentence."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from feedback.desk import errands
from feedback.errors import Malformed, NotAllowed, OverBudget, Passing, Refused
from feedback.llm.answers import Reply
from feedback.llm.model import Completion, Prompt, Usage
from feedback.models import Budget, Errand, Example, ModelCall, Project, Response, User
from feedback.projects import budget
from feedback.projects.job_claims import TRIES
from tests import make

pytestmark = pytest.mark.django_db


class Assistant:
    """Gives the same answer each time, or raises."""

    name, simulated = "scripted", True

    def __init__(self) -> None:
        self.asked: list[Prompt] = []
        self.trouble: BaseException | None = None

    def complete(self, prompt: Prompt) -> Completion:
        self.asked.append(prompt)
        if self.trouble is not None:
            raise self.trouble
        reply = Reply(text="Light scatters.")
        return Completion(text=reply.model_dump_json(), usage=Usage(9, 3), model=self.name, data=reply, simulated=True)


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> Assistant:
    """The model behind the seam."""
    model = Assistant()
    monkeypatch.setattr(budget, "the_model", lambda: model)
    return model


@pytest.fixture
def example(project: Project) -> Example:
    """A question without an answer."""
    return make.example(project=project, request="Why is the sky blue?")


def asked(example: Example, by: User, **fields: Any) -> Errand:
    return errands.ask_errand("generate", example=example, by=by, **{"key": "one", **fields})


def test_an_errand_is_done_and_its_call_stands_in_the_ledger(example: Example, ana: User, assistant: Assistant) -> None:
    done = errands.run_errand(asked(example, ana).pk)
    assert (done.state, done.error) == ("done", "")
    assert done.result is not None
    assert (done.result.text, done.result.origin, done.result.model, done.result.simulated) == (
        "Light scatters.", "generated", "scripted", True,
    )  # fmt: skip
    call = ModelCall.objects.get()
    assert (call.errand, call.role, call.prompt_name) == (done, "task", "answer_message")
    assert Budget.objects.get(pk=example.project.budget_id).spent_calls == 1


def test_asked_twice_with_one_key_it_is_one_errand(example: Example, ana: User, assistant: Assistant) -> None:
    first = asked(example, ana)
    assert asked(example, ana) == first
    assert asked(example, ana, key="two") != first
    errands.run_errand(first.pk)
    errands.run_errand(first.pk)
    assert (len(assistant.asked), Response.objects.count()) == (1, 1)


def test_two_people_with_one_key_are_two_errands(project: Project, example: Example, ana: User, dan: User) -> None:
    make.member(project=project, user=dan, role="curator")
    assert asked(example, ana) != asked(example, dan)


def test_who_may_not_does_not_send_a_model(example: Example, ben: User, dan: User) -> None:
    with pytest.raises(NotAllowed):
        asked(example, dan)
    with pytest.raises(NotAllowed, match="curator"):
        asked(example, ben)


def test_a_kind_there_is_not_is_refused(example: Example, ana: User) -> None:
    with pytest.raises(Refused):
        errands.ask_errand("dance", example=example, key="one", by=ana)


@pytest.mark.parametrize("trouble", [Malformed("It is no JSON."), OverBudget("The project may use 0 calls.")])
def test_trouble_leaves_a_sentence(example: Example, ana: User, assistant: Assistant, trouble: Exception) -> None:
    assistant.trouble = trouble
    failed = errands.run_errand(asked(example, ana).pk)
    assert failed.state == "failed"
    assert str(trouble) in failed.error
    assert not Response.objects.exists()


def test_passing_trouble_is_tried_again_by_the_sweep(
    example: Example, ana: User, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overloaded(*_: Any, **__: Any) -> None:
        raise Passing("Overloaded.", 60)

    monkeypatch.setattr(errands, "model_for", overloaded)
    row = asked(example, ana)
    assert errands.sweep_errands() == [row.pk]
    for attempt in (1, 2):
        row = errands.run_errand(row.pk)
        assert (row.state, row.attempts, row.error) == ("waiting", attempt, "Overloaded.")
        assert errands.sweep_errands() == []
        Errand.objects.update(not_before=timezone.now() - timedelta(seconds=1))
        assert errands.sweep_errands() == [row.pk]
    assert errands.run_errand(row.pk).state == "failed"


def test_killed_after_the_call_it_is_not_paid_twice(
    example: Example, ana: User, assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def dying(*_: Any) -> None:
        raise Killed

    row = asked(example, ana)
    with monkeypatch.context() as patch:
        patch.setattr(errands, "finish", dying)
        with pytest.raises(Killed):
            errands.run_errand(row.pk)
    assert errands.sweep_errands() == []
    Errand.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert errands.sweep_errands() == [row.pk]
    assert errands.run_errand(row.pk).state == "done"
    assert (len(assistant.asked), Response.objects.count()) == (1, 1)


def test_an_errand_that_loses_every_worker_ends(example: Example, ana: User) -> None:
    row = asked(example, ana)
    lost = timezone.now() - timedelta(seconds=1)
    Errand.objects.update(state="leased", lease="gone", leased_until=lost, attempts=TRIES)
    assert errands.sweep_errands() == []
    row.refresh_from_db()
    assert (row.state, row.error) == ("failed", errands.LOST)


def test_a_worker_whose_claim_ran_out_writes_nothing(example: Example, ana: User, assistant: Assistant) -> None:
    row = asked(example, ana)
    old = errands.claim(row.pk)
    Errand.objects.update(state="waiting", lease="", leased_until=None)
    errands.run_errand(row.pk)
    errands.finish(errands.fetch(row.pk), old, assistant.complete(Prompt(name="", hash="", system="", user="")))
    assert Response.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_one_errand_write_one_answer(example: Example, ana: User, assistant: Assistant) -> None:
    row = asked(example, ana)
    gate = threading.Barrier(4)

    def work() -> None:
        gate.wait()
        errands.run_errand(row.pk)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Response.objects.count(), len(assistant.asked)) == (1, 1)
