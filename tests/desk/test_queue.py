"""What comes next on the desk: nothing twice, what fewest have judged first, and a blind order of one's own."""

from __future__ import annotations

import pytest

from feedback.desk.queue import (
    next_pair,
    next_refined_pair,
    next_response,
    order_for,
    pair_progress,
    refined_progress,
    response_progress,
)
from feedback.models import Project, User
from tests import make


def test_ben_is_asked_about_every_response_once(project: Project, ben: User) -> None:
    pairs = [make.pair(project=project) for _ in range(3)]
    rater = make.rater(project=project, user=ben)
    seen = []
    while response := next_response(project, by=ben):
        seen.append(response.pk)
        make.rating(response=response, rater=rater)
    assert sorted(seen) == sorted(response.pk for pair in pairs for response in pair)
    assert response_progress(project, by=ben) == (6, 6)


def test_a_withdrawn_judgement_is_asked_for_again(project: Project, ben: User) -> None:
    response = make.response(example=make.example(project=project))
    make.critique(response=response, rater=make.rater(project=project, user=ben), withdrawn_at="2026-01-01T00:00Z")
    assert next_response(project, by=ben) == response


def test_what_fewest_have_judged_comes_first(project: Project, ben: User, cleo: User) -> None:
    one, two = make.pair(project=project)
    raters = [make.rater(project=project) for _ in range(2)]
    make.rating(response=one, rater=raters[0])
    assert next_response(project, by=ben) == two
    make.rating(response=two, rater=raters[0])
    make.critique(response=two, rater=raters[1])
    assert next_response(project, by=ben) == one
    assert next_response(project, by=ben, skipped=[one.pk]) == two
    assert next_response(project, by=cleo, skipped=[one.pk, two.pk]) is None


def test_holdout_examples_are_not_put_up_for_words(project: Project, ben: User) -> None:
    make.pair(project=project, split="holdout")
    assert next_response(project, by=ben) is None
    assert next_pair(project, by=ben) is None


def test_every_pair_of_an_example_comes_once(project: Project, ben: User) -> None:
    example = make.example(project=project)
    three = [make.response(example=example) for _ in range(3)]
    make.response(example=make.example(project=project))
    rater = make.rater(project=project, user=ben)
    seen = set()
    while pair := next_pair(project, by=ben):
        seen.add(frozenset(response.pk for response in pair))
        make.preference(a=pair[1], b=pair[0], rater=rater)
    assert seen == {frozenset((a.pk, b.pk)) for a in three for b in three if a != b}
    assert pair_progress(project, by=ben) == (3, 3)


def test_a_pair_that_was_skipped_does_not_come_back(project: Project, ben: User) -> None:
    a, b = make.pair(project=project)
    assert next_pair(project, by=ben) in {(a, b), (b, a)}
    assert next_pair(project, by=ben, skipped=[(b.pk, a.pk)]) is None


def test_refined_answers_are_compared_with_their_originals(project: Project, ben: User) -> None:
    original = make.response(example=make.example(project=project))
    refined = make.refined(response=original)
    make.refined(response=make.response(example=make.example(project=project), text="Same."), text="Same.")
    assert next_refined_pair(project, by=ben) == (original, refined)
    rater = make.rater(project=project, user=ben)
    make.preference(a=refined, b=original, rater=rater, protocol="refined-vs-original")
    assert next_refined_pair(project, by=ben) is None
    assert refined_progress(project, by=ben) == (1, 1)


def test_the_order_is_a_persons_own_and_stays(project: Project, ben: User, cleo: User) -> None:
    pairs = [make.pair(project=project) for _ in range(40)]
    mine = [order_for(ben, a, b) for a, b in pairs]
    assert mine == [order_for(ben, b, a) for a, b in pairs]
    assert mine != [order_for(cleo, a, b) for a, b in pairs]
    turned = sum(order.first.pk > order.second.pk for order in mine)
    assert 8 < turned < 32
    assert mine[0].shown["order"] == [mine[0].first.pk, mine[0].second.pk]


@pytest.mark.parametrize("rows", [10, 60])
def test_queries_do_not_grow(project: Project, ben: User, rows: int, django_assert_max_num_queries: object) -> None:
    for _ in range(rows):
        make.pair(project=project)
    with django_assert_max_num_queries(8):  # type: ignore[operator]
        next_response(project, by=ben)
        next_pair(project, by=ben)
        pair_progress(project, by=ben)
