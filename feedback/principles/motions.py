"""How a team changes its constitution together: a motion is opened, talked over, voted on and decided once.

With a quorum of one a curator's word is enough (see `constitutions`) and motions are a way to ask; with more, the only
way into the constitution is a motion that enough people voted on and more than the majority's share agreed with.
It does not know what the votes of a whole project add up to (see `voting`).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Constitution, Member, Motion, Principle, PrincipleVersion, Project, Role, User, Vote
from feedback.principles import constitutions
from feedback.principles.constitutions import (
    add_version,
    articles_in_force,
    lock_project,
    newest_version,
    next_constitution,
    placed,
    same_words,
)
from feedback.principles.restoring import check_restorable, put_back
from feedback.principles.voting import cast_on, still_open

PENDING = (Motion.State.OPEN, Motion.State.CHANGES)
FOR_CURATORS = {Motion.Kind.RETIRE, Motion.Kind.RESTORE}


@dataclass(frozen=True)
class Outlook:
    """How a motion stands. Passes are counted, but neither for the quorum nor for the share."""

    agrees: int
    disagrees: int
    passes: int
    quorum: int
    majority: float
    changes_asked: bool

    @property
    def decided(self) -> int:
        """How many agreed or disagreed."""
        return self.agrees + self.disagrees

    @property
    def missing(self) -> int:
        """How many votes the quorum still lacks."""
        return max(0, self.quorum - self.decided)

    @property
    def carries(self) -> bool:
        """Whether the quorum is there and more than the majority's share agrees."""
        return not self.missing and self.agrees > self.majority * self.decided


def outlook_of(motion: Motion) -> Outlook:
    """The votes that count on a motion, against its own quorum and majority. One query."""
    cast = [one.choice for one in cast_on(motion)]
    counts = (cast.count(Vote.Choice.AGREE), cast.count(Vote.Choice.DISAGREE), cast.count(Vote.Choice.PASS))
    return Outlook(*counts, motion.quorum, motion.majority, motion.state == Motion.State.CHANGES)


@transaction.atomic
def propose(
    principle: Principle, *, by: User, domain: str | None = None, effect: str | None = None, reason: str = ""
) -> Motion:
    """Ask the team to put a principle into force, or to word one in force as given here. Any reviewer may.

    Raises `Refused` when a motion on it is open or nothing would change.
    """
    project = lock_project(principle.project)
    require(project, by, Role.REVIEWER)
    check_free(principle)
    in_force = [article.version for article in articles_in_force(project)]
    standing = next((one for one in in_force if one.principle_id == principle.pk), None)
    version = worded(principle, by=by, domain=domain, effect=effect)
    if standing is not None and same_words(version, standing.domain, standing.effect, standing.counter_examples):
        raise Refused(f"Principle {principle.number} is in force in these very words. Write what should change.")
    kind = Motion.Kind.ADOPT if standing is None else Motion.Kind.REWORD
    return open_motion(project, by=by, kind=kind, principle=principle, version=version, reason=reason)


@transaction.atomic
def propose_to_retire(principle: Principle, *, by: User, reason: str = "") -> Motion:
    """Ask the team to take a principle out of force. Raises `Refused` when it is not in force or a motion is open."""
    project = lock_project(principle.project)
    require(project, by, Role.CURATOR)
    check_free(principle)
    if all(article.version.principle_id != principle.pk for article in articles_in_force(project)):
        raise Refused(f"Principle {principle.number} is not in force, so it cannot be retired.")
    return open_motion(project, by=by, kind=Motion.Kind.RETIRE, principle=principle, reason=reason)


@transaction.atomic
def propose_to_restore(constitution: Constitution, *, by: User, reason: str = "") -> Motion:
    """Ask the team to go back to an earlier version. Raises `Refused` when that is what is in force."""
    project = lock_project(constitution.project)
    require(project, by, Role.CURATOR)
    check_restorable(project, constitution)
    if Motion.objects.filter(project=project, restores=constitution, state__in=PENDING).exists():
        raise Refused(f"A motion to restore version {constitution.number} is open. Vote on that one.")
    return open_motion(project, by=by, kind=Motion.Kind.RESTORE, restores=constitution, reason=reason)


@transaction.atomic
def revise(motion: Motion, *, by: User, domain: str, effect: str) -> Motion:
    """Other words for what is proposed, by who proposed it or a curator. Votes were on the old words and count no more.

    What was asked for is settled with it, and the motion is open again.
    """
    project = lock_project(motion.project)
    motion = still_open(motion)
    check_ones_own(project, motion, by)
    if motion.principle is None or motion.version is None:
        raise Refused("This motion has no words of its own to change.")
    counter = motion.version.counter_examples
    if same_words(motion.version, domain, effect, counter):
        raise Refused("These are the very words that are proposed. Change them, or settle what was asked for.")
    version = add_version(motion.principle, by=by, domain=domain, effect=effect, counter_examples=counter)
    motion.remarks.filter(asks_for_changes=True, settled_at__isnull=True).update(settled_at=timezone.now())
    return change(motion, version=version, state=Motion.State.OPEN)


@transaction.atomic
def ratify(motion: Motion, *, by: User, note: str = "") -> Motion:
    """Carry a motion out: the next constitution is made in its name. By a curator, once, when it carries.

    Raises `Refused` while votes or the share are missing, while changes are asked for, and when what it would change
    is no longer as it was.
    """
    project = lock_project(motion.project)
    require(project, by, Role.CURATOR)
    motion = still_open(motion)
    check_carries(outlook_of(motion))
    reason = " ".join(part for part in (motion.reason, note.strip()) if part)
    outcome = carry_out(project, motion, by=by, reason=reason)
    return close(motion, by=by, state=Motion.State.RATIFIED, note=note, outcome=outcome)


