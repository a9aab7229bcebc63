"""Strengths from comparisons: the fit, what an answer teaches, and that choosing the pair needs half the questions."""

from __future__ import annotations

import random
from itertools import combinations
from math import log

import pytest

from feedback.desk.bradley_terry import (
    Answer,
    Belief,
    chance,
    entropy,
    fit,
    information,
    kendall_tau,
    learned,
    most_telling,
    nothing_known,
    potential,
    worth,
)
from tests.benchmarks.asking import by_worth, saving


def answers_of(truth: list[float], count: int, seed: int = 1) -> list[Answer]:
    dice = random.Random(seed)
    pairs = [tuple(dice.sample(range(len(truth)), 2)) for _ in range(count)]
    return [Answer(a, b, float(dice.random() < chance(truth[a] - truth[b]))) for a, b in pairs]


def test_without_answers_nothing_is_known() -> None:
    belief = fit(3, [])
    assert belief == nothing_known(3)
    assert belief.order == [0, 1, 2]
    assert belief.gap(0, 1) == (0.0, 8.0)


def test_two_responses_come_out_as_their_share_of_wins() -> None:
    """With a very wide prior the strengths are the log odds, which can be worked out by hand."""
    answers = [Answer(0, 1)] * 3 + [Answer(0, 1, 0.0)]
    mean, variance = fit(2, answers, spread=1000).gap(0, 1)
    assert mean == pytest.approx(log(3), abs=1e-4)
    assert variance == pytest.approx(1 / (4 * 0.75 * 0.25), rel=1e-3)


def test_a_tie_is_half_a_win_each_way() -> None:
    assert fit(2, [Answer(0, 1, 0.5)] * 4).gap(0, 1)[0] == pytest.approx(0.0)


def test_who_always_wins_stays_finite_and_first() -> None:
    belief = fit(3, [Answer(2, 0)] * 20 + [Answer(2, 1)] * 20 + [Answer(0, 1)] * 20)
    assert belief.order == [2, 0, 1]
    assert max(map(abs, belief.means)) < 20


def test_the_fit_finds_the_true_order_from_many_answers() -> None:
    truth = [2.0, -1.0, 0.5, 3.5, -2.5]
    assert fit(5, answers_of(truth, 800)).order == [3, 0, 2, 1, 4]


def test_learning_one_by_one_stays_near_the_fit() -> None:
    truth = [1.0, -1.0, 0.0, 2.0]
    answers = answers_of(truth, 60)
    belief = nothing_known(4)
    for answer in answers:
        belief = learned(belief, answer)
    assert belief.means == pytest.approx(fit(4, answers).means, abs=0.35)


def test_a_comparison_makes_one_surer_of_just_that_gap() -> None:
    before = nothing_known(3)
    after = learned(before, Answer(0, 1))
    assert after.gap(0, 1)[1] < before.gap(0, 1)[1]
    assert after.gap(0, 1)[0] > 0
    assert after.means[2] == 0


@pytest.mark.parametrize("value", [worth, information])
def test_what_is_known_teaches_less_than_what_is_open(value) -> None:
    belief = fit(3, [Answer(0, 1)] * 30)
    assert value(belief, 1, 2) > value(belief, 0, 1) >= 0
    assert value(belief, 0, 2) == pytest.approx(value(belief, 2, 0))


def test_information_is_the_surprise_that_goes() -> None:
    """By hand: two strengths that are known leave nothing to learn; a coin's surprise is one bit."""
    sure = Belief([0.0, 0.0], [[0.0, 0.0], [0.0, 0.0]])
    assert information(sure, 0, 1) == pytest.approx(0.0, abs=1e-9)
    assert worth(sure, 0, 1) == 0.0
    assert entropy(0.5) == 1.0
    assert entropy(0.0) == 0.0
    assert 0 < information(nothing_known(2), 0, 1) < 1


def test_the_most_telling_pair_is_the_one_in_doubt() -> None:
    belief = fit(3, [Answer(0, 2)] * 15 + [Answer(1, 2)] * 15)
    assert most_telling(belief, combinations(range(3), 2)) == (0, 1)
    assert most_telling(belief, []) is None


def test_potential_is_high_for_what_is_good_and_for_what_is_unknown() -> None:
    belief = fit(4, [Answer(0, 1)] * 8)
    assert potential(belief, 2, 3) > potential(belief, 1, 2)
    assert potential(belief, 0, 2, optimism=0) > potential(belief, 2, 3, optimism=0)


def test_kendalls_tau_by_hand() -> None:
    assert kendall_tau([0, 1, 2], [3.0, 2.0, 1.0]) == 1
    assert kendall_tau([2, 1, 0], [3.0, 2.0, 1.0]) == -1
    assert kendall_tau([0, 2, 1], [3.0, 2.0, 1.0]) == pytest.approx(1 / 3)


def test_choosing_the_pair_halves_the_questions(capsys) -> None:
    """30 responses, raters who pick the better of two nine times in ten; fewer seeds than the benchmark has."""
    found = saving(by_worth, spread=4.0, seeds=14)
    with capsys.disabled():
        print(f"\n{found.random} comparisons at random, {found.chosen} chosen: {found.ratio:.2f} times fewer "
              f"({found.low:.2f} to {found.high:.2f}) for a tau of {found.tau:.2f}")  # fmt: skip
    assert found.ratio >= 2
    assert found.low > 1.7
