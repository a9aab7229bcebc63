"""Waiting for a service to recover: longer each time, never for long, and as long as it asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from feedback.errors import Passing, Rejected
from feedback.llm.retrying import Patience, try_patiently


def fails(*waits: float | None) -> Callable[[], str]:
    """Fails once for each wait asked for, then answers."""
    left = list(waits)

    def attempt() -> str:
        if left:
            raise Passing("Overloaded.", left.pop(0))
        return "answer"

    return attempt


def patiently(attempt: Callable[[], str], slept: list[float], **patience: float) -> str:
    return try_patiently(attempt, patience=Patience(**patience), sleep=slept.append, draw=lambda: 0.0)


def test_waits_double() -> None:
    slept: list[float] = []
    assert patiently(fails(None, None, None), slept) == "answer"
    assert slept == [0.5, 1.0, 2.0]


def test_chance_shortens_a_wait_by_half_at_most() -> None:
    slept: list[float] = []
    try_patiently(fails(None), sleep=slept.append, draw=lambda: 1.0)
    assert slept == [0.25]


def test_the_wait_asked_for_is_kept() -> None:
    slept: list[float] = []
    patiently(fails(7.0, 0.1), slept)
    assert slept == [7.0, 1.0]


def test_a_wait_too_long_for_a_worker_is_given_back_at_once() -> None:
    slept: list[float] = []
    with pytest.raises(Passing) as caught:
        patiently(fails(20.5), slept)
    assert (caught.value.retry_after, slept) == (20.5, [])


def test_all_waits_together_are_bounded() -> None:
    slept: list[float] = []
    with pytest.raises(Passing) as caught:
        patiently(fails(19.0, 19.0, 19.0), slept)
    assert (sum(slept), caught.value.retry_after) == (38.0, 19.0)


def test_attempts_are_bounded() -> None:
    slept: list[float] = []
    with pytest.raises(Passing):
        patiently(fails(*[None] * 9), slept, attempts=3)
    assert len(slept) == 2


def test_other_trouble_passes_through() -> None:
    def attempt() -> str:
        raise Rejected("Bad key.")

    with pytest.raises(Rejected):
        patiently(attempt, [])
