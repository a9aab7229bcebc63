"""How well answers were received while they streamed, round by round: the share of plus among the presses.

One person watching one response counts once, whatever the number of presses, since presses of one watching hang
together. A round is a run that made the responses, or else the model that did. Only what people pressed is counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import Any

from django.db.models import Count, Min, Q

from feedback.agreement.rankings import wilson
from feedback.models import Project, Pulse


@dataclass(frozen=True)
class Watching:
    """One person's presses on one response of a round."""

    round: str
    plus: int
    minus: int

    @property
    def share(self) -> float:
        """The share of plus."""
        return self.plus / (self.plus + self.minus)


@dataclass(frozen=True)
class Round:
    """A round with its share of plus (mean over watchings), the interval, and the gain over the round before it."""

    name: str
    rate: float
    low: float
    high: float
    n: int
    plus: int
    minus: int
    gain: tuple[float, float, float] | None = None

    @property
    def is_decided(self) -> bool:
        """Whether the gain's interval leaves out nothing gained."""
        return self.gain is not None and (self.gain[1] > 0 or self.gain[2] < 0)


def rounds_of(watchings: Iterable[Watching]) -> list[Round]:
    """The rounds in the order in which they first appear, each against the one before."""
    groups: dict[str, list[Watching]] = {}
    for one in watchings:
        groups.setdefault(one.round, []).append(one)
    found: list[Round] = []
    for name, group in groups.items():
        total = sum(one.share for one in group)
        low, high = wilson(total, len(group))
        counts = sum(one.plus for one in group), sum(one.minus for one in group)
        rate = total / len(group)
        found.append(Round(name, rate, low, high, len(group), *counts, gain_over(found, rate, low, high)))
    return found


def gain_over(before: list[Round], rate: float, low: float, high: float) -> tuple[float, float, float] | None:
    """The difference to the last round with its bounds, by Newcombe's method from the two intervals."""
    if not before:
        return None
    old = before[-1]
    gain = rate - old.rate
    down = sqrt((rate - low) ** 2 + (old.high - old.rate) ** 2)
    up = sqrt((high - rate) ** 2 + (old.rate - old.low) ** 2)
    return gain, max(-1.0, gain - down), min(1.0, gain + up)


def pulse_rounds(project: Project) -> list[Round]:
    """The rounds of a project, oldest responses first. One query."""
    pressed: Any = Pulse.objects
    rows = pressed.standing().by_people().filter(project=project).order_by()
    groups = rows.values(
        "response_id", "rater_id", "response__model", "response__origin", "response__produced_by__run__number"
    )
    counts = groups.annotate(
        plus=Count("pk", filter=Q(direction=1)), minus=Count("pk", filter=Q(direction=-1)), first=Min("response_id")
    )
    return rounds_of(
        Watching(
            round_name(row["response__produced_by__run__number"], row["response__model"], row["response__origin"]),
            row["plus"],
            row["minus"],
        )
        for row in counts.order_by("first", "rater_id")
    )


def round_name(run: int | None, model: str, origin: str) -> str:
    """What a round is called."""
    return (
        f"Run {run}" if run else model or {"imported": "Imported", "edited": "Rewritten by people"}.get(origin, origin)
    )
