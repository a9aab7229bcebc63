"""Hindsight: Ben answers a pair, sees what comes of each, answers again; the team sees how often minds turn."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.capture.definition import DEFAULT
from feedback.capture.forms import change_form
from feedback.desk.errands import run_errand
from feedback.desk.queue import order_for
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def two(project: m.Project, ana: m.User) -> tuple[m.Response, m.Response]:
    """Two answers in a project that asks in hindsight."""
    change_form(project, DEFAULT.model_copy(update={"hindsight": True}), by=ana)
    example = make.example(project=project, request="Is this mushroom edible?")
    return (
        make.response(example=example, text="Surely, enjoy it.", model="parrot-7b"),
        make.response(example=example, text="I cannot tell from here.", model="raven-9b"),
    )


@pytest.fixture
def known(two: tuple[m.Response, m.Response]) -> list[m.Consequence]:
    """What came of both, imported."""
    words = ["They were ill for a week.", "They asked an expert."]
    return [
        m.Consequence.objects.create(response=one, text=text, origin="imported")
        for one, text in zip(two, words, strict=True)
    ]


def page_of(two: tuple[m.Response, m.Response], name: str = "pair") -> str:
    return reverse(name, args=[two[0].example.project.slug, two[0].pk, two[1].pk])


def answer(client: Client, url: str, value: int, **more: object):
    page = client.get(url).content.decode()
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found
    seen = re.findall(r'name="seen" value="(\d+)"', page)
    return client.post(url, {"seal": found[1], "answer": str(value), "seen": seen, **more})


def towards(user: m.User, two: tuple[m.Response, m.Response], better: m.Response) -> int:
    """The answer that prefers one of the two, as shown to this person."""
    return -2 if order_for(user, *two).first == better else 2


def test_ben_is_asked_again_and_both_answers_are_kept(client: Client, project, ben, two, known) -> None:
    client.force_login(ben)
    first = answer(client, page_of(two), towards(ben, two, two[0]))
    assert first["Location"].startswith(page_of(two, "hindsight"))
    page = client.get(first["Location"]).content.decode()
    assert "They were ill for a week." in page
    assert "parrot-7b" not in page
    second = answer(client, page_of(two, "hindsight"), towards(ben, two, two[1]), reason="One was ill.")
    assert second["Location"].startswith(reverse("desk", args=[project.slug]))
    now, later = m.Preference.objects.standing().order_by("pk")
    assert (now.timing, now.chosen) == ("now", two[0])
    assert (later.timing, later.chosen) == ("hindsight", two[1])
    assert [one["origin"] for one in later.shown["consequences"]] == ["imported", "imported"]
    assert later.shown["first"] == now.pk
    assert "parrot-7b" in client.get(page_of(two)).content.decode()


def test_the_pair_page_stays_blind_between_the_two_answers(client: Client, ben, two, known) -> None:
    client.force_login(ben)
    answer(client, page_of(two), 1)
    assert "parrot-7b" not in client.get(page_of(two)).content.decode()


def test_what_nobody_knows_is_foretold_and_marked(client: Client, ben, two) -> None:
    client.force_login(ben)
    answer(client, page_of(two), 1)
    page = client.get(page_of(two, "hindsight")).content.decode()
    errands = list(m.Errand.objects.filter(kind="consequence"))
    assert {errand.response for errand in errands} == set(two)
    assert f"live:errand-{errands[0].pk}" in page
    for errand in errands:
        run_errand(errand.pk)
    page = client.get(page_of(two, "hindsight")).content.decode()
    assert page.count("foretold") >= 2
    assert page.count('name="seen"') == 2
    assert m.Errand.objects.count() == 2
    fragment = client.get(
        reverse("errand", args=[two[0].example.project.slug, errands[0].pk]), headers={"HX-Request": "true"}
    )
    assert 'name="seen"' in fragment.content.decode()


def test_without_anything_seen_the_second_answer_is_refused(client: Client, ben, two) -> None:
    client.force_login(ben)
    answer(client, page_of(two), 1)
    refused = answer(client, page_of(two, "hindsight"), -1)
    assert refused.status_code == 422
    assert "Nothing was shown yet" in refused.content.decode()
    assert m.Preference.objects.count() == 1


def test_ben_may_write_what_would_come_of_it(client: Client, ben, two) -> None:
    client.force_login(ben)
    answer(client, page_of(two), 1)
    url = page_of(two, "hindsight")
    client.post(url, {"about": two[0].pk, "consequence": "A long night."})
    client.post(url, {"about": two[0].pk, "consequence": "A long night."})
    row = m.Consequence.objects.get()
    assert (row.origin, row.rater.user, row.response) == ("written", ben, two[0])
    assert "A long night." in client.get(url).content.decode()
    assert client.post(url, {"about": "999999", "consequence": "x"}).status_code == 422


def test_one_who_has_not_answered_is_led_to_the_pair_first(client: Client, ben, two, known) -> None:
    client.force_login(ben)
    assert client.get(page_of(two, "hindsight"))["Location"] == page_of(two)


def test_without_hindsight_in_the_form_nobody_is_asked_again(client: Client, project, ana, ben, two) -> None:
    change_form(project, DEFAULT, by=ana)
    client.force_login(ben)
    assert "hindsight" not in answer(client, page_of(two), 1)["Location"]


def test_the_report_counts_turned_answers_with_an_interval(client: Client, project, ana, ben, cleo, two, known) -> None:
    for person, again in ((ben, two[1]), (cleo, two[0])):
        client.force_login(person)
        answer(client, page_of(two), towards(person, two, two[0]))
        answer(client, page_of(two, "hindsight"), towards(person, two, again), reason=f"{person} thought again.")
    client.force_login(ana)
    page = client.get(reverse("reversals", args=[project.slug])).content.decode()
    assert "50 %" in page
    assert "n = 2" in page
    assert "thought again" in page
    assert "Ben Okafor" in page
    client.force_login(cleo)
    assert "Ben Okafor" not in client.get(reverse("reversals", args=[project.slug])).content.decode()


def test_the_report_says_what_it_is_for_before_there_is_anything(client: Client, project, ana) -> None:
    client.force_login(ana)
    assert "Nobody was asked twice yet" in client.get(reverse("reversals", args=[project.slug])).content.decode()


def test_dan_finds_nothing(client: Client, project, dan, two, known) -> None:
    client.force_login(dan)
    for url in (page_of(two, "hindsight"), reverse("reversals", args=[project.slug])):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404


def test_the_report_asks_as_much_for_many_as_for_few(client: Client, project, ana, ben) -> None:
    client.force_login(ana)
    rater, counts = make.rater(project=project, user=ben), []
    for size in (3, 30):
        for _ in range(size):
            a, b = make.pair(project=project)
            make.preference(a=a, b=b, rater=rater, outcome="a")
            make.preference(a=a, b=b, rater=rater, outcome="b", timing="hindsight")
        counts.append(queries_of(client, reverse("reversals", args=[project.slug])))
    assert counts[0] == counts[1]
