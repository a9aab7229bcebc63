"""The budget page: caps that only the owner sets, and a ledger that says what it does not know."""

from __future__ import annotations

from decimal import Decimal

from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of


def address(name: str, project: m.Project) -> str:
    return reverse(name, args=[project.slug])


def test_ana_sets_the_caps(client: Client, project, ana) -> None:
    client.force_login(ana)
    for _ in range(2):
        answer = client.post(address("change_caps", project), {"calls": "100", "tokens": "", "cost": "2.50"})
        assert answer.status_code == 302
    project.budget.refresh_from_db()
    assert (project.budget.cap_calls, project.budget.cap_tokens, project.budget.cap_cost) == (100, None, Decimal("2.5"))


def test_a_cap_that_is_no_number_is_refused_and_stays_as_typed(client: Client, project, ana) -> None:
    client.force_login(ana)
    answer = client.post(address("change_caps", project), {"calls": "many", "tokens": "", "cost": "2.50"})
    assert answer.status_code == 422
    assert "many" in answer.content.decode()
    assert "2.50" in answer.content.decode()


def test_the_ledger_says_in_flight_failed_and_lost_honestly(client: Client, project, ana) -> None:
    make.model_call(project=project, state="held")
    make.model_call(project=project, state="failed", error="Overloaded")
    make.model_call(project=project, state="orphaned")
    client.force_login(ana)
    page = client.get(address("budget", project)).content.decode()
    assert "In flight" in page
    assert "Overloaded" in page
    assert "Lost with its worker" in page


def test_a_cost_nobody_knows_is_unknown_and_not_nothing(client: Client, project, ana) -> None:
    make.model_call(project=project, model="a-new-model", simulated=False, cost=None)
    client.force_login(ana)
    page = client.get(address("budget", project)).content.decode()
    assert "unknown" in page
    assert "a-new-model" in page


def test_the_ledger_is_filtered(client: Client, project, ana) -> None:
    make.model_call(project=project, prompt_name="critique_freely")
    make.model_call(project=project, state="failed", prompt_name="choose_best")
    client.force_login(ana)
    page = client.get(address("budget", project), {"state": "failed"}).content.decode()
    assert "choose_best" in page
    assert "critique_freely" not in page


def test_ben_reads_and_sets_nothing(client: Client, project, ben) -> None:
    client.force_login(ben)
    assert client.get(address("budget", project)).status_code == 200
    assert client.post(address("change_caps", project), {"calls": "1"}).status_code == 403
    project.budget.refresh_from_db()
    assert project.budget.cap_calls is None


def test_dan_finds_nothing(client: Client, project, dan) -> None:
    client.force_login(dan)
    assert client.get(address("budget", project)).status_code == 404
    assert client.post(address("change_caps", project), {"calls": "1"}).status_code == 404


def test_the_ledger_asks_as_much_for_two_hundred_calls_as_for_ten(client: Client, project, ana) -> None:
    client.force_login(ana)
    run = make.run(project=project)
    item = make.item(run=run, start=make.response(example=make.example(project=project)))
    counts = []
    for size in (10, 190):
        for _ in range(size):
            make.model_call(project=project, run=run, step=make.step(item=item))
        counts.append(queries_of(client, address("budget", project)))
    assert counts[0] == counts[1]


def test_runs_that_stood_at_the_budget_try_again_when_it_is_raised(client: Client, project, ana) -> None:
    run = make.run(project=project, state="waiting_budget")
    client.force_login(ana)
    client.post(address("change_caps", project), {"calls": "1000", "tokens": "", "cost": ""})
    run.refresh_from_db()
    assert run.state != "waiting_budget"
