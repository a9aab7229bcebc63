"""Making and changing queues: what is in them, how many raters an item has, whose places are kept, what has an answer.

Slots are made here, one for each rater an item needs, and claimed elsewhere (`claims`). All verbs are for curators.
"""

from __future__ import annotations

from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, F, Max, QuerySet

from feedback.desk import ordering
from feedback.desk.filling import Filling, add_items
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Member, Project, Queue, QueueItem, Role, Slot, User
from feedback.projects.raters import rater_of

STATE = Slot.State
SETTINGS = {
    "name", "order", "raters_each", "quota", "lease_seconds", "gold_share", "gold_feedback", "disagreement", "priority",
}  # fmt: skip
BATCH = 5000


def create_queue(
    project: Project, *, by: User, name: str, asks: str, filling: Filling | None = None, **settings: Any
) -> Queue:
    """Make an open queue and, with `filling`, put things into it. `settings` are those of `change_queue`."""
    may_curate(project, by)
    with transaction.atomic():
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        last = project.queues.aggregate(last=Max("number"))["last"] or 0
        queue = Queue(project=project, number=last + 1, name=checked_name(name), asks=asks, made_by=by)
        assign_settings(queue, settings)
        queue.save(force_insert=True)
        if filling is not None:
            fill(queue, filling)
        announce(project, "queues")
    return queue


def fill_queue(queue: Queue, *, by: User, filling: Filling) -> int:
    """Put more into a queue; what is in it already stays as it is. How many items there are now more."""
    may_curate(queue.project, by)
    with transaction.atomic():
        added = fill(held(queue), filling)
        announce(queue.project_id, "queues", f"queue-{queue.number}")
    return added


def change_queue(queue: Queue, *, by: User, **settings: Any) -> Queue:
    """Change settings. More raters each make more free slots; fewer take free ones away, never work begun or done."""
    may_curate(queue.project, by)
    with transaction.atomic():
        row = held(queue)
        before = (row.raters_each, row.order)
        assign_settings(row, settings)
        row.save()
        if row.raters_each > before[0]:
            add_slots(row)
        elif row.raters_each < before[0]:
            take_slots_away(row)
        if row.order != before[1]:
            ordering.put_in_order(row)
        announce(row.project_id, "queues", f"queue-{row.number}")
    return row


def open_queue(queue: Queue, *, by: User) -> Queue:
    """Offer its work again."""
    return set_open(queue, by, is_open=True)


def close_queue(queue: Queue, *, by: User) -> Queue:
    """Offer none of its work any more; what is in somebody's hands is still taken."""
    return set_open(queue, by, is_open=False)


def order_anew(queue: Queue, *, by: User) -> int:
    """Rank all that waits by what is known now; how many slots moved."""
    may_curate(queue.project, by)
    moved = ordering.put_in_order(queue)
    announce(queue.project_id, f"queue-{queue.number}")
    return moved


def assign(queue: Queue, *, to: User, number: int, by: User) -> int:
    """Keep up to `number` places for a person, of items they have none of, first in order; how many were kept."""
    may_curate(queue.project, by)
    member = Member.objects.filter(project=queue.project, user=to).first()
    if member is None or not member.may(Role.REVIEWER):
        raise Refused(f"{to} may not give feedback in this project, so nothing can be kept for them.")
    with transaction.atomic():
        rater = rater_of(to, queue.project)
        rows = Slot.objects.filter(queue=queue, state=STATE.FREE, reserved_for=None)
        rows = rows.exclude(item__in=queue.slots.filter(rater=rater).values("item"))
        rows = rows.exclude(item__in=queue.slots.filter(reserved_for=rater).values("item"))
        free = rows.order_by("rank").select_for_update(skip_locked=True, of=("self",)).only("pk", "item")
        one_each = {slot.item_id: slot.pk for slot in reversed(list(free[: number * queue.raters_each]))}
        chosen = list(reversed(one_each.values()))[:number]
        Slot.objects.filter(pk__in=chosen).update(reserved_for=rater)
        announce(queue.project_id, f"queue-{queue.number}")
    return len(chosen)


def take_assignment_back(queue: Queue, *, of: User, by: User) -> int:
    """Open the free places kept for a person to everybody; how many."""
    may_curate(queue.project, by)
    with transaction.atomic():
        kept = queue.slots.filter(reserved_for__user=of, state=STATE.FREE, item__gold__isnull=True)
        opened = Slot.objects.filter(pk__in=kept.values("pk")).update(reserved_for=None)
        announce(queue.project_id, f"queue-{queue.number}")
    return opened


