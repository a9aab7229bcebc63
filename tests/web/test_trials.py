"""The pages of tests: asked for once, watched, read; reviewers look on, and Dan sees nothing."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.principles.trials.working import work_trial
from tests import make
from tests.web.counting import queries_of

pytestmark = pytest.mark.django_db(transaction=True)


def address(name: str, project: m.Project, *rest: int) -> str:
    return reverse(name, args=[project.slug, *rest])


@pytest.fixture
def chosen(project: m.Project) -> list[m.Preference]:
    """Three pairs of which the shorter response was preferred, and a constitution that says so."""
    rater = make.rater(project=project, name="Cleo")
    found = []
    for number in range(3):
        a, b = make.pair(project=project)
        m.Response.objects.filter(pk=a.pk).update(text=f"It is {number}. " * 9)
        found.append(make.preference(a=a, b=b, rater=rater, outcome="b"))
    make.constitution(project=project, principles=[make.principle(project=project, effect="Say each thing once.")])
    return found


def asked(**said: Any) -> dict[str, Any]:
    return {"kind": "reconstruction", "key": str(uuid.uuid4()), **said}


def test_ana_asks_for_a_test_once_and_reads_what_came_of_it(client: Client, project, ana, chosen) -> None:
    client.force_login(ana)
    assert "Nothing tested yet" in client.get(address("trials", project)).content.decode()
    assert client.get(address("start_trial", project)).status_code == 200
    said = asked()
    for _ in range(2):
        assert client.post(address("start_trial", project), said).status_code == 302
    trial = project.trials.get()
    assert "calls" in client.get(address("trial", project, 1)).content.decode()
    while work_trial(trial.pk):
        pass
    page = client.get(address("trial", project, 1)).content.decode()
    for words in ("Under the constitution", "Always the longer", "Say each thing once.", "Strength"):
        assert words in page


def test_ana_learns_principles_from_choices(client: Client, project, ana, chosen) -> None:
    client.force_login(ana)
    client.post(address("start_trial", project), asked(kind="icai", preset="paper-synthetic"))
    trial = project.trials.get()
    assert trial.parameters["groups"] == 40
    while work_trial(trial.pk):
        pass
    page = client.get(address("trial", project, 1)).content.decode()
    assert "What lies behind the choices" in page
    assert "Every rule that was voted on" in page


def test_what_cannot_be_tested_is_said_on_the_form(client: Client, project, ana) -> None:
    client.force_login(ana)
    answer = client.post(address("start_trial", project), asked())
    assert answer.status_code == 422
    assert "no constitution" in answer.content.decode()


def test_ana_cancels_a_test_and_lets_it_go_on(client: Client, project, ana) -> None:
    trial = make.trial(project=project)
    client.force_login(ana)
    client.post(address("cancel_trial", project, 1))
    trial.refresh_from_db()
    assert trial.state == "cancelled"
    client.post(address("resume_trial", project, 1))
    trial.refresh_from_db()
    assert trial.state == "waiting"


def test_ben_looks_on_and_dan_sees_nothing(client: Client, project, ben, dan) -> None:
    make.trial(project=project)
    client.force_login(ben)
    assert client.get(address("trial", project, 1)).status_code == 200
    assert client.get(address("start_trial", project)).status_code == 403
    assert client.post(address("cancel_trial", project, 1)).status_code == 403
    client.force_login(dan)
    for name, rest in (("trials", []), ("start_trial", []), ("trial", [1])):
        assert client.get(address(name, project, *rest)).status_code == 404


def test_the_list_costs_as_many_queries_for_many_tests_as_for_few(client: Client, project, ana) -> None:
    client.force_login(ana)
    make.trial(project=project)
    few = queries_of(client, address("trials", project))
    for _ in range(6):
        make.trial(project=project)
    assert queries_of(client, address("trials", project)) == few
