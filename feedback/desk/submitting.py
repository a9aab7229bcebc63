"""One sending of a desk's form: everything said in it is stored at once, counts for its place in a queue, and can be
undone and redone as one. It does not know which kinds of feedback there are; it asks the base of them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import CharField, Value
from django.utils import timezone

from feedback.capture.history import may_review
from feedback.desk import claims
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Project, Rater, Slot, Submission, User
from feedback.models.feedback import Feedback
from feedback.projects.raters import rater_of

Record = Callable[[Submission], Sequence[Feedback]]


def submit(project: Project, *, by: User, key: str, page: str, slot: int | None, record: Record) -> Submission:
    """Store what `record` records under one submission. The same person and key again give the same one back.

    With `slot` the place in the queue is done by it. Where somebody else had it in the meantime, what was said is kept
    on record, withdrawn, and the submission does not count. Raises what `record` raises, and then nothing is stored.
    """
    with transaction.atomic():
        may_review(project, by)
        rater = rater_of(by, project)
        if slot:
            claims.hold(slot, rater)
        submission, is_new = opened(project, rater, key, page, place_of(project, slot))
        if not is_new:
            return submission
        record(submission)
        if submission.slot_id is not None and not claims.complete(submission.slot_id, rater):
            take_out(list(rows_of(submission)), submission.created_at)
            submission.counts = False
            Submission.objects.filter(pk=submission.pk).update(counts=False)
        announce(project, "feedback", "desk")
    return submission


def undo(submission: Submission, *, by: User) -> Submission:
    """Take back everything said in it; what it had replaced stands again, and its place in the queue is open again.

    A second time changes nothing. Raises `Refused` when some of it was changed since.
    """
    with transaction.atomic():
        submission = locked(submission, by)
        if submission.undone_at is not None:
            return submission
        rows = list(rows_of(submission))
        if any(is_replaced(row) for row in rows):
            raise Refused("What was said there has been changed since. Undo that first.")
        submission.undone_at = timezone.now()
        Submission.objects.filter(pk=submission.pk).update(undone_at=submission.undone_at)
        take_out(rows, submission.undone_at)
        move_taken(submission, back=True)
        if submission.slot_id is not None and submission.counts:
            claims.reopen(submission.slot_id, submission.rater)
        announce(submission.project, "feedback", "desk")
    return submission


def redo(submission: Submission, *, by: User) -> Submission:
    """Let it stand again after an undo.

    Raises `Refused` when its place in the queue was given away, or what it had changed was changed anew.
    """
    with transaction.atomic():
        submission = locked(submission, by)
        if submission.undone_at is None:
            return submission
        is_placed = submission.slot_id is not None and submission.counts
        if is_placed and not claims.complete(submission.slot_id or 0, submission.rater):
            raise Refused("Somebody else has this place in the queue by now, so it cannot be redone.")
        for row in rows_of(submission):
            if row.withdrawn_at == submission.undone_at:
                put_back(row)
        move_taken(submission, back=False)
        submission.undone_at = None
        Submission.objects.filter(pk=submission.pk).update(undone_at=None)
        announce(submission.project, "feedback", "desk")
    return submission


def latest(project: Project, by: User) -> Submission | None:
    """The last submission of this person that was not undone: what undo undoes."""
    return own(project, by).filter(undone_at=None).order_by("-id").first()


def last_undone(project: Project, by: User) -> Submission | None:
    """The one undone last, unless something was submitted since: what redo redoes."""
    row = own(project, by).exclude(undone_at=None).order_by("-undone_at").first()
    if row is None or own(project, by).filter(undone_at=None, created_at__gt=row.undone_at).exists():
        return None
    return row


def own(project: Project, by: User) -> Any:
    """A person's submissions."""
    rows = Submission.objects.filter(project=project, rater__user=by)
    return rows.select_related("project", "rater", "slot__queue", "slot__item")


def rows_of(submission: Submission) -> Iterator[Feedback]:
    """Every row of feedback made by it, in the order made. A query to find the kinds, then one for each kind."""
    kinds = {kind.__name__: kind for kind in Feedback.__subclasses__()}
    parts = [
        kind._default_manager.filter(submission=submission).order_by()
        .annotate(kind=Value(name, CharField())).values_list("kind", "pk")
        for name, kind in kinds.items()
    ]  # fmt: skip
    found: dict[str, list[int]] = {}
    for name, number in parts[0].union(*parts[1:], all=True):
        found.setdefault(name, []).append(number)
    rows = [
        row
        for name, numbers in found.items()
        for row in kinds[name]._default_manager.filter(pk__in=numbers).select_related("rater", "project")
    ]
    yield from sorted(rows, key=lambda row: row.created_at)


def opened(project: Project, rater: Rater, key: str, page: str, slot: Slot | None) -> tuple[Submission, bool]:
    """The submission of that key, and whether it is new."""
    if not 1 <= len(key) <= 80:
        raise Refused("The submission carries no usable key. Load the page again and send it once more.")
    there = Submission.objects.filter(rater=rater, key=key).first()
    if there is not None:
        return there, False
    try:
        with transaction.atomic():
            row = Submission.objects.create(project=project, rater=rater, key=key, page=page[:200], slot=slot)
    except IntegrityError:
        return Submission.objects.get(rater=rater, key=key), False
    return row, True


def place_of(project: Project, slot: int | None) -> Slot | None:
    """The place in a queue of this project, if there is such a one."""
    return Slot.objects.filter(pk=slot, queue__project=project).first() if slot else None


def locked(submission: Submission, by: User) -> Submission:
    """The person's own submission, for as long as the transaction lasts."""
    rows = Submission.objects.select_for_update(of=("self",)).select_related("project", "rater", "slot")
    row = rows.get(pk=submission.pk)
    may_review(row.project, by)
    if row.rater.user_id != by.pk:
        raise NotAllowed("Only the person who said it can take it back.")
    return row


def is_replaced(row: Feedback) -> bool:
    """Whether a newer row stands in its place."""
    return type(row)._default_manager.filter(replaces=row.pk, withdrawn_at=None).exists()


def take_out(rows: Sequence[Feedback], when: Any) -> None:
    """Withdraw the rows that stand; what they replaced stands again, and stays on the row as `shown["replaced"]`."""
    for row in rows:
        if row.withdrawn_at is None:
            shown = row.shown if row.replaces_id is None else {**row.shown, "replaced": row.replaces_id}  # type: ignore[attr-defined]
            type(row)._default_manager.filter(pk=row.pk).update(withdrawn_at=when, shown=shown, replaces=None)


def put_back(row: Feedback) -> None:
    """The opposite of `take_out` for one row."""
    kind = type(row)
    replaced = row.shown.get("replaced")
    if replaced and kind._default_manager.filter(replaces=replaced).exists():
        raise Refused("What this had changed was changed anew since, so it cannot be redone.")
    shown = {name: value for name, value in row.shown.items() if name != "replaced"}
    kind._default_manager.filter(pk=row.pk).update(withdrawn_at=None, shown=shown, replaces=replaced)


def move_taken(submission: Submission, *, back: bool) -> None:
    """What the submission had taken back (`shown["taken_in"]` says so) stands again, or is taken back once more."""
    when = None if back else timezone.now()
    for kind in Feedback.__subclasses__():
        rows = kind._default_manager.filter(rater=submission.rater, shown__taken_in=submission.pk)
        rows.filter(withdrawn_at__isnull=not back).update(withdrawn_at=when)
