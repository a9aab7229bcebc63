"""`manage.py refine`: prints the run as JSON, waits for a worker, says what is wrong and how it ended."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.management import call_command

from feedback.management.commands import refine
from feedback.models import Project, Response, Run
from tests.refinement.scripted import ScriptedModel
from tests.refinement.worker import carry_to_its_end

pytestmark = pytest.mark.django_db


@pytest.fixture
def nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker answers, and no bell is heard."""
    monkeypatch.setattr(refine, "ring_run", lambda run: None)
    monkeypatch.setattr(refine, "count_workers", lambda: 0)
    monkeypatch.setattr(refine, "PATIENCE_SECONDS", 0.0)
    monkeypatch.setattr(refine, "LOOK_SECONDS", 0.001)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that does a run as soon as it is rung for."""
    monkeypatch.setattr(refine, "ring_run", carry_to_its_end_and_say)
    monkeypatch.setattr(refine, "count_workers", lambda: 1)
    monkeypatch.setattr(refine, "LOOK_SECONDS", 0.001)


def carry_to_its_end_and_say(run: Run) -> None:
    carry_to_its_end(run)


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[dict[str, Any], str, int]:
    """What the command printed as JSON, what it said, and its exit code."""
    code = 0
    try:
        call_command("refine", *words)
    except SystemExit as end:
        code = int(end.code or 0)
    out, err = capsys.readouterr()
    return (json.loads(out.splitlines()[-1]) if out else {}), err, code


def test_it_starts_a_run_and_prints_it(
    project: Project, responses: list[Response], nobody: None, capsys: pytest.CaptureFixture[str]
) -> None:
    run, _, code = told(capsys, "answers", "--strategy", "cai_revision", "--examples", "2", "--budget-calls", "9")
    assert code == 0
    assert (run["number"], run["state"], run["items"], run["model"]) == (1, "queued", 2, "simulated")
    assert Run.objects.get().budget.cap_calls == 9


@pytest.mark.django_db(transaction=True)
def test_it_waits_for_the_end_and_for_the_baseline(
    project: Project, responses: list[Response], model: ScriptedModel, worker: None, capsys: pytest.CaptureFixture[str]
) -> None:
    run, err, code = told(
        capsys, "answers", "--strategy", "cai_revision", "--set", "rounds=2", "--baseline", "--wait", "--seed", "4"
    )
    assert code == 0, err
    assert (run["state"], run["done"], run["revised"], run["seed"]) == ("finished", 3, 3, 4)
    assert run["parameters"]["rounds"] == 2
    assert run["baseline"]["calls"] == run["calls"]


def test_a_run_that_stops_at_its_budget_is_no_success(
    project: Project, responses: list[Response], model: ScriptedModel, worker: None, capsys: pytest.CaptureFixture[str]
) -> None:
    run, err, code = told(capsys, "answers", "--strategy", "self_refine", "--budget-calls", "2", "--wait")
    assert (code, run["state"], run["calls"]) == (1, "waiting_budget", 2)
    assert "Raise the cap" in err


def test_it_says_when_no_worker_answers(
    project: Project, responses: list[Response], nobody: None, capsys: pytest.CaptureFixture[str]
) -> None:
    run, err, code = told(capsys, "answers", "--strategy", "self_refine", "--wait")
    assert (code, run["state"]) == (1, "queued")
    assert "No worker answers" in err


def test_what_makes_no_sense_is_refused_in_a_sentence(
    project: Project, nobody: None, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, said in [
        (["nowhere", "--strategy", "self_refine"], "no project"),
        (["answers", "--strategy", "magic"], "no strategy"),
        (["answers", "--strategy", "self_refine"], "no response"),
        (["answers", "--strategy", "self_refine", "--baseline"], "needs --wait"),
        (["answers", "--strategy", "self_refine", "--set", "attempts"], "NAME=VALUE"),
    ]:
        _, err, code = told(capsys, *words)
        assert code == 1
        assert said in err
