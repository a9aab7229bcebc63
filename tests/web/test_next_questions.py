"""What to ask next is said with its reason, leads to where it is asked, and fills queues."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.capture.hints import record_hint
from feedback.desk.errands import run_errand
from tests import make
from tests.web.counting import queries_of


@pytest.fixture
def failed(project: m.Project, ben: m.User) -> m.Response:
    response = make.response(example=make.example(project=project))
    make.rating(response=response, rater=make.rater(project=project, user=ben), score=1)
    return response


def test_an_examples_page_says_what_to_ask_and_why(client: Client, ana, project, failed) -> None:
    client.force_login(ana)
    page = client.get(reverse("example", args=[project.slug, 1])).content.decode()
    assert "The one attempt failed: a hint lets the model try again by itself." in page
    assert f"{reverse('write', args=[project.slug, 1])}?as=hint" in page
    assert "It seems hard" in page


def test_a_reviewer_is_not_told_what_others_made_of_an_answer_they_have_not_judged(
    client, cleo, ben, project, failed
) -> None:
    address = reverse("example", args=[project.slug, 1])
    client.force_login(cleo)
    assert "attempt failed" not in client.get(address).content.decode()
    client.force_login(ben)
    assert "attempt failed" in client.get(address).content.decode()


def test_a_hint_is_tried_again_and_what_came_of_it_stands_beside_it(client: Client, ana, ben, project, failed) -> None:
    hint = record_hint(failed.example, by=ben, text="Count on your fingers.", key="h")
    client.force_login(ana)
    address = reverse("example", args=[project.slug, 1])
    assert "Count on your fingers." in client.get(address).content.decode()
    for _ in range(2):
        client.post(reverse("retry_with_hint", args=[project.slug, hint.pk]))
    errand = m.Errand.objects.get()
    assert (errand.kind, errand.hint) == ("hinted", hint)
    assert "the model is trying" in client.get(address).content.decode()
    run_errand(errand.pk)
    page = client.get(address).content.decode()
    assert "Tried with it:" in page
    assert m.Response.objects.get(origin="generated").text in page


def test_a_reviewer_sees_others_hints_once_they_have_judged(client: Client, cleo, ben, ana, project, failed) -> None:
    record_hint(failed.example, by=ana, text="Count on your fingers.", key="h")
    address = reverse("example", args=[project.slug, 1])
    client.force_login(cleo)
    assert "Count on your fingers." not in client.get(address).content.decode()
    client.force_login(ben)
    assert "Count on your fingers." in client.get(address).content.decode()


def test_ana_makes_a_queue_of_what_is_to_be_asked(client: Client, ana, project, failed) -> None:
    make.response(example=make.example(project=project))
    client.force_login(ana)
    address = reverse("next_questions", args=[project.slug])
    page = client.get(address).content.decode()
    assert "Give a hint" in page
    assert "Judge an answer" in page
    answer = client.post(reverse("queue_next_questions", args=[project.slug]), {"ask": "response"}, follow=True)
    assert "A queue of 1 item was made" in answer.content.decode()
    queue = m.Queue.objects.get()
    assert (queue.asks, [item.example.number for item in queue.items.all()]) == ("response", [2])
    assert client.post(reverse("queue_next_questions", args=[project.slug]), {"ask": "nothing"}).status_code == 422


def test_an_empty_project_says_what_to_bring_in(client: Client, ana, project) -> None:
    client.force_login(ana)
    assert "No example yet" in client.get(reverse("next_questions", args=[project.slug])).content.decode()


def test_it_asks_as_much_for_thirty_examples_as_for_three(client: Client, ana, project) -> None:
    client.force_login(ana)
    counts = []
    for size in (3, 27):
        for _ in range(size):
            make.response(example=make.example(project=project))
        counts.append(queries_of(client, reverse("next_questions", args=[project.slug])))
    assert counts[0] == counts[1]


def test_dan_finds_nothing_and_ben_makes_no_queue(client: Client, dan, ben, project, failed) -> None:
    address = reverse("next_questions", args=[project.slug])
    client.force_login(dan)
    assert client.get(address).status_code == 404
    client.force_login(ben)
    assert client.get(address).status_code == 403
    assert client.post(reverse("queue_next_questions", args=[project.slug]), {"ask": "hint"}).status_code == 403
