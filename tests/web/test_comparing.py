"""Refined against original: blind, stored with the run it is about, and told as a win rate with its interval."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def refined(project: m.Project) -> m.Response:
    """An answer that a run made better."""
    start = make.response(
        example=make.example(project=project, request="Name a river."), text="A river.", model="parrot-7b"
    )
    return make.refined(response=start, text="The Nile.", model="raven-9b")


def address(project: m.Project) -> str:
    return reverse("compare", args=[project.slug])


def seal_of(client: Client, url: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', client.get(url).content.decode())
    assert found
    return found.group(1)


def side_of(client: Client, url: str, text: str) -> str:
    page = client.get(url).content.decode()
    left = page.index("The response on the left")
    right = page.index("The response on the right")
    return "left" if left < page.index(text, left) < right else "right"


def test_nothing_tells_which_one_is_refined(client: Client, project, ben, refined) -> None:
    client.force_login(ben)
    page = client.get(address(project)).content.decode()
    assert "The Nile." in page
    assert "A river." in page
    for secret in ("parrot-7b", "raven-9b", f'"response-{refined.pk}"', f"run/{1}", "is-simulated"):
        assert secret not in page.split("<main")[1].split("</main>")[0]


def test_the_answer_is_a_preference_of_its_own_protocol_and_the_result_follows(
    client: Client, project, ben, refined
) -> None:
    client.force_login(ben)
    better = {"left": "-2", "right": "2"}[side_of(client, address(project), "The Nile.")]
    answer = client.post(address(project), {"seal": seal_of(client, address(project)), "answer": better})
    row = m.Preference.objects.get()
    assert row.protocol == "refined-vs-original"
    assert row.chosen == refined
    assert row.shown["run"] == 1
    page = client.get(answer["Location"]).content.decode()
    assert "raven-9b" in page
    assert "n = 1" in page
    assert reverse("run", args=[project.slug, 1]) in page


def test_the_same_answer_twice_is_stored_once(client: Client, project, ben, refined) -> None:
    client.force_login(ben)
    seal = seal_of(client, address(project))
    for _ in range(2):
        client.post(address(project), {"seal": seal, "answer": "1"})
    assert m.Preference.objects.count() == 1


def test_no_choice_is_refused_and_the_reason_stays(client: Client, project, ben, refined) -> None:
    client.force_login(ben)
    answer = client.post(address(project), {"seal": seal_of(client, address(project)), "reason": "Because."})
    assert answer.status_code == 422
    assert "Because." in answer.content.decode()


def test_a_broken_seal_stores_nothing(client: Client, project, ben, refined) -> None:
    client.force_login(ben)
    assert client.post(address(project), {"seal": "nonsense", "answer": "1"}).status_code == 422
    assert not m.Preference.objects.exists()


def test_passing_one_over_shows_the_result_and_offers_it_again(client: Client, project, ben, refined) -> None:
    client.force_login(ben)
    client.post(address(project), {"skip": "1", "seal": seal_of(client, address(project))})
    assert "I passed over" in client.get(address(project)).content.decode()
    client.post(address(project), {"again": "1"})
    assert "The Nile." in client.get(address(project)).content.decode()


def test_before_any_run_the_page_says_what_it_is_for(client: Client, project, ben) -> None:
    client.force_login(ben)
    assert "Nothing to compare yet" in client.get(address(project)).content.decode()


def test_a_viewer_sees_the_result_and_answers_nothing_and_dan_finds_nothing(client, project, ben, dan, refined) -> None:
    viewer = make.user()
    make.member(project=project, user=viewer, role="viewer")
    make.preference(
        a=refined.parent,
        b=refined,
        rater=make.rater(project=project, user=ben),
        outcome="b",
        protocol="refined-vs-original",
    )
    client.force_login(viewer)
    assert "n = 1" in client.get(address(project)).content.decode()
    assert client.post(address(project), {"answer": "1"}).status_code == 403
    client.force_login(dan)
    assert client.get(address(project)).status_code == 404
    assert client.post(address(project), {"answer": "1"}).status_code == 404


def test_it_asks_as_much_with_two_hundred_refined_answers_as_with_ten(client: Client, project, ben, cleo) -> None:
    client.force_login(ben)
    rater = make.rater(project=project, user=cleo)
    counts, results = [], []
    for size in (10, 190):
        for _ in range(size):
            row = make.refined(response=make.response(example=make.example(project=project)))
            make.preference(a=row.parent, b=row, rater=rater, protocol="refined-vs-original")
        counts.append(queries_of(client, address(project)))
        results.append(queries_of(client, address(project) + "?result=1"))
    assert counts[0] == counts[1]
    assert results[0] == results[1]
