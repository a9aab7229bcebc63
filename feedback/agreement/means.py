"""The mean of a few numbers with its interval. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

# Student's t for 95 % by degrees of freedom; beyond the last, the normal distribution's.
T = (
    0.0, 12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
    2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
)  # fmt: skip


@dataclass(frozen=True)
class Mean:
    """A mean of `n` numbers with its 95 % interval; of a single one the interval is not known (None)."""

    value: float
    low: float | None
    high: float | None
    n: int


def mean_of(numbers: Sequence[float], *, least: float = -math.inf) -> Mean | None:
    """The mean with Student's interval, which ends at the `least` there can be; None of nothing."""
    n = len(numbers)
    if not n:
        return None
    middle = sum(numbers) / n
    if n == 1:
        return Mean(middle, None, None, 1)
    spread = math.sqrt(sum((number - middle) ** 2 for number in numbers) / (n - 1) / n)
    half = spread * (T[n - 1] if n <= len(T) else 1.96)
    return Mean(middle, max(least, middle - half), middle + half, n)
