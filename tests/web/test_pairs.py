"""Pairs: Ben compares two responses, blind, in an order of his own that is stored with the answer."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.desk.queue import order_for
from feedback.forms.pairs import as_answer, as_preference
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def two(project: m.Project) -> tuple[m.Response, m.Response]:
    """Two responses to one example, by models whose names must not show."""
    example = make.example(project=project, request="Name a river.")
    return (
        make.response(example=example, text="The Nile.", model="parrot-7b"),
        make.response(example=example, text="The Thames.", model="raven-9b"),
    )


def page_of(two: tuple[m.Response, m.Response]) -> str:
    return reverse("pair", args=[two[0].example.project.slug, two[0].pk, two[1].pk])


def seal_of(client: Client, url: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found.group(1)


def test_pairs_lead_to_the_next_one_and_say_when_all_are_compared(client: Client, project, ben, two) -> None:
    client.force_login(ben)
    assert client.get(reverse("pairs", args=[project.slug]), follow=True).redirect_chain[-1][0] == page_of(two)
    answer = client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "0"})
    assert "after=" in answer["Location"]
    page = client.get(answer["Location"]).content.decode()
    assert "All compared" in page


def test_left_means_the_one_that_was_shown_left(client: Client, ben, two) -> None:
    client.force_login(ben)
    client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "-3", "reason": "Longer river."})
    row = m.Preference.objects.get()
    order = order_for(ben, *two)
    assert row.chosen == order.first
    assert abs(row.strength) == 3
    assert row.shown["order"] == [order.first.pk, order.second.pk]
    assert (row.response_a, row.response_b) == two
    assert row.reason == "Longer river."
    assert row.seconds is not None


@pytest.mark.parametrize("turned", [False, True])
@pytest.mark.parametrize("answer", ["-3", "-2", "-1", "0", "1", "2", "3", "both-good", "both-bad"])
def test_an_answer_survives_the_way_into_the_table_and_back(answer: str, turned: bool) -> None:
    assert as_answer(**as_preference(answer, turned=turned), turned=turned) == answer


def test_both_good_and_both_bad_have_no_strength(client: Client, ben, two) -> None:
    client.force_login(ben)
    client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "both-bad"})
    assert (m.Preference.objects.get().outcome, m.Preference.objects.get().strength) == ("both-bad", None)


def test_the_models_stay_hidden_until_ben_has_answered(client: Client, project, ben, cleo, two) -> None:
    make.preference(a=two[0], b=two[1], rater=make.rater(project=project, user=cleo), reason="Cleo says Nile.")
    client.force_login(ben)
    page = client.get(page_of(two)).content.decode()
    for secret in ("parrot-7b", "raven-9b", "mported", "Cleo says Nile."):
        assert secret not in page
    answer = client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "answer": "1"})
    assert "parrot-7b" in client.get(answer["Location"]).content.decode()
    assert "raven-9b" in client.get(page_of(two)).content.decode()


def test_the_same_answer_twice_is_stored_once_and_another_takes_its_place(client: Client, ben, two) -> None:
    client.force_login(ben)
    seal = seal_of(client, page_of(two))
    for answer in ("2", "2", "-1"):
        client.post(page_of(two), {"seal": seal, "answer": answer})
    assert m.Preference.objects.count() == 2
    assert m.Preference.objects.standing().count() == 1


def test_no_choice_is_refused_and_the_reason_stays(client: Client, ben, two) -> None:
    client.force_login(ben)
    answer = client.post(page_of(two), {"seal": seal_of(client, page_of(two)), "reason": "Because of the delta."})
    assert answer.status_code == 422
    assert "Because of the delta." in answer.content.decode()
    assert "Choose how the two compare" in answer.content.decode()


def test_a_seal_of_somebody_else_is_refused(client: Client, ben, cleo, two) -> None:
    client.force_login(cleo)
    seal = seal_of(client, page_of(two))
    client.force_login(ben)
    answer = client.post(page_of(two), {"seal": seal, "answer": "1"})
    assert answer.status_code == 422
    assert not m.Preference.objects.exists()


def test_a_pair_passed_over_comes_back_when_asked_for(client: Client, project, ben, two) -> None:
    client.force_login(ben)
    pairs = reverse("pairs", args=[project.slug])
    skip = reverse("pass_over", args=[project.slug])
    client.post(skip, {"skip": "1", "way": "pairs", "seal": seal_of(client, page_of(two))})
    assert "passed over 1" in client.get(pairs, follow=True).content.decode()
    client.post(skip, {"back": "1", "way": "pairs"})
    assert client.get(pairs, follow=True).redirect_chain[-1][0] == page_of(two)


def test_two_responses_to_different_examples_are_no_pair(client: Client, project, ben, two) -> None:
    other = make.response(example=make.example(project=project))
    client.force_login(ben)
    assert client.get(reverse("pair", args=[project.slug, two[0].pk, other.pk])).status_code == 404
    assert client.get(reverse("pair", args=[project.slug, two[0].pk, two[0].pk])).status_code == 404


def test_a_viewer_compares_nothing_and_dan_finds_nothing(client: Client, project, dan, two) -> None:
    viewer = make.user()
    make.member(project=project, user=viewer, role="viewer")
    client.force_login(viewer)
    assert client.post(page_of(two), {"answer": "1"}).status_code == 403
    client.force_login(dan)
    assert client.get(page_of(two)).status_code == 404
    assert client.post(page_of(two), {"answer": "1"}).status_code == 404
    assert client.get(reverse("pairs", args=[project.slug])).status_code == 404


def test_a_pair_asks_as_much_with_two_hundred_pairs_as_with_ten(client: Client, project, ben, two) -> None:
    client.force_login(ben)
    counts = []
    for size in (10, 190):
        for _ in range(size):
            make.pair(project=project)
        counts.append(queries_of(client, page_of(two)))
    assert counts[0] == counts[1]
