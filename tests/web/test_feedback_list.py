"""Everything said: every format is listed and filtered; others' words stay closed to who has not judged; its worth."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.desk.listing import FORMATS
from tests import make
from tests.web.counting import queries_of


def listing(project: m.Project) -> str:
    return reverse("feedback", args=[project.slug])


def quality(critique: m.Critique) -> str:
    return reverse("rate_quality", args=[critique.project.slug, critique.pk])


@pytest.fixture
def everything(project: m.Project, cleo: m.User) -> dict[str, Any]:
    """One row of every format, by Cleo."""
    rater = make.rater(project=project, user=cleo)
    a, b = make.pair(project=project)
    common = {"project": project, "rater": rater, "protocol": "single"}
    critique = make.critique(
        response=a, rater=rater, text="Cleo says: where is the year?", looks="back", informative=True,
        objective="helpfulness", use="train",
    )  # fmt: skip
    written = make.response(example=a.example, text="Written by Cleo.", origin="written", author=rater)
    ranking = m.Ranking.objects.create(**common, key="r", example=a.example, reason="Cleo ranks")
    m.Place.objects.create(ranking=ranking, response=a, place=1)
    return {
        "response": a,
        "rating": make.rating(response=a, rater=rater, aspect="tone"),
        "critique": critique,
        "kudos": make.critique(response=a, rater=rater, polarity="kudos", text="Good", informative=False),
        "span": make.span(response=a, rater=rater),
        "preference": make.preference(a=a, b=b, rater=rater, reason="Cleo prefers"),
        "ranking": ranking,
        "edit": make.edit(response=a, rater=rater, text="Cleo's rewrite."),
        "follow-up": m.FollowUp.objects.create(**common, key="f", response=a, mark="corrected", says="No, the Rhine"),
        "pulse": m.Pulse.objects.create(**common, key="p", response=a, direction=1, at=4, milliseconds=90),
        "demonstration": m.Demonstration.objects.create(**common, key="d", example=a.example, result=written),
        "hint": m.Hint.objects.create(**common, key="h", example=a.example, text="Cleo hints at rivers"),
        "uptake": m.Uptake.objects.create(**common, key="u", response=b, critique=critique, outcome="yes"),
        "quality": make.rating(response=a, rater=rater, critique=critique, aspect="feedback-quality", score=5),
    }  # fmt: skip


def test_every_format_is_listed_and_found_by_its_filter(client: Client, project, ana, everything) -> None:
    client.force_login(ana)
    page = client.get(listing(project))
    assert [len(page.context["rows"]), page.context["page"].paginator.count] == [len(FORMATS), len(FORMATS)]
    for name in FORMATS:
        rows = client.get(listing(project), {"format": name}).context["rows"]
        assert [(one["format"], one["row"].pk) for one in rows] == [(name, everything[name].pk)]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"objective": "helpfulness"}, {"critique"}),
        ({"use": "train"}, {"critique"}),
        ({"looks": "back"}, {"critique"}),
        ({"looks": "forward"}, set()),
        ({"informative": "yes"}, {"critique"}),
        ({"informative": "no"}, {"kudos"}),
        ({"words": "the year"}, {"critique"}),
        ({"words": "hints at"}, {"hint"}),
        ({"source": "model"}, set()),
        ({"source": "person", "format": "edit", "objective": "-"}, {"edit"}),
        ({"format": "nonsense", "source": "nobody"}, set(FORMATS)),
    ],
)
def test_filters_narrow_the_list(client: Client, project, ana, everything, asked, found) -> None:
    client.force_login(ana)
    rows = client.get(listing(project), asked).context["rows"]
    assert {one["format"] for one in rows} == found


def test_sources_are_told_apart(client: Client, project, ana) -> None:
    a, _b = make.pair(project=project)
    for kind in ("judge", "simulated", "imported"):
        make.rating(response=a, rater=make.rater(project=project, kind=kind, name=kind))
    client.force_login(ana)
    for source, kind in (("model", "judge"), ("simulated", "simulated"), ("imported", "imported")):
        rows = client.get(listing(project), {"source": source}).context["rows"]
        assert [one["row"].rater.kind for one in rows] == [kind]


def test_what_was_taken_back_or_replaced_is_not_listed(client: Client, project, ana, ben) -> None:
    a, _b = make.pair(project=project)
    rater = make.rater(project=project, user=ben)
    old = make.critique(response=a, rater=rater, text="Old words")
    make.critique(response=a, rater=rater, text="New words", replaces=old)
    make.critique(response=a, rater=rater, text="Gone words", withdrawn_at="2026-01-01T00:00Z")
    client.force_login(ana)
    page = client.get(listing(project)).content.decode()
    assert "New words" in page
    assert "Old words" not in page
    assert "Gone words" not in page


def test_ben_sees_others_words_only_on_what_he_has_judged(client: Client, project, ben, everything) -> None:
    client.force_login(ben)
    page = client.get(listing(project))
    assert page.context["rows"] == []
    assert "Cleo" not in page.content.decode()
    assert client.get(quality(everything["critique"])).status_code == 403
    make.rating(response=everything["response"], rater=make.rater(project=project, user=ben))
    page = client.get(listing(project))
    assert "where is the year" in page.content.decode()
    formats = {one["format"] for one in page.context["rows"]}
    assert not formats & {"hint", "demonstration", "ranking", "preference", "uptake"}


def test_ana_says_what_feedback_is_worth_and_changes_her_mind(client: Client, project, ana, cleo) -> None:
    critique = make.critique(
        response=make.response(example=make.example(project=project)), rater=make.rater(project=project, user=cleo)
    )
    client.force_login(ana)
    assert "How good is this feedback?" in client.get(quality(critique)).content.decode()
    key = str(uuid.uuid4())
    for score in ("2", "5"):
        assert client.post(quality(critique), {"score": score, "key": str(uuid.uuid4())}).status_code == 302
    client.post(quality(critique), {"score": "5", "key": key})
    rows = m.Rating.objects.filter(critique=critique)
    assert [(row.score, row.scale, row.use) for row in rows] == [(2, 5, "evaluate"), (5, 5, "evaluate")]
    assert rows.standing().count() == 1
    assert "worth 5.0 of 5" in client.get(listing(project)).content.decode()
    assert client.post(quality(critique), {"key": key}).status_code == 422


def test_nobody_says_what_their_own_words_are_worth(client: Client, project, ana) -> None:
    own = make.critique(
        response=make.response(example=make.example(project=project)), rater=make.rater(project=project, user=ana)
    )
    client.force_login(ana)
    answer = client.post(quality(own), {"score": "5", "key": str(uuid.uuid4())})
    assert answer.status_code == 422
    assert "your own words" in answer.content.decode()


def test_the_numbers_page_shows_costs_and_wording(client: Client, project, ana, ben, everything) -> None:
    make.rating(response=everything["response"], rater=make.rater(project=project, user=ben), seconds=12.0)
    client.force_login(ana)
    here = reverse("feedback_numbers", args=[project.slug])
    page = client.get(here, {"wage": "36"}).content.decode()
    for part in ("Ratings", "Seconds each", "people and models", "Different words of 50"):
        assert part in page
    assert client.get(here, {"wage": "nonsense"}).status_code == 200


def test_an_empty_list_says_what_it_is_for_and_dan_finds_nothing(client: Client, project, ben, dan) -> None:
    client.force_login(ben)
    assert "Nothing was said yet" in client.get(listing(project)).content.decode()
    assert "Nothing fits" in client.get(listing(project), {"words": "zebra"}).content.decode()
    assert client.get(reverse("feedback_numbers", args=[project.slug])).status_code == 200
    client.force_login(dan)
    for name in ("feedback", "feedback_numbers"):
        assert client.get(reverse(name, args=[project.slug])).status_code == 404


def test_it_asks_as_much_for_a_full_page_as_for_one_row_of_each(client: Client, project, ana, everything) -> None:
    client.force_login(ana)
    first = queries_of(client, listing(project))
    rater = make.rater(project=project)
    for _ in range(30):
        a, b = make.pair(project=project)
        make.critique(response=a, rater=rater)
        make.preference(a=a, b=b, rater=rater)
    assert queries_of(client, listing(project)) <= first
    assert queries_of(client, f"{listing(project)}?page=2") <= first
