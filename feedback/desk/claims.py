"""Who works on what: slots of queues claimed by lease, completed, given back, passed over. Exactly N raters an item.

An item's slots are rows made beforehand, so no claim can make one too many; a person has at most one of an item's slots
(a constraint). A claim is one row found by an index in its order and locked with SKIP LOCKED, so raters never wait for
each other. Verbs that may meet another window of the same person take that person's rater row first, then the item,
then slots: always in this order.

A lease that ran out leaves its slot with the person until somebody takes it. What arrives late counts as long as the
item has a place that is not done: finished work goes before claimed work. It does not know what is asked about an item.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import FloatField, Q, QuerySet, Subquery
from django.db.models.expressions import OuterRef
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from feedback.capture.history import may_review
from feedback.desk.gold import gold_slot
from feedback.desk.ordering import FIXED, after_an_answer
from feedback.live import announce
from feedback.models import Project, Queue, QueueItem, Rater, Skip, Slot, Submission, User
from feedback.projects.raters import rater_of

STATE = Slot.State
Slots = QuerySet[Slot]


def next_slot(project: Project, *, by: User, beside: Collection[int] = ()) -> Slot | None:
    """A slot claimed for this person, over all open queues; None when there is nothing for them.

    What they hold already comes first, unless it is in `beside` (which a page passes that prefetches the next one).
    """
    with transaction.atomic():
        rater = locked(project, by)
        found = held(project, rater, beside) or claimed(project, rater)
    if found is None:
        return None
    return Slot.objects.select_related("queue", "item__example", "item__response_a", "item__response_b").get(pk=found)


def hold(slot_id: int, rater: Rater) -> None:
    """Take the locks `complete` needs, first thing in the transaction that stores the work.

    Rows that refer to a slot lock it a little; taken before the item's lock, two raters could wait for each other.
    """
    item_of(slot_id, rater)


def complete(slot_id: int, rater: Rater) -> bool:
    """Mark a slot done by this rater; False when the item has all its raters already, so that the work does not count.

    A slot that somebody took over meanwhile is replaced by another of the item that is not done. To be called in the
    transaction that stores the work, which began with `hold`. Never raises for what other raters did.
    """
    with transaction.atomic():
        item = item_of(slot_id, rater)
        if item is None:
            return False
        slots = list(Slot.objects.select_for_update(no_key=True).filter(item=item).order_by("pk"))
        found = place_for(slots, slot_id, rater)
        if found is None or found.state == STATE.DONE:
            return found is not None
        Slot.objects.filter(pk=found.pk).update(state=STATE.DONE, rater=rater, claimed_until=None, done_at=Now())
        tell(item)
    return True


def reopen(slot_id: int, rater: Rater) -> None:
    """Take a finished slot back into this rater's hands, unless something else they sent for it stands."""
    with transaction.atomic():
        item = item_of(slot_id, rater)
        sent = Submission.objects.filter(slot__item=item, rater=rater, counts=True, undone_at=None)
        if item is None or sent.exists():
            return
        done = Slot.objects.filter(item=item, rater=rater, state=STATE.DONE)
        done.update(state=STATE.CLAIMED, claimed_until=Now() + lease(item.queue), done_at=None)
        tell(item)


def extend(slot_id: Slot | int, rater: Rater) -> bool:
    """Renew a claim that is still this rater's; False when it is not (any more)."""
    number = slot_id.pk if isinstance(slot_id, Slot) else slot_id
    queue = Queue.objects.filter(slots=number).first()
    mine = Slot.objects.filter(pk=number, rater=rater, state=STATE.CLAIMED)
    return queue is not None and bool(mine.update(claimed_until=Now() + lease(queue)))


def release(slot: Slot, *, by: User) -> Slot:
    """Give a claim back, for somebody else. What is not in this person's hands stays as it is.

    The rater is looked up first: a condition through a join would be checked once and not again on a row that another
    rater finishes at this moment.
    """
    with transaction.atomic():
        rater = Rater.objects.filter(project=slot.queue.project_id, user=by).first()
        mine = Slot.objects.filter(pk=slot.pk, rater=rater, state=STATE.CLAIMED, rater__isnull=False)
        if mine.update(state=STATE.FREE, rater=None, claimed_until=None):
            announce(slot.queue.project_id, f"queue-{slot.queue.number}", "queues")
    slot.refresh_from_db()
    return slot


def skip(slot: Slot, *, by: User, reason: str = "") -> Skip:
    """Pass an item over: it goes back to the queue, and to this person only once they take their skips back."""
    with transaction.atomic():
        project = slot.queue.project
        may_review(project, by)
        rater = locked(project, by)
        row, _ = Skip.objects.get_or_create(
            item=slot.item, rater=rater, returned_at=None, defaults={"reason": reason.strip()[:300]}
        )
        release(slot, by=by)
    return row


def take_back_skips(project: Project, *, by: User) -> int:
    """Offer again all this person passed over; how many there are."""
    with transaction.atomic():
        mine = Skip.objects.filter(item__queue__project=project, rater__user=by, returned_at=None)
        number = Skip.objects.filter(pk__in=mine.values("pk")).update(returned_at=Now())
        announce(project, "queues")
    return number


