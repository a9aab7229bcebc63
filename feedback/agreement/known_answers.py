"""How often people give the known answer of gold items, with its interval: per person, for a queue or a project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from feedback.agreement.rankings import WinRate, win_rate
from feedback.desk.gold import GoldVerdict, verdicts
from feedback.models import Project, Queue, QueueItem, Slot, User


@dataclass(frozen=True)
class GoldRecord:
    """A person's agreement with known answers; attention checks are counted in and by themselves."""

    rate: WinRate
    checks: WinRate


@dataclass(frozen=True)
class GoldAnswer:
    """One gold item a person answered."""

    item: QueueItem
    verdict: GoldVerdict


def gold_records(project: Project, queue: Queue | None = None) -> dict[int, GoldRecord]:
    """Everybody's agreement by user id. Five queries, whatever there is."""
    tally: dict[int, list[GoldVerdict]] = {}
    for slot, verdict in answered(project, queue=queue):
        if slot.rater is not None and slot.rater.user_id is not None:
            tally.setdefault(slot.rater.user_id, []).append(verdict)
    return {user: GoldRecord(rate_of(all_), rate_of(v for v in all_ if v.is_check)) for user, all_ in tally.items()}


def gold_answers(project: Project, user: User, most: int = 50) -> list[GoldAnswer]:
    """The gold items a person answered, newest first."""
    found = [GoldAnswer(slot.item, verdict) for slot, verdict in answered(project, user=user)]
    return found[-most:][::-1]


def answered(
    project: Project, *, queue: Queue | None = None, user: User | None = None
) -> list[tuple[Slot, GoldVerdict]]:
    """The finished gold places with what came of them, oldest first."""
    rows = Slot.objects.filter(queue__project=project, item__gold__isnull=False, state=Slot.State.DONE)
    rows = rows.filter(queue=queue) if queue else rows
    rows = rows.filter(rater__user=user) if user else rows
    slots = list(rows.select_related("item__queue", "item__example", "rater").order_by("done_at"))
    found = verdicts(slots)
    return [(slot, found[slot.pk]) for slot in slots if slot.pk in found]


def rate_of(found: Iterable[GoldVerdict]) -> WinRate:
    """The share that was right."""
    right = [one.right for one in found]
    return win_rate(sum(right), 0, len(right) - sum(right))
