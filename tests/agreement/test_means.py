"""Means of a few numbers, with intervals that are honest about how few."""

from __future__ import annotations

import pytest

from feedback.agreement.means import mean_of


def test_a_mean_has_students_interval() -> None:
    mean = mean_of([2, 4, 6])
    assert mean is not None
    assert (mean.value, mean.n) == (4, 3)
    assert mean.low == pytest.approx(4 - 4.303 * 2 / 3**0.5)


def test_of_one_number_the_interval_is_not_known_and_of_none_there_is_no_mean() -> None:
    one = mean_of([3])
    assert one is not None
    assert (one.value, one.low, one.high) == (3, None, None)
    assert mean_of([]) is None