def mark_gold(
    item: QueueItem, *, answer: dict[str, Any], explanation: str = "", is_check: bool = False, by: User
) -> QueueItem:
    """Give an item a known answer (see `gold`): from now on it is mixed in at the queue's rate and needs no raters.

    Its free places go; work begun or done on it is held against the answer like any other.
    """
    may_curate(item.queue.project, by)
    if not any(answer.get(kind) for kind in ("scores", "outcomes", "best")):
        raise Refused("A known answer is needed: choose at least one that counts as right.")
    with transaction.atomic():
        row = QueueItem.objects.select_for_update(no_key=True).get(pk=item.pk)
        row.gold, row.explanation, row.is_check = answer, explanation.strip(), is_check
        row.save(update_fields=["gold", "explanation", "is_check"])
        slots = Slot.objects.filter(item=row)
        remove_free(slots)
        slots.filter(reserved_for=None).update(reserved_for=F("rater"), rank=-1.0)
        announce(item.queue.project_id, f"queue-{item.queue.number}")
    return row


def unmark_gold(item: QueueItem, *, by: User) -> QueueItem:
    """Make it an ordinary item again, with as many raters as the queue asks for."""
    may_curate(item.queue.project, by)
    with transaction.atomic():
        row = QueueItem.objects.select_for_update(no_key=True).get(pk=item.pk)
        row.gold, row.explanation, row.is_check = None, "", False
        row.save(update_fields=["gold", "explanation", "is_check"])
        remove_free(Slot.objects.filter(item=row))
        Slot.objects.filter(item=row).update(reserved_for=None)
        add_slots(item.queue)
        announce(item.queue.project_id, f"queue-{item.queue.number}")
    return row


def fill(queue: Queue, filling: Filling) -> int:
    """Items, then their slots in order."""
    added = add_items(queue, filling)
    add_slots(queue)
    return added


def add_slots(queue: Queue) -> None:
    """Make the free slots that items are short of."""
    items = queue.items.filter(gold__isnull=True).annotate(have=Count("slots"), last=Max("slots__number"))
    short = list(items.filter(have__lt=queue.raters_each).select_related("example"))
    found = ordering.ranks(queue, short)
    rows = (
        Slot(item=item, queue=queue, number=(item.last or 0) + 1 + place, rank=found[item.pk])
        for item in short
        for place in range(queue.raters_each - item.have)
    )
    while some := list(islice(rows, BATCH)):
        Slot.objects.bulk_create(some)


def take_slots_away(queue: Queue) -> None:
    """Remove free slots that are too many. Those being claimed at this moment stay; they are work begun."""
    free = queue.slots.filter(state=STATE.FREE, item__gold__isnull=True).order_by("reserved_for", "-number")
    rows = free.select_for_update(skip_locked=True, of=("self",)).values_list("pk", "item")
    by_item: dict[int, list[int]] = {}
    for slot, item in list(rows):
        by_item.setdefault(item, []).append(slot)
    have = dict(queue.items.filter(pk__in=by_item).annotate(have=Count("slots")).values_list("pk", "have"))
    too_many = [s for item, slots in by_item.items() for s in slots[::-1][: max(0, have[item] - queue.raters_each)]]
    for start in range(0, len(too_many), BATCH):
        Slot.objects.filter(pk__in=too_many[start : start + BATCH]).delete()


def remove_free(slots: QuerySet[Slot]) -> None:
    """Remove the free ones among these slots; one that is being claimed at this moment stays."""
    free = slots.filter(state=STATE.FREE).select_for_update(skip_locked=True).values_list("pk", flat=True)
    Slot.objects.filter(pk__in=list(free)).delete()


def set_open(queue: Queue, by: User, *, is_open: bool) -> Queue:
    """Open or close."""
    may_curate(queue.project, by)
    with transaction.atomic():
        row = held(queue)
        row.is_open = is_open
        row.save(update_fields=["is_open"])
        announce(row.project_id, "queues", f"queue-{row.number}")
    return row


def assign_settings(queue: Queue, settings: dict[str, Any]) -> None:
    """Put checked settings onto the row."""
    unknown = set(settings) - SETTINGS
    if unknown:
        raise TypeError(f"no settings of a queue: {', '.join(sorted(unknown))}")
    for name, value in settings.items():
        setattr(queue, name, checked_name(value) if name == "name" else value)
    if not 1 <= queue.raters_each <= 100:
        raise Refused("An item has between 1 and 100 raters.")
    if not 60 <= queue.lease_seconds <= 7 * 24 * 3600:
        raise Refused("A claim holds between a minute and a week.")
    if not 0 <= queue.gold_share <= 0.5:
        raise Refused("At most half of what a person sees can have a known answer.")


def checked_name(name: str) -> str:
    """A name that can be read in a list."""
    name = name.strip()
    if not 1 <= len(name) <= 120:
        raise Refused("A queue's name has between 1 and 120 characters.")
    return name


def held(queue: Queue) -> Queue:
    """The queue's row, for as long as the transaction lasts."""
    return Queue.objects.select_for_update(no_key=True).get(pk=queue.pk)


def may_curate(project: Project, user: User) -> None:
    """Raise `NotAllowed` unless the person is a curator or owner of the project."""
    member = Member.objects.filter(project=project, user=user).first()
    if member is None or not member.may(Role.CURATOR):
        raise NotAllowed("Only curators and owners of this project make and change queues.")
