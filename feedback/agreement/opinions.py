"""What the votes of a project add up to: ballots, opinion groups, the map and the consensus over principles.

The arithmetic is in `polis`; how a vote is cast in `principles.voting`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Max, QuerySet

from feedback.agreement import polis
from feedback.models import PrincipleVersion, Project, Vote

NUMBER = {Vote.Choice.AGREE.value: 1, Vote.Choice.DISAGREE.value: -1, Vote.Choice.PASS.value: 0}


@dataclass(frozen=True)
class Voter:
    """One participant as the opinion map shows them. `group` is the index of their opinion group, None without one."""

    rater: int
    votes: int
    group: int | None
    place: polis.Point


@dataclass(frozen=True)
class Opinion:
    """What the votes of a project add up to. Statements are principles' ids; groups are lists of raters' ids."""

    standings: list[polis.Standing[int]]
    groups: list[list[int]]
    voters: list[Voter]
    as_imported: bool


def standing_votes(project: Project | int) -> QuerySet[Vote]:
    """The votes on principles that count."""
    standing: QuerySet[Vote] = Vote.objects.standing()  # type: ignore[attr-defined]
    return standing.filter(project=project, principle__isnull=False)


def ballots_of(project: Project | int) -> tuple[dict[int, dict[int, int]], dict[int, str]]:
    """Each rater's votes by principle (of several on one the newest), and the group a file gave them. One query."""
    rows = standing_votes(project).order_by("id")
    ballots: dict[int, dict[int, int]] = defaultdict(dict)
    given: dict[int, str] = {}
    for rater, principle, choice, shown in rows.values_list("rater_id", "principle_id", "choice", "shown"):
        ballots[rater][principle] = NUMBER[choice]
        if shown.get("group", "") != "":
            given[rater] = str(shown["group"])
    return dict(ballots), given


def opinion_of(project: Project, *, as_imported: bool = True) -> Opinion:
    """Groups, map and consensus over all votes. Groups named in a file are taken as they are, unless not wanted so.

    They are worked out once for the votes there are, and again when one was cast or taken back.
    """
    votes = standing_votes(project).aggregate(last=Max("created_at"), newest=Max("id"), count=Count("id"))
    return added_up(project.pk, as_imported=as_imported, **votes)


@lru_cache(maxsize=32)
def added_up(project: int, *, as_imported: bool, last: datetime | None, newest: int | None, count: int) -> Opinion:
    """The opinion of a project, by its id; what tells its votes from others is only the key under which it is kept."""
    ballots, given = ballots_of(project)
    statements = sorted({one for ballot in ballots.values() for one in ballot})
    places = polis.opinion_map(ballots, statements)
    if given and as_imported:
        groups = [[rater for rater in given if given[rater] == name] for name in sorted(set(given.values()))]
    else:
        groups = polis.opinion_groups(ballots, places, statements=len(statements))
    of = {rater: number for number, group in enumerate(groups) for rater in group}
    voters = [Voter(rater, len(ballot), of.get(rater), places[rater]) for rater, ballot in ballots.items()]
    return Opinion(polis.consensus(ballots, groups, statements), groups, voters, bool(given) and as_imported)


def words_of(principles: Sequence[int]) -> dict[int, PrincipleVersion]:
    """The newest wording of each principle, by its id. One query."""
    found = PrincipleVersion.objects.filter(principle__in=principles).select_related("principle").order_by("number")
    return {version.principle.pk: version for version in found}
