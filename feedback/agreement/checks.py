"""Which candidate is best by checks that may be wrong, and which check to ask a person about next. Pure.

After ConAIR: candidates and machine-made checks vote for each other, and a person rules only on the check whose answer
tells most. What is believed is the chance of each candidate to be the best one. A check that holds is passed by the
best candidate in nine cases of ten, one that is wrong to ask for only in three of ten. A check nobody has ruled on
holds with a chance that grows with how many good candidates pass it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RIGHT, WRONG = 0.9, 0.3
LEAST, MOST = 0.35, 0.75
ENOUGH = 0.01  # bits; below that no question is worth a person's time
ROUNDS = 4
RULED = {"yes": 1.0, "no": 0.0, "unsure": 0.5}


@dataclass(frozen=True)
class Grid:
    """`passed[c][i]`: whether candidate i passes check c (None: not tried); `ruled` by check: yes, no or unsure."""

    passed: Sequence[Sequence[bool | None]]
    candidates: int
    ruled: Mapping[int, str] = field(default_factory=dict)


def chances(grid: Grid) -> list[float]:
    """The chance of each candidate to be the best; they sum to 1."""
    believed = [1 / grid.candidates] * grid.candidates if grid.candidates else []
    for _ in range(ROUNDS):
        believed = best_given(grid, holding(grid, believed))
    return believed


def holding(grid: Grid, believed: Sequence[float]) -> list[float]:
    """The chance of each check to hold: as ruled, else by how good the candidates are that pass it."""
    return [
        RULED.get(grid.ruled.get(number, ""), LEAST + (MOST - LEAST) * passing(row, believed))
        for number, row in enumerate(grid.passed)
    ]


def passing(row: Sequence[bool | None], believed: Sequence[float]) -> float:
    """The chance that the best candidate passes a check; one that was not tried is even."""
    return sum(
        chance * (0.5 if passes is None else float(passes)) for passes, chance in zip(row, believed, strict=True)
    )


def best_given(grid: Grid, holds: Sequence[float]) -> list[float]:
    """The chance of each candidate to be the best, if each check holds with that chance."""
    logs = [
        sum(math.log(fit(row[number], chance)) for row, chance in zip(grid.passed, holds, strict=True))
        for number in range(grid.candidates)
    ]
    top = max(logs, default=0.0)
    weights = [math.exp(log - top) for log in logs]
    return [weight / sum(weights) for weight in weights]


def fit(passes: bool | None, holds: float) -> float:
    """How well the best candidate's passing or failing goes with a check that holds with that chance."""
    if passes is None:
        return 0.5
    return holds * (RIGHT if passes else 1 - RIGHT) + (1 - holds) * (WRONG if passes else 1 - WRONG)


def entropy(believed: Sequence[float]) -> float:
    """How unsure one is about the best, in bits."""
    return -sum(chance * math.log2(chance) for chance in believed if chance > 0)


def gains(grid: Grid) -> dict[int, float]:
    """For each check nobody has ruled on, the bits its ruling is expected to tell about which candidate is best."""
    believed = chances(grid)
    holds, now = holding(grid, believed), entropy(believed)
    return {
        number: now - sum(
            chance * entropy(chances(Grid(grid.passed, grid.candidates, {**grid.ruled, number: ruling})))
            for ruling, chance in (("yes", holds[number]), ("no", 1 - holds[number]))
        )
        for number in range(len(grid.passed))
        if number not in grid.ruled
    }  # fmt: skip


def next_check(grid: Grid) -> int | None:
    """The check to ask a person about, or None when none is worth it. Equal ones as they come."""
    found = {number: gain for number, gain in gains(grid).items() if telling(grid.passed[number])}
    best = max(found, key=lambda number: (round(found[number], 6), -number), default=None)
    return best if best is not None and abs(found[best]) >= ENOUGH else None


def telling(row: Sequence[bool | None]) -> bool:
    """Whether a check tells candidates apart at all."""
    return len({passes for passes in row if passes is not None}) > 1
