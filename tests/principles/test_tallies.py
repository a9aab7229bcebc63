"""Votes into numbers: the filter agrees with an independent statement of ICAI's rule over random tables of votes."""

from __future__ import annotations

import random

import pytest

from feedback.principles.tallies import MAJORITY, Sieve, Tally, settled, tallied


def keeps_by_the_paper(votes: dict[str, int], relevance: float) -> bool:
    """ICAI's rule once more, in its own words: majority true, minimum relevance by votes for, majority valid."""
    total = sum(votes.values())
    if votes["for"] <= votes["against"]:
        return False
    if relevance and votes["for"] < total * relevance:
        return False
    return not votes["invalid"] >= votes["for"] + votes["against"] + votes["abstain"]


def test_the_filter_keeps_principle_by_principle_what_the_paper_keeps() -> None:
    dice = random.Random(4)
    for _ in range(400):
        relevance = dice.choice([0.0, 0.01, 0.1, 0.5])
        table = {
            key: {name: dice.choice([0, 0, 1, 2, dice.randrange(40)]) for name in
                  ("for", "against", "abstain", "invalid", "both")}
            for key in range(dice.randrange(1, 30))
        }  # fmt: skip
        tallies = {
            key: Tally(v["for"], v["against"], v["both"], v["abstain"], v["invalid"]) for key, v in table.items()
        }
        kept = [key for key, votes in table.items() if keeps_by_the_paper(votes, relevance)]
        kept.sort(key=lambda key: table[key]["for"] - table[key]["against"], reverse=True)
        sieve = Sieve(least_right=relevance)
        assert sieve.kept(tallies) == kept
        assert sieve.kept(tallies, at_most=3) == kept[:3]
        assert all(bool(sieve.why_not(tallies[key])) == (key not in kept) for key in tallies)


def test_a_cell_counts_only_what_all_its_repeats_say() -> None:
    assert settled(["a", "a", "a"]) == "a"
    assert settled(["a", "a", "b"]) == "neither"
    assert settled(["a", "a", "b"], MAJORITY) == "a"
    assert settled(["a", "b"], MAJORITY) == "neither"
    assert settled([]) == "neither"


def test_coverage_accuracy_and_strength_are_those_of_the_paper() -> None:
    tally = tallied([("a", "a"), ("b", "b"), ("a", "b"), ("both", "a"), ("neither", "b"), ("invalid", "a")])
    assert tally == Tally(right=2, wrong=1, both=1, neither=1, invalid=1)
    assert tally.coverage == pytest.approx(0.5)
    assert tally.accuracy == pytest.approx(2 / 3)
    assert tally.strength == pytest.approx((2 - 1) / 6)
    assert tally.interval[0] < tally.accuracy < tally.interval[1]
    assert Tally().strength == 0
