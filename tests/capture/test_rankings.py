"""Orders over several responses: Ben puts them in order, ties allowed; one row, its places with it."""

from __future__ import annotations

import pytest

from feedback import models as m
from feedback.capture.preferences import record_preference
from feedback.capture.rankings import closed_up, record_ranking
from feedback.errors import NotAllowed, Refused
from tests import make


@pytest.fixture
def four(project: m.Project) -> list[m.Response]:
    example = make.example(project=project)
    return [make.response(example=example) for _ in range(4)]


def test_ben_ranks_four_with_a_tie(ben, four) -> None:
    places = dict(zip(four, [3, 1, 1, 4], strict=True))
    row = record_ranking(four[0].example, places, by=ben, key="one", reason="Shorter is better.", aspect="brevity")
    assert list(row.places.values_list("response", "place")) == [
        (four[1].pk, 1), (four[2].pk, 1), (four[0].pk, 2), (four[3].pk, 3),
    ]  # fmt: skip
    assert (row.aspect, row.reason, row.protocol) == ("brevity", "Shorter is better.", "ranking")


def test_the_same_key_twice_is_one_ranking(ben, four) -> None:
    places = dict(zip(four, [1, 2, 3, 4], strict=True))
    first = record_ranking(four[0].example, places, by=ben, key="one")
    assert record_ranking(four[0].example, places, by=ben, key="one") == first
    assert m.Place.objects.count() == 4


def test_a_new_order_replaces_the_old_one(ben, four) -> None:
    example = four[0].example
    first = record_ranking(example, dict(zip(four, [1, 2, 3, 4], strict=True)), by=ben, key="one")
    second = record_ranking(example, dict(zip(four, [4, 3, 2, 1], strict=True)), by=ben, key="two", replaces=first)
    assert list(m.Ranking.objects.standing()) == [second]


def test_one_response_or_a_strange_one_makes_no_order(ben, four, project) -> None:
    example = four[0].example
    with pytest.raises(Refused, match="two responses or more"):
        record_ranking(example, {four[0]: 1}, by=ben, key="one")
    stranger = make.response(example=make.example(project=project))
    with pytest.raises(Refused, match="different examples"):
        record_ranking(example, {four[0]: 1, stranger: 2}, by=ben, key="one")


def test_dan_ranks_nothing(dan, four) -> None:
    with pytest.raises(NotAllowed):
        record_ranking(four[0].example, {four[0]: 1, four[1]: 2}, by=dan, key="one")


def test_places_are_closed_up() -> None:
    assert closed_up({7: 5, 8: 1, 9: 5, 10: 1}) == {8: 1, 10: 1, 7: 2, 9: 2}


def test_a_preference_says_when_and_on_what_it_was_asked(ben, four) -> None:
    row = record_preference(four[0], four[1], outcome="a", by=ben, key="one", aspect="safety", timing="hindsight")
    assert (row.aspect, row.timing) == ("safety", "hindsight")
    with pytest.raises(Refused, match="no time of asking"):
        record_preference(four[0], four[1], outcome="a", by=ben, key="two", timing="yesterday")
