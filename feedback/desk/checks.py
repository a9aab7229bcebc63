"""The checks of one example as a grid: who proposed them, which candidates pass, what people ruled."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from feedback.desk.errand_kinds.checking import candidates_of
from feedback.models import Check, CheckResult, CheckRuling, Example, Response, User


@dataclass(frozen=True, kw_only=True)
class Table:
    """Checks by candidates. `passed[c][i]` is None where it was not tried; `ruled` are the rulings by check."""

    candidates: list[Response]
    checks: list[Check]
    passed: list[list[bool | None]]
    ruled: dict[int, str]
    mine: dict[int, CheckRuling]


def table_of(example: Example, *, by: User, only_own: bool) -> Table:
    """The grid of an example; with `only_own` only this person's rulings count. Four queries."""
    candidates, checks = list(candidates_of(example)), list(example.checks.select_related("rater"))
    found = {
        (row.about_id, row.response_id): row.passes
        for row in CheckResult.objects.filter(about__example=example).order_by("pk")
    }
    rulings = list(CheckRuling.objects.standing().filter(about__example=example).select_related("rater"))
    mine = {row.about_id: row for row in rulings if row.rater.user_id == by.pk}
    counting = list(mine.values()) if only_own else rulings
    return Table(
        candidates=candidates,
        checks=checks,
        passed=[[found.get((check.pk, one.pk)) for one in candidates] for check in checks],
        ruled=settled([check.pk for check in checks], counting),
        mine=mine,
    )


def settled(checks: list[int], rulings: list[CheckRuling]) -> dict[int, str]:
    """What most people say of each check, by its place in the list; undecided is unsure."""
    said: dict[int, Counter[str]] = {}
    for row in rulings:
        said.setdefault(row.about_id, Counter())[row.holds] += 1
    return {place: majority(said[check]) for place, check in enumerate(checks) if check in said}


def majority(counted: Counter[str]) -> str:
    """The answer given most; when two are given equally often, unsure."""
    (first, most), *rest = counted.most_common()
    return "unsure" if rest and rest[0][1] == most else first
