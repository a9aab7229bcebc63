"""Corrections needed for each accepted item, period by period: it falls where principles are taken up (DROC).

A period lasts while one constitution is in force. An item is an example whose answer a person accepted in that period:
by kudos, a score above the middle, or preferring it. What was said against answers of the project in the same period
(critiques, rewrites, marks) are its corrections. It does not know why a figure fell.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from math import sqrt
from typing import Any

from django.db.models import F, Q

from feedback.models import Constitution, Critique, Edit, Preference, Project, Rating, Span
from feedback.principles.applying import PEOPLE

Z = 0.98  # half of 1.96: the interval stands on square roots


@dataclass(frozen=True, kw_only=True)
class Period:
    """While one constitution was in force; None is the time before the first."""

    constitution: Constitution | None
    since: datetime | None
    corrections: int
    accepted: int

    @property
    def rate(self) -> float | None:
        """Corrections for each accepted item; None where nothing was accepted."""
        return self.corrections / self.accepted if self.accepted else None

    @property
    def low(self) -> float:
        """The lower end of 95 %: a count as a Poisson number, on the scale of its root (Anscombe)."""
        return max(0.0, sqrt(self.corrections + 0.375) - Z) ** 2 / self.accepted if self.accepted else 0.0

    @property
    def high(self) -> float:
        """The upper end."""
        return (sqrt(self.corrections + 0.375) + Z) ** 2 / self.accepted if self.accepted else 0.0


def periods_of(project: Project) -> list[Period]:
    """All periods, oldest first; those in which nobody said anything are left out. Seven queries."""
    constitutions = list(project.constitutions.order_by("number"))
    begins = [one.created_at for one in constitutions]
    corrections = Counter(bisect_right(begins, at) for at in corrected(project))
    items = {(bisect_right(begins, at), example) for at, example in accepted(project)}
    taken = Counter(place for place, _ in items)
    return [
        Period(
            constitution=constitutions[place - 1] if place else None, since=begins[place - 1] if place else None,
            corrections=corrections[place], accepted=taken[place],
        )
        for place in range(len(begins) + 1)
        if corrections[place] or taken[place]
    ]  # fmt: skip


def corrected(project: Project) -> Iterable[datetime]:
    """When people said what an answer should do otherwise."""
    return chain(
        moments(Critique, project, polarity="critique"), moments(Edit, project), moments(Span, project)
    )  # fmt: skip


def moments(model: Any, project: Project, **only: Any) -> Iterable[datetime]:
    """When the rows of one table that stand were said by people."""
    return standing(model, project, **only).values_list("created_at", flat=True)


def accepted(project: Project) -> Iterable[tuple[datetime, int]]:
    """When a person accepted an answer, and to which example."""
    kudos = standing(Critique, project, polarity="kudos")
    scored = standing(Rating, project, aspect="overall", critique=None, score__gt=(F("scale") + 1) / 2.0)
    chosen = standing(Preference, project).filter(Q(outcome__in=["a", "b", "both-good"]))
    return chain(
        kudos.values_list("created_at", "response__example"), scored.values_list("created_at", "response__example"),
        chosen.values_list("created_at", "response_a__example"),
    )  # fmt: skip


def standing(model: Any, project: Project, **only: Any) -> Any:
    """The rows of one table that stand and that people said."""
    return model.objects.standing().filter(project=project, rater__kind__in=PEOPLE, **only)
