"""How often people change their minds about a pair once they see what comes of each response (RLHS).

Compared are the two standing answers of one person on one pair: the one given at once, and the one given in hindsight.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from feedback.agreement.rankings import wilson
from feedback.models import Preference, Project, User

SIGN = {"a": -1, "b": 1}


@dataclass(frozen=True)
class Share:
    """A part of all, with the bounds of what it may be; None of nothing."""

    part: int
    n: int

    @property
    def rate(self) -> float | None:
        """The share."""
        return self.part / self.n if self.n else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Wilson's interval."""
        return wilson(self.part, self.n)

    @property
    def low(self) -> float:
        """The lower bound."""
        return self.bounds[0]

    @property
    def high(self) -> float:
        """The upper bound."""
        return self.bounds[1]


@dataclass(frozen=True, kw_only=True)
class Reversals:
    """What became of first answers: turned round, undecided, decided only now, given another strength, or kept."""

    n: int = 0
    turned: int = 0
    undecided: int = 0
    decided: int = 0
    graded: int = 0
    kept: int = 0
    by_origin: dict[str, Share] = field(default_factory=dict)

    @property
    def share(self) -> Share:
        """The share that was turned round."""
        return Share(self.turned, self.n)


def what_became(before: str, after: str, strength_before: int | None, strength_after: int | None) -> str:
    """What a second answer did to the first: turned, undecided, decided, graded or kept."""
    was, now = SIGN.get(before, 0), SIGN.get(after, 0)
    if was * now < 0:
        return "turned"
    if was and not now:
        return "undecided"
    if now and not was:
        return "decided"
    return "kept" if (before, strength_before) == (after, strength_after) else "graded"


def reversals_of(project: Project) -> Reversals:
    """All pairs that were answered twice, by everybody. Two queries."""
    later = {(row.rater_id, row.response_a_id, row.response_b_id): row for row in second_answers(project)}
    counts = dict.fromkeys(("turned", "undecided", "decided", "graded", "kept"), 0)
    origins: dict[str, list[int]] = {}
    for first in first_answers(project):
        second = later.get((first.rater_id, first.response_a_id, first.response_b_id))
        if second is None:
            continue
        became = what_became(first.outcome, second.outcome, first.strength, second.strength)
        counts[became] += 1
        tally = origins.setdefault(origin_of(second), [0, 0])
        tally[0] += became == "turned"
        tally[1] += 1
    by_origin = {origin: Share(*tally) for origin, tally in sorted(origins.items())}
    return Reversals(n=sum(counts.values()), by_origin=by_origin, **counts)


def changes_of_mind(project: Project, *, by: User | None = None) -> QuerySet[Any]:
    """Second answers that turned a first one round, newest first; those of one person where `by` is given."""
    opposite = first_answers(project).filter(
        rater=OuterRef("rater"), response_a=OuterRef("response_a"), response_b=OuterRef("response_b")
    )
    rows = second_answers(project)
    rows = rows.filter(outcome="a").filter(Exists(opposite.filter(outcome="b"))) | rows.filter(outcome="b").filter(
        Exists(opposite.filter(outcome="a"))
    )
    rows = rows.filter(rater__user=by) if by else rows
    return rows.select_related("rater", "response_a__example", "response_b").order_by("-pk")


def first_answers(project: Project) -> QuerySet[Any]:
    """Standing answers given at once."""
    return answers(project, Preference.Timing.NOW)


def second_answers(project: Project) -> QuerySet[Any]:
    """Standing answers given in hindsight."""
    return answers(project, Preference.Timing.HINDSIGHT)


def answers(project: Project, timing: str) -> QuerySet[Any]:
    """Standing answers on pairs, in the order given."""
    later = Preference.objects.filter(replaces=OuterRef("pk"))
    rows = Preference.objects.filter(~Exists(later), project=project, protocol="pair", withdrawn_at=None)
    return rows.filter(timing=timing).order_by("pk")


def origin_of(second: Preference) -> str:
    """Where the consequences came from that were shown: one origin, or "mixed"."""
    origins = {one.get("origin", "") for one in second.shown.get("consequences", [])}
    return origins.pop() if len(origins) == 1 else "mixed"
