"""A curator's decision on an order leads to a principle as their other decisions do; nobody else's order does."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from feedback.capture.rankings import record_ranking
from feedback.errors import Refused
from feedback.models import Evidence, Project, Ranking, Split, User
from feedback.principles import drafting
from feedback.principles.sources import prompt_for
from feedback.web.evidence import sources_of, with_words
from tests import make

pytestmark = pytest.mark.django_db


def order(project: Project, by: User, places: list[int], *, protocol: str = "adjudication") -> Ranking:
    """An order over answers to one example, with a reason."""
    example = make.example(project=project)
    answers = [make.response(example=example, text=f"Answer {number}.") for number in range(1, len(places) + 1)]
    placed = dict(zip(answers, places, strict=True))
    why = {"reason": "The first gives its reasons.", "protocol": protocol}
    return record_ranking(example, placed, by=by, key=f"order-{example.number}", **why)


def test_the_order_is_told_best_first_with_ties(project: Project, ana: User) -> None:
    values = prompt_for(order(project, ana, [2, 1, 2])).values
    assert values["decision"].startswith("Candidate 1 > candidate 2 = candidate 3")
    assert values["responses"].index("Answer 2.") < values["responses"].index("Answer 1.")


def test_a_principle_rests_on_the_order(project: Project, ana: User) -> None:
    decision = order(project, ana, [1, 2])
    done = drafting.draft(drafting.ask_for_draft(decision, by=ana).pk)
    assert done.principle is not None, done.error
    assert Evidence.objects.get(principle=done.principle).source == decision
    source = sources_of(with_words(project.principles.all()).get())[0]
    assert (source.kind, source.response.text, source.words) == (
        "decision",
        "Answer 1.",
        "The first gives its reasons.",
    )


def test_other_orders_ties_and_what_is_held_out_lead_to_none(project: Project, ana: User) -> None:
    for ranking in (order(project, ana, [1, 2], protocol="ranking"), order(project, ana, [1, 1])):
        with pytest.raises(Refused, match="order"):
            drafting.ask_for_draft(ranking, by=ana)
    held = order(project, ana, [1, 2])
    type(held.example).objects.filter(pk=held.example_id).update(split=Split.HOLDOUT)
    held.example.refresh_from_db()
    with pytest.raises(Refused, match="held out"):
        drafting.ask_for_draft(held, by=ana)


def test_ana_asks_where_she_decided(client: Client, project: Project, ana: User, dan: User) -> None:
    decision = order(project, ana, [1, 2])
    item = make.queue(project=project, asks="ranking").items.create(example=decision.example)
    client.force_login(ana)
    page = reverse("queue_item", args=[project.slug, 1, item.pk])
    assert "Draft a principle from this" in client.get(page).content.decode()
    ask = reverse("ask_for_draft", args=[project.slug, "ranking", decision.pk])
    assert client.post(ask, {"next": page}).url == page
    assert decision.draftings.count() == 1
    client.force_login(dan)
    assert client.post(ask).status_code == 404
