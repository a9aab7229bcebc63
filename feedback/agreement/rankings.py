"""Shares of wins with their uncertainty. Plain arithmetic; knows no rows.

An interval is Wilson's score interval (1927), which holds for few judgements and near 0 and 1 too.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True)
class WinRate:
    """The share of judgements one side won, ties counted half, with its bounds; None when there are no judgements."""

    rate: float | None
    low: float
    high: float
    n: int
    wins: int = 0
    ties: int = 0
    losses: int = 0

    @property
    def decided(self) -> bool:
        """Whether the interval leaves out one half."""
        return self.n > 0 and (self.low > 0.5 or self.high < 0.5)


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


def win_rate(wins: int, ties: int, losses: int, z: float = 1.96) -> WinRate:
    """The win rate with its interval; a tie is half a win."""
    n = wins + ties + losses
    won = wins + ties / 2
    low, high = wilson(won, n, z)
    return WinRate(won / n if n else None, low, high, n, wins, ties, losses)
