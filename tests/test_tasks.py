"""The bells: rung after commit, harmless twice, and never able to break a request."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from feedback import tasks
from feedback.models import Drafting, Project, Run, User
from feedback.principles import drafting
from feedback.refinement import runs
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Every bell that was rung, in place of the broker."""
    bells: list[tuple[str, int]] = []
    for task in (tasks.advance_run, tasks.work_step, tasks.draft_principle, tasks.run_errand):
        short = task.name.rsplit(".", 1)[-1]
        monkeypatch.setattr(task, "apply_async", lambda args, short=short, **_: bells.append((short, args[0])))
    return bells


@pytest.fixture
def run(project: Project, ana: User) -> Run:
    """A run of two items."""
    make.constitution(project=project)
    for _ in range(2):
        make.response(example=make.example(project=project))
    return runs.start_run(project, strategy="cai_revision", by=ana)


def test_a_bell_rings_after_commit_and_not_at_all_after_a_rollback(rung: list[Any], run: Run) -> None:
    with transaction.atomic():
        tasks.ring_run(run)
        assert rung == []
    assert rung == [("advance_run", run.pk)]
    with transaction.atomic():
        tasks.ring_run(run.pk)
        transaction.set_rollback(True)
    assert len(rung) == 1


def test_bells_carry_a_run_to_its_end(rung: list[Any], run: Run) -> None:
    tasks.ring_run(run)
    while rung:
        name, number = rung.pop(0)
        getattr(tasks, name)(number)
    run.refresh_from_db()
    assert run.state == Run.State.FINISHED


def test_the_sweep_rings_for_runs_and_draftings_that_wait(
    rung: list[Any], run: Run, project: Project, ana: User, ben: User
) -> None:
    response = make.response(example=make.example(project=project))
    critique = make.critique(response=response, rater=make.rater(project=project, user=ben))
    asked = drafting.ask_for_draft(critique, by=ana)
    tasks.sweep()
    assert rung == [("advance_run", run.pk), ("draft_principle", asked.pk)]
    tasks.draft_principle(asked.pk)
    assert Drafting.objects.get().state == "done"
    tasks.ring_drafting(asked)
    assert rung[-1] == ("draft_principle", asked.pk)


def test_a_broker_that_is_down_breaks_nothing(
    run: Run, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionError("nobody listens")

    monkeypatch.setattr(tasks.advance_run, "apply_async", refuse)
    tasks.ring_run(run)
    assert "the sweep will ring again" in caplog.text


def test_an_errand_is_rung_for_and_the_sweep_rings_again(rung: list[Any], project: Project, ana: User) -> None:
    row = make.errand(example=make.example(project=project), by=ana)
    tasks.ring_errand(row)
    assert rung == [("run_errand", row.pk)]
    rung.clear()
    tasks.sweep()
    assert ("run_errand", row.pk) in rung
    tasks.run_errand(row.pk)
    row.refresh_from_db()
    assert row.state == "done"
    rung.clear()
    tasks.sweep()
    assert rung == []
