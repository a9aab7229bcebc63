"""Motions as lines of a list: their words, how they stand, and whether one's own vote is missing.

Four queries however many motions there are. Votes of others stay hidden from a reviewer who has yet to vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.models import Motion, PrincipleVersion, Project, Role, User, Vote
from feedback.principles.motions import PENDING, Outlook
from feedback.web.likeness import newest_words


@dataclass(frozen=True)
class MotionLine:
    """One motion; `outlook` is None where it is decided or one may not see it yet."""

    motion: Motion
    words: PrincipleVersion | None
    outlook: Outlook | None
    awaited: bool


def motion_lines(project: Project, motions: Sequence[Motion], *, by: User) -> list[MotionLine]:
    """The motions with all that their lines show."""
    retiring = [one.principle_id for one in motions if one.principle_id and one.version_id is None]
    words = newest_words(retiring)
    cast, voted = votes_on(motions, by=by)
    member = project.member  # type: ignore[attr-defined]
    lines = []
    for one in motions:
        is_open = one.state in PENDING
        hidden = member.role == Role.REVIEWER and one.pk not in voted
        outlook = outlook_from(one, cast.get(one.pk, Counter())) if is_open and not hidden else None
        awaited = is_open and member.may(Role.REVIEWER) and one.pk not in voted
        lines.append(MotionLine(one, one.version or words.get(one.principle_id or 0), outlook, awaited))
    return lines


def votes_on(motions: Sequence[Motion], *, by: User) -> tuple[dict[int, Counter[str]], set[int]]:
    """The votes that count on each open motion, on the words it now has; and those this person has voted on."""
    open_ones = {one.pk: one.version_id for one in motions if one.state in PENDING}
    rows = Vote.objects.standing().by_people().filter(motion__in=open_ones)
    cast: dict[int, Counter[str]] = {}
    voted: set[int] = set()
    for motion, choice, shown, user in rows.values_list("motion_id", "choice", "shown", "rater__user_id"):
        if shown.get("version") == open_ones[motion]:
            cast.setdefault(motion, Counter())[choice] += 1
            voted |= {motion} if user == by.pk else set()
    return cast, voted


def outlook_from(motion: Motion, cast: Counter[str]) -> Outlook:
    """How a motion stands by its counted votes."""
    counts = (cast[Vote.Choice.AGREE], cast[Vote.Choice.DISAGREE], cast[Vote.Choice.PASS])
    return Outlook(*counts, motion.quorum, motion.majority, motion.state == Motion.State.CHANGES)
