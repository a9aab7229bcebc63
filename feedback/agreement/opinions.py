"""What the votes of a project add up to: ballots, opinion groups, the map and the consensus over principles.

The arithmetic is in `polis`; how a vote is cast in `principles.voting`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

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


def ballots_of(project: Project) -> tuple[dict[int, dict[int, int]], dict[int, str]]:
    """Each rater's votes by principle (of several on one the newest), and the group a file gave them. One query."""
    standing = Vote.objects.standing()  # type: ignore[attr-defined]
    rows = standing.filter(project=project, principle__isnull=False).order_by("id")
    ballots: dict[int, dict[int, int]] = defaultdict(dict)
    given: dict[int, str] = {}
    for rater, principle, choice, shown in rows.values_list("rater_id", "principle_id", "choice", "shown"):
        ballots[rater][principle] = NUMBER[choice]
        if shown.get("group", "") != "":
            given[rater] = str(shown["group"])
    return dict(ballots), given


def opinion_of(project: Project, *, as_imported: bool = True) -> Opinion:
    """Groups, map and consensus over all votes. Groups named in a file are taken as they are, unless not wanted so."""
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
