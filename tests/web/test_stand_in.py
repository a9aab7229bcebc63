"""One's own stand-in: off until one switches it on, sent by oneself alone, and what it says is marked."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.desk import errands
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def page(project: m.Project) -> str:
    """The page of one's own stand-in."""
    return reverse("stand_in", args=[project.slug])


def said_before(project: m.Project, user: m.User) -> None:
    for number in range(3):
        response = make.response(example=make.example(project=project), text=f"Sure! It is {number}.")
        make.critique(response=response, rater=make.rater(project=project, user=user), text="Leave out the filler.")


def waiting(project: m.Project, count: int) -> list[m.Response]:
    return [make.response(example=make.example(project=project), text="Sure! Great. It is so.") for _ in range(count)]


def switch(client: Client, project: m.Project, on: str):
    return client.post(reverse("switch_stand_in", args=[project.slug]), {"on": on})


def test_it_is_off_until_ben_switches_it_on(client: Client, project, ben, cleo, page) -> None:
    client.force_login(ben)
    assert "Switch it on" in client.get(page).content.decode()
    assert switch(client, project, "on")["Location"] == page
    assert m.Member.objects.get(user=ben).shadow
    assert not m.Member.objects.get(user=cleo).shadow
    assert "of at least 3 critiques" in client.get(page).content.decode()
    switch(client, project, "off")
    assert not m.Member.objects.get(user=ben).shadow


def test_ben_sends_it_and_reads_what_it_said(client: Client, project, ben, page) -> None:
    said_before(project, ben)
    waiting(project, 4)
    client.force_login(ben)
    switch(client, project, "on")
    key = str(uuid.uuid4())
    assert client.post(page, {"count": "2", "key": key}).status_code == 302
    assert client.post(page, {"count": "2", "key": key}).status_code == 302
    rows = list(m.Errand.objects.filter(kind="shadow"))
    assert len({row.response_id for row in rows}) == len(rows)
    for row in rows:
        errands.run_errand(row.pk)
    shown = client.get(page).content.decode()
    assert "Stand-in for Ben Okafor" in shown
    assert "simulated" in shown
    assert m.Rating.objects.filter(rater__user=ben).count() == 0
    assert {row.protocol for row in m.Rating.objects.all()} == {"shadow"}


def test_switched_off_it_goes_nowhere(client: Client, project, ben, page) -> None:
    said_before(project, ben)
    waiting(project, 1)
    client.force_login(ben)
    answer = client.post(page, {"count": "1", "key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert not m.Errand.objects.exists()


def test_with_nothing_left_to_judge_it_says_so(client: Client, project, ben, page) -> None:
    said_before(project, ben)
    client.force_login(ben)
    switch(client, project, "on")
    answer = client.post(page, {"count": "1", "key": str(uuid.uuid4())})
    assert "judged everything" in answer.content.decode()


def test_the_number_of_queries_does_not_grow(client: Client, project, ben, page) -> None:
    said_before(project, ben)
    waiting(project, 6)
    client.force_login(ben)
    switch(client, project, "on")
    client.post(page, {"count": "1", "key": str(uuid.uuid4())})
    errands.run_errand(m.Errand.objects.get().pk)
    few = queries_of(client, page)
    client.post(page, {"count": "5", "key": str(uuid.uuid4())})
    for row in m.Errand.objects.filter(state="waiting"):
        errands.run_errand(row.pk)
    assert queries_of(client, page) <= few


def test_dan_gets_nowhere(client: Client, project, dan, page) -> None:
    client.force_login(dan)
    assert client.get(page).status_code == 404
    assert switch(client, project, "on").status_code == 404
