"""Whole runs through the real SDK to a server that speaks the Messages API, on good days and on bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from feedback.models import ModelCall, Project, Response, Run, User
from feedback.projects.budget import differences
from feedback.refinement import runs
from tests.model_server import ModelServer, Reply, fails, overloaded, refuses, runs_out
from tests.refinement.worker import carry_to_its_end, paid

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings: Any) -> Iterator[ModelServer]:
    """The model server, and the settings that send every question there."""
    with ModelServer() as running:
        settings.ANTHROPIC_BASE_URL, settings.ANTHROPIC_API_KEY = running.url, "a-key"
        yield running


@pytest.mark.parametrize("strategy", ["cai_revision", "self_refine", "best_of_n"])
def test_every_strategy_ends_and_its_ledger_agrees(
    project: Project, ana: User, responses: list[Response], server: ModelServer, strategy: str
) -> None:
    run = carry_to_its_end(runs.start_run(project, strategy=strategy, by=ana))
    assert run.state == Run.State.FINISHED, run.why
    assert not run.simulated
    calls = ModelCall.objects.filter(run=run)
    assert calls.count() == len(server.requests)
    assert not differences(run.budget, calls)
    now = runs.progress(run)
    assert now.cost is not None
    assert now.cost > 0
    ahead = runs.forecast(project, strategy=strategy)
    assert ahead.cost is not None
    assert now.cost <= ahead.cost
    assert paid(run) <= ahead.calls


def test_the_constitution_goes_first_and_is_cached(
    project: Project, ana: User, responses: list[Response], server: ModelServer
) -> None:
    run = carry_to_its_end(runs.start_run(project, strategy="cai_revision", by=ana))
    assert ModelCall.objects.filter(run=run, cache_read_tokens__gt=0).exists()


def test_a_bad_day_of_the_service_is_survived(
    project: Project, ana: User, responses: list[Response], server: ModelServer
) -> None:
    server.will(
        overloaded(retry_after=0.01), runs_out(), fails(500, "api_error"), Reply(), overloaded(retry_after=0.01)
    )
    run = carry_to_its_end(runs.start_run(project, strategy="cai_revision", by=ana))
    assert run.state == Run.State.FINISHED, run.why
    assert "0 failed" in run.why
    assert not differences(run.budget, ModelCall.objects.filter(run=run))


def test_a_refusal_fails_the_item_with_its_reason(
    project: Project, ana: User, responses: list[Response], server: ModelServer
) -> None:
    server.will(refuses())
    run = carry_to_its_end(runs.start_run(project, strategy="cai_revision", by=ana))
    assert "1 failed" in run.why
    assert run.items.get(state="failed").why
