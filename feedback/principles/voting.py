"""Votes on principles and on motions, and what they add up to: ballots, opinion groups, consensus.

A vote is on the words the voter was shown: `shown["version"]` is their id. It does not know what follows from a vote
(see `motions`) or how groups are found (see `agreement.polis`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from feedback.agreement import polis
from feedback.capture.history import checked_key, circumstances, may_review, said
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Motion, Principle, PrincipleVersion, Project, Rater, User, Vote
from feedback.principles.constitutions import newest_version
from feedback.projects.raters import rater_of

NUMBER = {Vote.Choice.AGREE.value: 1, Vote.Choice.DISAGREE.value: -1, Vote.Choice.PASS.value: 0}


@transaction.atomic
def vote(about: Principle | Motion, *, by: User, choice: str, key: str, reason: str = "") -> Vote:
    """A person's word on a principle as it now reads, or on a motion; a vote of theirs that stands is replaced.

    The same key again gives back the vote that is there, and so does the same choice with the same reason on the same
    words. Raises `NotAllowed` for those who may not review, `Refused` for a motion that is decided.
    """
    project = about.project
    may_review(project, by)
    rater = Rater.objects.select_for_update(no_key=True).get(pk=rater_of(by, project).pk)
    key = checked_key({"key": key})
    there = Vote.objects.filter(rater=rater, key=key).first()
    if there is not None:
        return there
    if choice not in Vote.Choice.values:
        raise Refused("One agrees, disagrees or passes.")
    motion = still_open(about) if isinstance(about, Motion) else None
    principle = motion.principle if motion else about
    words = words_put(about)
    reason = said(reason, what="reason", may_be_empty=True)
    standing = own_vote(about, by=by)
    if standing and (standing.choice, standing.reason, standing.shown.get("version")) == (choice, reason, words):
        return standing
    how = circumstances({"protocol": "motion" if motion else "vote", "shown": {"version": words}})
    row = Vote.objects.create(
        project=project, rater=rater, key=key, principle=principle, motion=motion, choice=choice, reason=reason,
        replaces=standing, **how,
    )  # fmt: skip
    announce(project, "votes", *([f"motion-{motion.number}"] if motion else []))
    return row


def words_put(about: Principle | Motion) -> int | None:
    """The wording that is voted on, by its id; None where no words are (retiring, restoring)."""
    return about.version_id if isinstance(about, Motion) else newest_version(about).pk


@transaction.atomic
def withdraw_vote(row: Vote, *, by: User) -> Vote:
    """Take back one's own vote; a second time changes nothing. A decided motion's votes stay as they were."""
    row = Vote.objects.select_for_update(of=("self",)).select_related("rater", "project").get(pk=row.pk)
    if row.rater.user_id != by.pk:
        raise NotAllowed("Only the person who gave this vote can take it back.")
    motion = still_open(row.motion) if row.motion else None
    Vote.objects.filter(pk=row.pk, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())
    announce(row.project, "votes", *([f"motion-{motion.number}"] if motion else []))
    row.refresh_from_db()
    return row


def still_open(motion: Motion) -> Motion:
    """The motion, held until the transaction ends. Raises `Refused` when it is decided."""
    motion = Motion.objects.select_for_update(of=("self",)).select_related("version", "project").get(pk=motion.pk)
    if motion.state not in {Motion.State.OPEN, Motion.State.CHANGES}:
        raise Refused(f"Motion {motion.number} is {motion.get_state_display().lower()}. Its votes stay as they are.")
    return motion


def own_vote(about: Principle | Motion, *, by: User) -> Vote | None:
    """The vote of this person that stands, on the motion or on the principle itself."""
    votes = Vote.objects.standing().filter(rater__user=by)
    mine = votes.filter(motion=about) if isinstance(about, Motion) else votes.filter(principle=about, motion=None)
    return mine.order_by("-id").first()


def cast_on(motion: Motion) -> QuerySet[Vote]:
    """The votes that count on a motion: people's, that stand, on the wording it now has."""
    votes = Vote.objects.standing().by_people().filter(motion=motion)
    if motion.version_id:
        votes = votes.filter(shown__version=motion.version_id)
    return votes.select_related("rater").order_by("id")


def to_vote_on(project: Project, *, by: User) -> QuerySet[Principle]:
    """The principles this person has no vote on: neither dropped nor merged, in their order."""
    voted = Vote.objects.standing().filter(project=project, principle__isnull=False, rater__user=by).values("principle")
    left = project.principles.filter(dropped_at__isnull=True, merged_into__isnull=True).exclude(pk__in=voted)
    return left.order_by("number")


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
    rows = Vote.objects.standing().filter(project=project, principle__isnull=False).order_by("id")
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
    return {version.principle_id: version for version in found}


def tally_of(votes: Sequence[Vote]) -> polis.Tally:
    """The votes counted."""
    cast: list[Any] = [one.choice for one in votes]
    return polis.Tally(cast.count("agree"), cast.count("disagree"), cast.count("pass"))