@transaction.atomic
def reject(motion: Motion, *, by: User, note: str = "") -> Motion:
    """Close a motion without a change, by a curator."""
    require(motion.project, by, Role.CURATOR)
    return close(still_open(motion), by=by, state=Motion.State.REJECTED, note=note)


@transaction.atomic
def withdraw_motion(motion: Motion, *, by: User, note: str = "") -> Motion:
    """Take a motion back, by who opened it or a curator."""
    motion = still_open(motion)
    check_ones_own(motion.project, motion, by)
    return close(motion, by=by, state=Motion.State.WITHDRAWN, note=note)


@transaction.atomic
def set_rules(project: Project, *, by: User, quorum: int, majority: float) -> Project:
    """How the team decides from now on, by an owner; open motions keep the rules they were opened under."""
    project = lock_project(project)
    require(project, by, Role.OWNER)
    voters = sum(member.may(Role.REVIEWER) for member in Member.objects.filter(project=project))
    if not 1 <= quorum <= voters:
        raise Refused(f"{voters} here may vote, so the quorum lies between 1 and {voters}.")
    if not 0.5 <= majority < 1:
        raise Refused("The share that must be passed lies between one half and just under all.")
    project.quorum, project.majority = quorum, majority
    project.save(update_fields=["quorum", "majority"])
    announce(project, "motions")
    return project


def carry_out(project: Project, motion: Motion, *, by: User, reason: str) -> Constitution:
    """The constitution a motion asks for, of a locked project."""
    if motion.kind == Motion.Kind.RESTORE:
        assert motion.restores is not None  # held by the constraint
        return put_back(project, motion.restores, by=by, reason=reason, by_vote=True)
    assert motion.principle is not None  # held by the constraint
    in_force = articles_in_force(project)
    stands = any(article.version.principle_id == motion.principle_id for article in in_force)
    if stands == (motion.kind == Motion.Kind.ADOPT):
        raise Refused("What this motion would change has changed meanwhile. Withdraw it and propose anew.")
    if motion.kind == Motion.Kind.RETIRE:
        return constitutions.retire(motion.principle, by=by, reason=reason, by_vote=True)
    assert motion.version is not None  # held by the constraint
    Principle.objects.filter(pk=motion.principle_id).update(dropped_at=None, dropped_by=None, drop_reason="")
    versions, sentence = placed(motion.version, in_force)
    return next_constitution(project, versions, by=by, change=sentence, reason=reason, by_vote=True)


def open_motion(project: Project, *, by: User, kind: str, reason: str, **about: object) -> Motion:
    """The next motion of a locked project, under its rules as they are now."""
    highest = Motion.objects.filter(project=project).aggregate(highest=Max("number"))["highest"] or 0
    motion = Motion.objects.create(
        project=project, number=highest + 1, kind=kind, reason=reason.strip(), opened_by=by,
        quorum=project.quorum, majority=project.majority, **about,
    )  # fmt: skip
    announce(project, "motions")
    return motion


def worded(principle: Principle, *, by: User, domain: str | None, effect: str | None) -> PrincipleVersion:
    """The newest wording, or the next one when other words were given."""
    newest = newest_version(principle)
    domain = newest.domain if domain is None else domain
    effect = newest.effect if effect is None else effect
    if same_words(newest, domain, effect, newest.counter_examples):
        return newest
    return add_version(principle, by=by, domain=domain, effect=effect, counter_examples=newest.counter_examples)


def check_carries(outlook: Outlook) -> None:
    """Raise `Refused`, saying what is missing."""
    if outlook.changes_asked:
        raise Refused("Changes are asked for. Change the words or settle the remark; then it can be ratified.")
    if outlook.missing:
        raise Refused(f"{outlook.decided} of the {outlook.quorum} votes that are needed are there. Ask the others.")
    if not outlook.carries:
        raise Refused(
            f"{outlook.agrees} of {outlook.decided} agree; more than {outlook.majority:.0%} must. Reject it, "
            "or change its words and ask again."
        )


def check_free(principle: Principle) -> None:
    """Raise `Refused` when a motion on this principle is open."""
    there = Motion.objects.filter(principle=principle, state__in=PENDING).first()
    if there is not None:
        raise Refused(f"Motion {there.number} on principle {principle.number} is open. Vote on that one first.")


def check_ones_own(project: Project, motion: Motion, by: User) -> None:
    """Raise `NotAllowed` unless this person opened the motion and may still review, or is a curator."""
    require(project, by, Role.REVIEWER if motion.opened_by_id == by.pk else Role.CURATOR)


def require(project: Project, by: User, role: str) -> None:
    """Raise `NotAllowed` unless the person is a member whose role covers this one."""
    member = Member.objects.filter(project=project, user=by).first()
    if member is None or not member.may(role):
        raise NotAllowed(f"This needs the role {Role(role).label.lower()} in this project.")


def close(motion: Motion, *, by: User, state: str, note: str = "", outcome: Constitution | None = None) -> Motion:
    """End a motion that is held by its row's lock."""
    return change(
        motion, state=state, closed_by=by, closed_at=timezone.now(), closing_note=note.strip(), outcome=outcome
    )


def change(motion: Motion, **values: object) -> Motion:
    """Set columns of a motion held by its row's lock, and tell the pages."""
    Motion.objects.filter(pk=motion.pk).update(**values)
    motion.refresh_from_db()
    announce(motion.project, "motions", f"motion-{motion.number}")
    return motion
