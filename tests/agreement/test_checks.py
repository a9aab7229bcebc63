"""Checks that may be wrong: which candidate is best by them, and which of them to ask a person about."""

from __future__ import annotations

import random

import pytest

from feedback.agreement.checks import Grid, chances, gains, next_check

T, F = True, False


def test_without_checks_all_candidates_are_alike() -> None:
    assert chances(Grid([], 4)) == [0.25] * 4
    assert next_check(Grid([], 4)) is None


def test_who_passes_more_is_better_and_a_wrong_check_speaks_softly_against() -> None:
    grid = Grid([[T, F], [T, F], [F, T]], 2)
    assert chances(grid)[0] > 0.5
    assert chances(Grid(grid.passed, 2, {0: "no", 1: "no", 2: "yes"}))[1] > 0.8
    assert chances(Grid([[T, F]], 2, {0: "yes"})) == pytest.approx([0.9, 0.1])
    assert chances(Grid([[T, F]], 2, {0: "no"})) == pytest.approx([0.3, 0.7])


def test_what_all_pass_is_not_asked_about() -> None:
    grid = Grid([[T, T, T], [F, F, F], [T, F, F]], 3)
    assert next_check(grid) == 2
    assert next_check(Grid(grid.passed, 3, {2: "yes"})) is None


def test_a_check_that_was_ruled_on_is_not_asked_again() -> None:
    grid = Grid([[T, F], [F, T]], 2, {0: "unsure"})
    assert set(gains(grid)) == {1}


def test_a_candidate_that_was_not_tried_is_neither_better_nor_worse() -> None:
    assert chances(Grid([[None, None]], 2, {0: "yes"})) == pytest.approx([0.5, 0.5])


SURE = 0.8


def world(seed: int) -> tuple[random.Random, int, list[bool], list[list[bool]]]:
    """Eight candidates and twelve checks, some wrong to ask for, some that nearly all or nearly none pass."""
    draw = random.Random(seed)
    best, holds = draw.randrange(8), [draw.random() < 0.6 for _ in range(12)]
    passed = []
    for right in holds:
        rate = draw.random()
        row = [draw.random() < ((0.95 if right else 0.15) if i == best else rate) for i in range(8)]
        passed.append(row)
    return draw, best, holds, passed


def questions_until_sure(seed: int, *, chosen: bool) -> int:
    """How many rulings it takes until the best is believed to be it with 80 %."""
    draw, best, holds, passed = world(seed)
    ruled: dict[int, str] = {}
    for asked in range(12):
        grid = Grid(passed, 8, dict(ruled))
        if chances(grid)[best] >= SURE:
            return asked
        question = next_check(grid) if chosen else None
        left = [number for number in range(12) if number not in ruled]
        number = draw.choice(left) if question is None else question
        ruled[number] = "yes" if holds[number] else "no"
    return 12


def test_asking_about_the_most_telling_check_takes_fewer_questions_than_asking_at_random() -> None:
    chosen = [questions_until_sure(seed, chosen=True) for seed in range(100)]
    at_random = [questions_until_sure(seed, chosen=False) for seed in range(100)]
    assert sum(chosen) < 0.75 * sum(at_random), (sum(chosen) / 100, sum(at_random) / 100)
