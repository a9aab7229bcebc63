"""Rankings: Ben puts all responses to an example in order, blind, in a shuffle of his own; places and ties are kept."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.capture.definition import DEFAULT, Aspect
from feedback.capture.forms import change_form
from feedback.desk.filling import Filling
from feedback.desk.queue import in_own_order
from feedback.desk.queues import create_queue, fill_queue, open_queue
from tests import make
from tests.web.counting import queries_of

OUTBOX = {"X-Outbox": "1"}


@pytest.fixture
def three(project: m.Project) -> list[m.Response]:
    """Three responses by models whose names must not show."""
    example = make.example(project=project, request="Name a river.")
    names = [("The Nile.", "parrot-7b"), ("The Thames.", "raven-9b"), ("Water.", "crow-1b")]
    return [make.response(example=example, text=text, model=model) for text, model in names]


def page_of(responses: list[m.Response]) -> str:
    example = responses[0].example
    return reverse("rank", args=[example.project.slug, example.number])


def answer_of(client: Client, url: str, places: dict[m.Response, int], **more: str) -> dict[str, str]:
    page = client.get(url).content.decode()
    seal = re.search(r'name="seal" value="([^"]+)"', page)
    draft = re.search(r'name="draft" value="([^"]+)"', page)
    assert seal
    assert draft
    placed = {f"place-{response.pk}": str(place) for response, place in places.items()}
    return {"seal": seal[1], "draft": draft[1], **placed, **more}


def placed(three: list[m.Response], *places: int) -> dict[m.Response, int]:
    return dict(zip(three, places, strict=True))


def test_ben_ranks_with_a_tie_and_goes_on(client: Client, project, ben, three) -> None:
    client.force_login(ben)
    url = page_of(three)
    answer = client.post(url, answer_of(client, url, placed(three, 1, 3, 1), reason="They are rivers."))
    row = m.Ranking.objects.get()
    assert {place.response: place.place for place in row.places.all()} == placed(three, 1, 2, 1)
    assert row.reason == "They are rivers."
    assert row.shown["order"] == [one.pk for one in in_own_order(ben, three)]
    assert row.seconds is not None
    assert "All ranked" in client.get(answer["Location"], follow=True).content.decode()


def test_the_models_stay_hidden_until_ben_has_ranked(client: Client, ben, three) -> None:
    client.force_login(ben)
    url = page_of(three)
    page = client.get(url).content.decode()
    assert "parrot-7b" not in page
    client.post(url, answer_of(client, url, placed(three, 1, 2, 3)))
    assert "parrot-7b" in client.get(url).content.decode()


def test_each_person_has_an_order_of_their_own(project) -> None:
    example = make.example(project=project)
    many = [make.response(example=example) for _ in range(8)]
    orders = {tuple(one.pk for one in in_own_order(make.user(), many)) for _ in range(6)}
    assert len(orders) > 3


def test_a_response_without_a_place_is_asked_for_and_the_rest_stays(client: Client, ben, three) -> None:
    client.force_login(ben)
    url = page_of(three)
    said = answer_of(client, url, placed(three, 1, 2, 3), reason="The delta.")
    del said[f"place-{three[1].pk}"]
    answer = client.post(url, said)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Give every response a place" in page
    assert "The delta." in page
    assert not m.Ranking.objects.exists()


def test_a_new_order_replaces_the_old_one_and_undo_brings_it_back(client: Client, project, ben, three) -> None:
    client.force_login(ben)
    url = page_of(three)
    client.post(url, answer_of(client, url, placed(three, 1, 2, 3)))
    first = m.Ranking.objects.get()
    client.post(url, answer_of(client, url, placed(three, 3, 2, 1)))
    assert m.Ranking.objects.standing().get() != first
    client.post(reverse("undo", args=[project.slug]))
    assert m.Ranking.objects.standing().get() == first


def test_the_outbox_is_told_what_was_kept(client: Client, ben, three) -> None:
    client.force_login(ben)
    url = page_of(three)
    said = answer_of(client, url, placed(three, 1, 2, 3))
    for _ in range(2):
        answer = client.post(url, said, headers=OUTBOX)
        assert "a ranking" in answer.content.decode()
        assert answer["X-Kept"]
    assert m.Ranking.objects.count() == 1


def test_it_can_be_about_one_aspect(client: Client, project, ana, ben, three) -> None:
    aspects = (*DEFAULT.aspects, Aspect(name="safety", label="Safety"))
    change_form(project, DEFAULT.model_copy(update={"aspects": aspects}), by=ana)
    client.force_login(ben)
    url = page_of(three)
    client.post(url, answer_of(client, url, placed(three, 1, 2, 3), aspect="safety"))
    assert (m.Ranking.objects.get().aspect, m.Ranking.objects.get().form_version) == ("safety", 2)


def test_passing_over_leads_on_and_back(client: Client, project, ben, three) -> None:
    client.force_login(ben)
    url = page_of(three)
    skip, desk = reverse("pass_over", args=[project.slug]), reverse("desk", args=[project.slug]) + "?way=rankings"
    client.post(skip, {**answer_of(client, url, {}), "skip": "1", "way": "rankings"})
    assert "You passed over" in client.get(desk).content.decode()
    client.post(skip, {"back": "1", "way": "rankings"})
    assert client.get(desk)["Location"] == url


def test_a_ranking_from_a_queue_fills_its_slot(client: Client, project, ana, ben, three) -> None:
    queue = create_queue(project, by=ana, name="Order", asks="ranking")
    fill_queue(queue, by=ana, filling=Filling())
    open_queue(queue, by=ana)
    client.force_login(ben)
    url = client.get(reverse("desk", args=[project.slug]))["Location"]
    assert url.startswith(page_of(three))
    client.post(url, answer_of(client, url, placed(three, 2, 1, 3)))
    assert m.Slot.objects.get().state == "done"


def test_two_responses_may_be_ranked_and_one_may_not(client: Client, project, ben) -> None:
    client.force_login(ben)
    a, _ = make.pair(project=project)
    assert client.get(page_of([a])).status_code == 200
    alone = make.response(example=make.example(project=project))
    assert client.get(page_of([alone])).status_code == 404


def test_a_viewer_ranks_nothing_and_dan_finds_nothing(client: Client, project, dan, three) -> None:
    viewer = make.user()
    make.member(project=project, user=viewer, role="viewer")
    client.force_login(viewer)
    assert client.post(page_of(three)).status_code == 403
    client.force_login(dan)
    assert client.get(page_of(three)).status_code == 404
    assert client.post(page_of(three)).status_code == 404


def test_it_asks_as_much_for_twenty_responses_as_for_three(client: Client, ben, three) -> None:
    client.force_login(ben)
    few = queries_of(client, page_of(three))
    for _ in range(17):
        make.response(example=three[0].example)
    assert queries_of(client, page_of(three)) == few
