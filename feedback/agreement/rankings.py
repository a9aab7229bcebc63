"""Shares of wins with their uncertainty. Plain arithmetic; knows no rows."""

from __future__ import annotations

from dataclasses import dataclass

from feedback.desk.intervals import wilson

__all__ = ["WinRate", "wilson", "win_rate"]


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


def win_rate(wins: int, ties: int, losses: int, z: float = 1.96) -> WinRate:
    """The win rate with its interval; a tie is half a win."""
    n = wins + ties + losses
    won = wins + ties / 2
    low, high = wilson(won, n, z)
    return WinRate(won / n if n else None, low, high, n, wins, ties, losses)