def held(project: Project, rater: Rater, beside: Collection[int]) -> int | None:
    """What this rater holds already, in an open queue; the lease is renewed. Claims that ran out too, if not taken."""
    mine = Slot.objects.filter(rater=rater, state=STATE.CLAIMED, queue__in=open_queues(project)).exclude(pk__in=beside)
    ids = mine.order_by("claimed_until", "rank").values_list("pk", flat=True)
    found = ids.select_for_update(skip_locked=True).first()
    if found is not None:
        Slot.objects.filter(pk=found).update(claimed_until=Now() + lease(Queue.objects.get(slots=found)))
    return found


def claimed(project: Project, rater: Rater) -> int | None:
    """Claim a slot in the first queue that has one for this rater."""
    for queue in open_queues(project):
        if quota_reached(queue, rater):
            continue
        found = gold_slot(queue, rater) or free_slot(queue, rater)
        if found is not None:
            until = Now() + lease(queue)
            Slot.objects.filter(pk=found).update(state=STATE.CLAIMED, rater=rater, claimed_until=until)
            return found
    return None


def open_queues(project: Project) -> QuerySet[Queue]:
    """In the order they are worked off."""
    return Queue.objects.filter(project=project, is_open=True).order_by("-priority", "number")


def quota_reached(queue: Queue, rater: Rater) -> bool:
    """Whether this rater has done, or holds, as many of this queue as one person may."""
    if queue.quota is None:
        return False
    taken = Slot.objects.filter(queue=queue, rater=rater).exclude(state=STATE.FREE)[: queue.quota]
    return taken.count() >= queue.quota


def free_slot(queue: Queue, rater: Rater) -> int | None:
    """A slot that may be claimed, locked: one kept for this rater, else the first ahead of where they are, else one
    whose claim ran out, else the first from the front."""
    rows = to_be_had(queue, rater)
    open_to_all = rows.filter(reserved_for=None)
    places = [rows.filter(reserved_for=rater).order_by("rank")]
    # Where ranks stay as they were made, a person goes on from where they are: what lies behind them is theirs already.
    if queue.order in FIXED:
        here = Coalesce(Subquery(last_rank(queue, rater)), float("-inf"), output_field=FloatField())
        ran_out = open_to_all.filter(state=STATE.CLAIMED, claimed_until__lt=Now()).order_by("claimed_until")
        places += [open_to_all.filter(rank__gte=here).order_by("rank"), ran_out]
    for place in [*places, open_to_all.order_by("rank")]:
        found: int | None = place.select_for_update(skip_locked=True).values_list("pk", flat=True).first()
        if found is not None:
            return found
    return None


def to_be_had(queue: Queue, rater: Rater) -> Slots:
    """Slots that are free or whose claim ran out, of items this rater has no slot of and did not pass over.

    The subqueries carry a LIMIT, so PostgreSQL asks them row by row behind the index instead of joining first.
    """
    mine = Slot.objects.filter(item=OuterRef("item"), rater=rater).order_by().values("pk")[:1]
    passed = Skip.objects.filter(item=OuterRef("item"), rater=rater, returned_at=None).order_by().values("pk")[:1]
    rows = Slot.objects.filter(Q(state=STATE.FREE) | Q(claimed_until__lt=Now()), queue=queue).exclude(state=STATE.DONE)
    return rows.alias(mine=Subquery(mine), passed=Subquery(passed)).filter(mine=None, passed=None)


def last_rank(queue: Queue, rater: Rater) -> QuerySet[Any]:
    """Where in the queue this rater finished something last."""
    done = Slot.objects.filter(queue=queue, rater=rater, state=STATE.DONE, reserved_for=None)
    return done.order_by("-done_at").values("rank")[:1]


def item_of(slot_id: int, rater: Rater) -> QueueItem | None:
    """The item of a slot in the rater's project, with rater and item locked; None when it is gone."""
    Rater.objects.select_for_update(no_key=True).get(pk=rater.pk)
    meant = Slot.objects.filter(pk=slot_id, queue__project=rater.project_id).values("item")
    return QueueItem.objects.select_for_update(no_key=True).filter(pk__in=meant).first()


def place_for(slots: list[Slot], slot_id: int, rater: Rater) -> Slot | None:
    """The slot of an item that finished work of this rater goes into: their own, else one nobody is at, else one
    somebody is only at. Places kept for somebody else are not touched."""
    own = [slot for slot in slots if slot.rater_id == rater.pk]
    if own:
        return own[0]
    to_take = [s for s in slots if s.state != STATE.DONE and s.reserved_for_id in {None, rater.pk}]
    now = timezone.now()
    return min(to_take, default=None, key=lambda s: (s.state == STATE.CLAIMED, s.pk != slot_id, s.claimed_until or now))


def tell(item: QueueItem) -> None:
    """Once committed: the pages of the queue, and the order, where answers change it."""
    announce(item.queue.project_id, f"queue-{item.queue.number}", "queues")
    if item.queue.order not in FIXED:
        transaction.on_commit(partial(after_an_answer, item.pk), robust=True)


def lease(queue: Queue) -> timedelta:
    """How long a claim holds."""
    return timedelta(seconds=queue.lease_seconds)


def locked(project: Project, by: User) -> Rater:
    """The person's rater, so that two windows of theirs claim one after the other. Rows may still refer to it."""
    rows = Rater.objects.select_for_update(no_key=True)
    return rows.filter(project=project, user=by).first() or rows.get(pk=rater_of(by, project).pk)
