"""How sure one may be of a share, and of the difference of two shares over the same cases.

A share has Wilson's score interval (1927), good for few judgements and near 0 and 1 too; two ways of doing the same
cases are compared by McNemar's test (1947), in its exact form.
"""

from __future__ import annotations

from math import comb, sqrt


def wilson(wins: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The bounds of a share of `wins` among `n`; (0, 1) when nothing is known. Half wins (ties) may be counted in."""
    if n <= 0:
        return 0.0, 1.0
    if not 0 <= wins <= n:
        raise ValueError(f"{wins} wins among {n} make no share")
    share = wins / n
    middle = share + z * z / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def mcnemar(better: int, worse: int) -> float:
    """How likely a difference at least as great is by chance, when one way alone is right in so many cases and the
    other alone in so many. Two-sided and exact; cases in which both are right or wrong say nothing."""
    n = better + worse
    tail = sum(comb(n, k) for k in range(min(better, worse) + 1)) / 2**n
    return min(1.0, 2 * tail)
