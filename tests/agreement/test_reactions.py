"""Reactions: what is left out as abuse, what the predictor learns, and that no heart is shown alone."""

from __future__ import annotations

import random

import pytest
from django.test import Client
from django.urls import reverse

from feedback import models as m
from feedback.agreement.predicting import FEATURES, Observed, area, cross_checked, features, fit, solve
from feedback.agreement.reactions import Reaction, kept
from feedback.agreement.versions import reactions_of
from tests import make
from tests.web.counting import queries_of


def test_the_last_reaction_of_a_person_to_an_answer_counts() -> None:
    found = kept([Reaction(1, 7, True, 1.0), Reaction(1, 7, False, 90.0), Reaction(2, 7, True, 5.0)])
    assert {(one.rater, one.loved) for one in found.reactions} == {(1, False), (2, True)}
    assert found.dropped == {"again": 1}


def test_a_burst_faster_than_reading_is_left_out() -> None:
    fast = [Reaction(1, n, n % 2 == 0, 100.0 + n) for n in range(12)]
    slow = [Reaction(2, n, n % 2 == 0, 100.0 + 60 * n) for n in range(12)]
    found = kept([*fast, *slow])
    assert {one.rater for one in found.reactions} == {2}
    assert found.dropped["burst"] == 12


def test_who_always_reacts_the_same_and_who_goes_against_everybody_is_left_out() -> None:
    honest = [Reaction(rater, n, n % 3 == 0) for rater in (1, 2, 3) for n in range(12)]
    hostile = [Reaction(8, n, n % 3 != 0) for n in range(12)]
    alike = [Reaction(9, n, False) for n in range(12)]
    found = kept([*honest, *hostile, *alike])
    assert {one.rater for one in found.reactions} == {1, 2, 3}
    assert found.dropped["all-alike"] == 12
    assert found.dropped["contrary"] == 12


def observed(seed: int, informative: bool) -> list[Observed]:
    """Answers whose hearts follow their exclamation marks, or nothing at all."""
    rng = random.Random(seed)
    rows = []
    for number in range(80):
        loud = number % 2 == 0
        text = f"Answer {number} says a thing" + ("!" * rng.randint(1, 4) if loud else ".") + " It goes on."
        chance = (0.85 if loud else 0.15) if informative else 0.5
        rows.append(Observed(features(text), sum(rng.random() < chance for _ in range(5)), 5))
    return rows


def test_the_predictor_learns_what_there_is_to_learn_and_says_when_there_is_nothing() -> None:
    checked = cross_checked(observed(1, informative=True))
    assert checked is not None
    assert checked.area > 0.75
    assert checked.is_better
    nothing = cross_checked(observed(2, informative=False))
    assert nothing is not None
    assert abs(nothing.area - 0.5) < 0.12
    predictor = fit(observed(1, informative=True))
    assert predictor.strongest(1)[0][0] == "exclamations"
    assert predictor.predict("It is so!! Yes!") > predictor.predict("It is so. Yes.")


def test_too_few_or_one_sided_reactions_predict_nothing() -> None:
    assert cross_checked(observed(1, informative=True)[:10]) is None
    assert cross_checked([Observed(features(f"Text {n}"), 3, 3) for n in range(40)]) is None


def test_the_same_answers_give_the_same_prediction() -> None:
    assert fit(observed(3, True)).weights == fit(observed(3, True)).weights
    assert len(features("One. Two?")) == len(FEATURES)
    assert solve([[2.0, 0.0], [1.0, 4.0]], [2.0, 9.0]) == pytest.approx([1.0, 2.0])
    assert area([(0.5, Observed([], 1, 2))]) == 0.5


@pytest.fixture
def two_versions(project: m.Project, ben: m.User) -> list[m.Response]:
    """Answers of two models with hearts; the second model is loved more and is less safe."""
    rater = make.rater(project=project, user=ben)
    others = [make.rater(project=project) for _ in range(2)]
    rows = []
    for number in range(40):
        loud = number >= 20
        text = f"Answer {number}: " + ("wonderful!! great!" if loud else "a plain line.")
        row = make.response(example=make.example(project=project), text=text, model="raven-9b" if loud else "parrot-7b")
        for who in others:
            loved = (number + who.pk) % 5 != 0 if loud else (number + who.pk) % 5 == 0
            make.rating(response=row, rater=who, aspect="heart", scale=2, score=2 if loved else 1)
        make.rating(response=row, rater=rater, aspect="helpful", objective="helpfulness", score=4)
        make.rating(response=row, rater=rater, aspect="safe", objective="safety", score=2 if loud else 5)
        rows.append(row)
    return rows


def page_of(client: Client, project: m.Project, **asked: str) -> str:
    return client.get(reverse("reactions", args=[project.slug]), asked).content.decode()


def test_hearts_stand_beside_helpfulness_and_safety_version_by_version(
    client: Client, project, ana, two_versions
) -> None:
    m.Rating.objects.update(created_at="2026-01-01T00:00Z")
    for number, row in enumerate(m.Rating.objects.filter(aspect="heart")):
        m.Rating.objects.filter(pk=row.pk).update(created_at=f"2026-01-{1 + number // 24:02}T{number % 24:02}:00Z")
    found = reactions_of(project)
    first, second = found.versions
    assert (first.name, second.name) == ("parrot-7b", "raven-9b")
    assert second.predicted.value > first.predicted.value + 0.2
    assert second.observed.rate > first.observed.rate
    assert second.safety.value < first.safety.value
    assert second.warnings == ["safety"]
    assert first.joint(0.0) == pytest.approx((0.75 + 1.0) / 2)
    assert second.joint(9.0) == second.joint(2.0)
    client.force_login(ana)
    page = page_of(client, project)
    for part in ("parrot-7b", "raven-9b", "Watch out", "Left out are", "It knows more than the average does"):
        assert part in page


def test_no_heart_is_shown_where_nobody_judged_safety(client: Client, project, ana, two_versions) -> None:
    m.Rating.objects.filter(aspect="safe").update(withdrawn_at="2026-01-01T00:00Z")
    client.force_login(ana)
    page = page_of(client, project)
    assert "Kept back" in page
    assert "measure-bar" in page
    assert page.count("measure-bar") == 2


def test_without_reactions_the_page_says_what_it_is_for(client: Client, project, ben, dan) -> None:
    client.force_login(ben)
    assert "No reactions yet" in page_of(client, project)
    client.force_login(dan)
    assert client.get(reverse("reactions", args=[project.slug])).status_code == 404


def test_it_asks_as_much_for_many_reactions_as_for_few(client: Client, project, ana, two_versions) -> None:
    client.force_login(ana)
    first = queries_of(client, reverse("reactions", args=[project.slug]))
    rater = make.rater(project=project)
    for row in two_versions:
        make.rating(response=row, rater=rater, aspect="heart", scale=2, score=2)
        make.response(example=row.example, model=f"model-{row.pk}")
    assert queries_of(client, reverse("reactions", args=[project.slug])) == first
