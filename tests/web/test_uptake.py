"""Whether feedback was taken in is marked beside what changed, once per person, and not before one has judged."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of

HTMX = {"HX-Request": "true"}


@pytest.fixture
def critique(project: m.Project, cleo: m.User) -> m.Critique:
    response = make.response(example=make.example(project=project), text="The Rhine is long.")
    return make.critique(response=response, rater=make.rater(project=project, user=cleo), text="How long?")


@pytest.fixture
def later(critique: m.Critique) -> m.Response:
    return make.refined(response=critique.response, text="The Rhine is 1,233 km long.")


@pytest.fixture
def address(project: m.Project, later: m.Response) -> str:
    return reverse("uptake", args=[project.slug, later.pk])


def hidden(page: str) -> dict[str, str]:
    found = dict(re.findall(r'<input type="hidden" name="(critique|key)" value="([^"]+)"', page))
    return {name: found[name] for name in ("critique", "key")}


def test_ana_reads_the_words_and_what_changed_and_marks_them(client: Client, ana, address, critique, later) -> None:
    client.force_login(ana)
    page = client.get(address).content.decode()
    assert "How long?" in page
    assert "<ins>1,233 km </ins>" in page or "<ins>" in page
    for _ in range(2):
        answer = client.post(address, {**hidden(page), "outcome": "yes", "note": "With the number."}, headers=HTMX)
        assert "Kept" in answer.content.decode()
    row = m.Uptake.objects.get()
    assert (row.critique, row.response, row.outcome, row.note) == (critique, later, "yes", "With the number.")


def test_a_new_word_takes_the_place_of_the_old_one_without_script_too(client: Client, ana, address) -> None:
    client.force_login(ana)
    for outcome in ("no", "partly"):
        sent = {**hidden(client.get(address).content.decode()), "outcome": outcome}
        assert client.post(address, sent)["Location"] == address
    assert [row.outcome for row in m.Uptake.objects.standing()] == ["partly"]
    assert m.Uptake.objects.count() == 2


def test_nothing_chosen_is_said(client: Client, ana, address) -> None:
    client.force_login(ana)
    answer = client.post(address, hidden(client.get(address).content.decode()))
    assert answer.status_code == 422
    assert "Choose one." in answer.content.decode()


def test_ben_marks_once_he_has_judged_and_sees_others_marks_after_his_own(
    client, ben, cleo, project, address, critique, later
) -> None:
    client.force_login(ben)
    assert client.get(address).status_code == 403
    make.rating(response=critique.response, rater=make.rater(project=project, user=ben))
    m.Uptake.objects.create(
        project=project, rater=make.rater(project=project, user=cleo), protocol="uptake", key="u", critique=critique,
        response=later, outcome="worse", note="Too precise.",
    )  # fmt: skip
    page = client.get(address).content.decode()
    assert "Too precise." not in page
    client.post(address, {**hidden(page), "outcome": "yes"})
    assert "Too precise." in client.get(address).content.decode()


def test_a_models_suggestion_nobody_picked_is_nothing_to_be_taken_in(client, ana, project, critique, address) -> None:
    judge = make.rater(project=project, kind="judge")
    make.critique(response=critique.response, rater=judge, text="Suggested words.", protocol="suggested")
    client.force_login(ana)
    assert "Suggested words." not in client.get(address).content.decode()


def test_it_asks_as_much_for_ten_critiques_as_for_one(client: Client, ana, project, cleo, critique, address) -> None:
    client.force_login(ana)
    counts = [queries_of(client, address)]
    for number in range(9):
        make.critique(response=critique.response, rater=critique.rater, text=f"Words {number}.")
    assert queries_of(client, address) == counts[0]


def test_dan_finds_nothing_and_a_viewer_marks_nothing(client: Client, dan, project, address, critique) -> None:
    client.force_login(dan)
    assert client.get(address).status_code == client.post(address).status_code == 404
    make.member(project=project, user=dan, role="viewer")
    page = client.get(address).content.decode()
    assert "How long?" in page
    assert client.post(address, {"critique": critique.pk, "outcome": "yes"}).status_code == 403
