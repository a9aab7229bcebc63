"""Votes on principles and on motions: cast, changed, taken back.

A vote is on the words the voter was shown: `shown["version"]` is their id. It does not know what follows from a vote
(see `motions`) or what all votes add up to (see `agreement.opinions`).
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from feedback.capture.history import checked_key, circumstances, may_review, said
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Motion, Principle, Project, Rater, User, Vote
from feedback.principles.constitutions import newest_version
from feedback.projects.raters import rater_of


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


def voted_on(project: Project, *, by: User) -> set[int]:
    """The principles this person has a vote on that stands, by their ids."""
    votes = Vote.objects.standing().filter(project=project, principle__isnull=False, rater__user=by)
    return set(votes.values_list("principle_id", flat=True))
