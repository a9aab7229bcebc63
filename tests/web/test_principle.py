"""The page of one principle: all that is behind it, the switch, and what is said about it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from feedback import models as m
from feedback.principles.constitutions import adopt, reword
from feedback.principles.switching import switch_off
from tests import make
from tests.web.counting import queries_of
from tests.web.test_principles import address


@pytest.fixture
def principle(project: m.Project, ana: m.User) -> m.Principle:
    """One in force in its second wording."""
    row = make.principle(project=project, domain="when a number is asked for", effect="Give exactly so many.")
    adopt(row, by=ana)
    reword(row, by=ana, domain="when a number is asked for", effect="Give that many and stop.")
    return row


def used(principle: m.Principle, outcome: str = "", *, run: m.Run | None = None) -> m.Response:
    """An answer that a run rewrote in its name."""
    project, version = principle.project, principle.versions.order_by("-number")[0]
    row = make.refined(response=make.response(example=make.example(project=project)), run=run)
    m.Step.objects.filter(pk=row.produced_by_id).update(
        principle=version, given={"text": row.parent.text}, output={"text": row.text, "changed": "Two went."}
    )
    m.Applied.objects.create(version=version, response=row, outcome=outcome, cited=True)
    return row


def whole(client: Client, project: m.Project, principle: m.Principle) -> str:
    return client.get(address("principle", project, principle.number)).content.decode()


def test_its_words_over_time_are_told_apart(client: Client, project, ana, principle) -> None:
    client.force_login(ana)
    page = whole(client, project, principle)
    assert "Give <del>exactly so</del><ins>that</ins> many<ins> and stop</ins>." in page
    assert "Wording 1" in page


def test_how_it_did_and_where(client: Client, project, ana, principle) -> None:
    run = make.run(project=project, state="finished")
    for outcome in ("positive", "positive", "negative", ""):
        used(principle, outcome, run=run)
    client.force_login(ana)
    page = whole(client, project, principle)
    assert "Helped 2, harmed 1, not judged yet 1" in page
    assert "4 rewrites in its name" in page
    assert (
        '<td class="number">4</td><td class="number">4</td><td class="number">2</td><td class="number">1</td>' in page
    )
    assert "<ins> Said better.</ins>" in page


def test_what_tests_said_stands_there(client: Client, project, ana, principle) -> None:
    line = {
        "number": principle.number,
        "wording": 2,
        "accuracy": 0.8,
        "interval": [0.55, 0.93],
        "right": 12,
        "wrong": 3,
    }
    make.trial(
        project=project, state="done", finished_at=timezone.now(), result={"principles": [line]}, number=7,
        model="simulated",
    )  # fmt: skip
    client.force_login(ana)
    page = whole(client, project, principle)
    assert "Test 7" in page
    assert "80 %" in page
    assert "55 %–93 %, n = 15" in page


def test_anybody_who_reviews_says_something_and_is_answered(client: Client, project, ana, ben, principle) -> None:
    client.force_login(ben)
    there = address("remark_on_principle", project, principle.number)
    assert client.post(there, {"text": "What about fractions?"}).status_code == 302
    said = principle.remarks.get()
    client.force_login(ana)
    client.post(there, {"text": "Round them.", "answers": said.pk})
    page = whole(client, project, principle)
    assert page.index("What about fractions?") < page.index("Round them.")
    assert client.post(there, {"text": " "}).status_code == 422
    viewer = make.user()
    make.member(project=project, user=viewer, role="viewer")
    client.force_login(viewer)
    assert client.post(there, {"text": "No."}).status_code == 403


def test_a_curator_switches_it_off_and_on(client: Client, project, ana, ben, principle) -> None:
    client.force_login(ben)
    switch = address("switch_principle", project, principle.number)
    assert client.post(switch, {"off": "1"}).status_code == 403
    client.force_login(ana)
    client.post(switch, {"off": "1", "reason": "It counts wrongly."})
    page = whole(client, project, principle)
    assert "It stands in the constitution and is in no prompt." in page
    assert "It counts wrongly." in page
    client.post(switch, {})
    principle.refresh_from_db()
    assert principle.switched_off_at is None


def test_votes_stay_closed_while_one_is_asked(client: Client, project, ana, ben, principle) -> None:
    make.motion(principle=principle)
    who = make.rater(project=project, user=ben)
    m.Vote.objects.create(project=project, rater=who, principle=principle, choice="disagree", key="k", protocol="vote")
    client.force_login(ana)
    assert "open here once you have voted" in whole(client, project, principle)
    client.force_login(ben)
    assert "<strong>1</strong> disagrees" in whole(client, project, principle)


def test_the_page_costs_the_same_however_much_there_is(client: Client, project, ana, principle) -> None:
    client.force_login(ana)
    used(principle, "positive")
    whole(client, project, principle)
    few = queries_of(client, address("principle", project, principle.number))
    for _ in range(6):
        used(principle, "negative")
        make.trial(project=project, principle=principle, state="done", finished_at=timezone.now())
    switch_off(principle, by=ana)
    assert queries_of(client, address("principle", project, principle.number)) <= few + 1


def test_dan_gets_nowhere(client: Client, project, dan, principle) -> None:
    client.force_login(dan)
    assert client.get(address("principle", project, principle.number)).status_code == 404
    for name in ("remark_on_principle", "switch_principle"):
        assert client.post(address(name, project, principle.number), {"text": "Hello."}).status_code == 404
