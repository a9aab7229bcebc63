"""Votes on a pair: who wins, how sure that is, and what a rule lets through."""

from __future__ import annotations

from math import comb

import pytest

from feedback.datasets.writers.deciding import (
    ADJUDICATED,
    ANY,
    FIRST,
    NO_STRENGTH,
    NOT_SETTLED,
    ONE,
    SECOND,
    TOO_FEW,
    TOO_SPLIT,
    TOO_UNSURE,
    TOO_WEAK,
    Rule,
    Vote,
    settle,
    upper_half,
)  # fmt: skip
from feedback.datasets.writers.sketching import alike, clustered, sketch_of


def votes(*outcomes: str, **how: object) -> list[Vote]:
    return [Vote(rater, outcome, **how) for rater, outcome in enumerate(outcomes, 1)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("won", "lost"), [(w, n) for w in range(12) for n in range(12)])
def test_certainty_is_the_upper_half_of_the_beta(won: int, lost: int) -> None:
    n = won + lost + 1
    exact = sum(comb(n, k) for k in range(won + 1)) / 2**n  # P(Beta(won + 1, lost + 1) > 1/2)
    assert upper_half(won, lost) == pytest.approx(exact, abs=1e-5)


def test_more_votes_of_one_mind_are_more_certain_and_ties_less() -> None:
    one, two = settle(votes(FIRST)), settle(votes(FIRST, FIRST))
    assert (one.certainty, two.certainty) == (0.75, 0.875)
    assert settle(votes(FIRST, FIRST, SECOND)).certainty == 0.6875
    assert one.certainty > settle(votes(FIRST, "tie")).certainty > 0.5
    assert settle(votes(FIRST, SECOND)).winner == ""


def test_a_judge_that_saw_one_order_has_half_a_vote_and_one_that_saw_both_a_whole_one() -> None:
    once = settle([Vote(1, FIRST, swapped=False, machine=True)])
    both = settle([Vote(1, FIRST, swapped=False, machine=True), Vote(1, FIRST, swapped=True, machine=True)])
    turned = settle([Vote(1, FIRST, swapped=False, machine=True), Vote(1, SECOND, swapped=True, machine=True)])
    assert 0.5 < once.certainty < both.certainty == 0.75
    assert not turned.winner


@pytest.mark.parametrize(
    ("said", "rule", "why"),
    [
        (votes(FIRST), Rule(least_votes=2), TOO_FEW), (votes(FIRST, FIRST), Rule(least_votes=2), ""),
        ([Vote(1, FIRST), Vote(1, FIRST)], Rule(least_votes=2), TOO_FEW),
        (votes(FIRST, FIRST, SECOND), Rule(least_agreement=0.8), TOO_SPLIT),
        (votes(FIRST, strength=1), Rule(least_strength=2), TOO_WEAK),
        (votes(FIRST), Rule(least_strength=2), NO_STRENGTH),
        (votes(FIRST, strength=2), Rule(least_strength=2), ""),
        (votes(FIRST, rewrite=True), Rule(least_strength=2), ""),
        (votes(FIRST), Rule(least_certainty=0.8), TOO_UNSURE), (votes(FIRST), Rule(votes=ADJUDICATED), NOT_SETTLED),
        (votes(FIRST, curator=True), Rule(votes=ADJUDICATED, least_certainty=0.99), ""),
    ],
)  # fmt: skip
def test_a_rule_says_why_a_pair_falls(said: list[Vote], rule: Rule, why: str) -> None:
    found = settle(said, rule)
    assert (found.why, bool(found.winner)) == (why, not why)


def test_the_first_word_counts_alone_when_one_is_asked_for() -> None:
    said = votes(SECOND, FIRST, FIRST)
    assert settle(said, ANY).winner == FIRST
    assert settle(said, Rule(votes=ONE)).winner == SECOND


def test_a_curator_settles_what_others_left_open() -> None:
    found = settle([*votes(FIRST, SECOND), Vote(9, SECOND, curator=True)])
    assert (found.winner, found.certainty, found.unanimous) == (SECOND, 1.0, False)


def test_near_duplicates_share_a_cluster_and_short_questions_with_other_numbers_do_not() -> None:
    base = "Tell me in plain words how the tides come about and why there are two of them on most days of the month"
    texts = [[base], [base.upper() + "!"], [base.replace("plain", "simple")], ["What is 3 + 4?"], ["What is 3 + 5?"]]
    near, _ = clustered(texts)
    assert [near.leader(i) for i in range(5)] == [0, 0, 0, 3, 4]
    exact, _ = clustered(texts, least=1.0)
    assert [exact.leader(i) for i in range(5)] == [0, 0, 2, 3, 4]
    assert alike(sketch_of([base]), sketch_of([base, "And then?"])) == 0


def test_writing_without_spaces_is_compared_by_its_characters() -> None:
    near, _ = clustered([["请用简单的话解释一下为什么天空是蓝色的呢"], ["请用简单的话解释一下为什么天空是蓝色的"]])
    assert near.leader(1) == 0


def test_talks_that_begin_alike_belong_together_without_being_the_same() -> None:
    near, together = clustered(
        [["Plan a trip to Oslo for four days"], ["Plan a trip to Oslo for four days", "Cheaper"]]
    )
    assert near.leader(1) == 1
    assert together.leader(1) == 0
