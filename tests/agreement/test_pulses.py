"""Rounds of watching: the share of plus, its interval, and the gain over the round before."""

from __future__ import annotations

import pytest

from feedback.agreement.pulses import Watching, pulse_rounds, rounds_of
from feedback.capture.pulses import Press, record_pulses
from tests import make


def test_presses_of_one_watching_count_once() -> None:
    (one,) = rounds_of([Watching("a", 99, 1), Watching("a", 0, 1)])
    assert (one.n, one.plus, one.minus) == (2, 99, 2)
    assert one.rate == pytest.approx(0.495)
    assert one.low < 0.2 < 0.8 < one.high


def test_a_gain_is_decided_only_with_enough_watchings() -> None:
    few = rounds_of([Watching("a", 1, 3), Watching("b", 3, 1)])
    assert few[0].gain is None
    assert few[1].gain is not None
    assert few[1].gain[0] == pytest.approx(0.5)
    assert not few[1].is_decided
    many = rounds_of([*[Watching("a", 1, 3)] * 40, *[Watching("b", 3, 1)] * 40])
    assert many[1].is_decided
    assert many[1].gain is not None
    low, high = many[1].gain[1:]
    assert 0 < low < 0.5 < high <= 1


def test_rounds_are_runs_or_models_in_the_order_they_came(project, ben, cleo, django_assert_num_queries) -> None:
    example = make.example(project=project)
    first = make.response(example=example, text="One two three.", model="small-1")
    run = make.run(project=project)
    better = make.refined(response=first, run=run)
    record_pulses(first, [Press(-1, 4, 10), Press(1, 7, 20)], by=ben, key="a")
    record_pulses(better, [Press(1, 4, 10)], by=ben, key="b")
    record_pulses(better, [Press(1, 4, 10)], by=cleo, key="c")
    with django_assert_num_queries(1):
        rounds = pulse_rounds(project)
    assert [(one.name, one.n, one.plus, one.minus) for one in rounds] == [
        ("small-1", 1, 1, 1),
        (f"Run {run.number}", 2, 2, 0),
    ]
