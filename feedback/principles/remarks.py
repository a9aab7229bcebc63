"""What people say about a principle or a motion where it stands, and the changes they ask for.

It does not know how a motion is decided (see `motions`).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from feedback.capture.history import may_review, said
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Member, Motion, Principle, Remark, Role, User
from feedback.principles.voting import still_open


@transaction.atomic
def remark(
    about: Principle | Motion,
    *,
    by: User,
    text: str,
    answers: Remark | None = None,
    asks_for_changes: bool = False,
) -> Remark:
    """Say something about a principle or a motion. Asking for changes stops a motion until they are settled.

    Raises `Refused` when it says nothing, and when changes are asked for where nothing is open.
    """
    project = about.project
    may_review(project, by)
    motion = about if isinstance(about, Motion) else None
    if asks_for_changes:
        if motion is None:
            raise Refused("Changes are asked for on an open motion. Propose better words instead.")
        motion = still_open(motion)
        Motion.objects.filter(pk=motion.pk).update(state=Motion.State.CHANGES)
    row = Remark.objects.create(
        principle=motion.principle if motion else about, motion=motion, user=by, answers=answers,
        text=said(text, what="remark"), asks_for_changes=asks_for_changes,
    )  # fmt: skip
    announce(project, "remarks", *([f"motion-{motion.number}"] if motion else []))
    return row


@transaction.atomic
def settle_remark(row: Remark, *, by: User) -> Remark:
    """Say that what was asked for is done: by who asked, or a curator. After the last one the motion is open again."""
    if row.motion is None or not row.asks_for_changes:
        raise Refused("This remark asks for nothing that could be settled.")
    motion = still_open(row.motion)
    member = Member.objects.filter(project=motion.project, user=by).first()
    if member is None or not (member.may(Role.CURATOR) or (row.user_id == by.pk and member.may(Role.REVIEWER))):
        raise NotAllowed("Only the person who asked for it, or a curator, can say that it is settled.")
    Remark.objects.filter(pk=row.pk, settled_at__isnull=True).update(settled_at=timezone.now())
    if not motion.remarks.filter(asks_for_changes=True, settled_at__isnull=True).exists():
        Motion.objects.filter(pk=motion.pk).update(state=Motion.State.OPEN)
    announce(motion.project, f"motion-{motion.number}")
    row.refresh_from_db()
    return row


def in_thread(remarks: Iterable[Remark]) -> list[Remark]:
    """The same remarks, an answer right after what it answers and the answers before it."""
    rows = list(remarks)
    there = {row.pk for row in rows}
    answers: dict[int | None, list[Remark]] = {}
    for row in rows:
        answers.setdefault(row.answers_id if row.answers_id in there else None, []).append(row)

    def followed(row: Remark) -> list[Remark]:
        return [row, *(one for answer in answers.get(row.pk, []) for one in followed(answer))]

    return [one for row in answers.get(None, []) for one in followed(row)]
