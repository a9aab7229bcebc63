"""How far queues and people are: places done, in hand and left, what somebody did today, at which pace. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from statistics import median

from django.core.cache import cache
from django.db.models import Count, Max, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from feedback.models import Project, Queue, QueueItem, Skip, Slot, Submission, User

BREAK = 600
"""Seconds without a submission that count as a break and not as work."""
LAST = 300
DAYS = 14
A_FEW_SECONDS = 3


@dataclass(frozen=True)
class QueueLine:
    """One queue: its ordinary items and their places. `mine` is what the reader did, `passed` what they passed over."""

    queue: Queue
    items: int = 0
    gold: int = 0
    places: int = 0
    done: int = 0
    in_hand: int = 0
    mine: int = 0
    passed: int = 0

    @property
    def left(self) -> int:
        """Places nobody has done."""
        return self.places - self.done


@dataclass(frozen=True)
class Worker:
    """One person's work: in a queue or in the whole project. `each` is the median time from one to the next, today."""

    user: User
    done: int = 0
    today: int = 0
    in_hand: int = 0
    passed: int = 0
    kept: int = 0
    last_at: datetime | None = None
    each: float | None = None
    here: bool = False


@dataclass(frozen=True)
class Standing:
    """The line over a desk: how far its queue is, and what this person did of it today and in all."""

    queue: Queue
    done: int
    places: int
    today: int
    mine: int

    @property
    def left(self) -> int:
        """Places nobody has done."""
        return self.places - self.done


@dataclass
class Day:
    """How much was done on one day."""

    day: date
    done: int = 0


@dataclass(frozen=True)
class Pace:
    """How fast a queue goes: places done in the last day and hour, and when it will be done at the day's pace."""

    day: int
    hour: int
    left: int

    @property
    def days_left(self) -> float | None:
        """Days until the last place is done, if every day is like the last."""
        return self.left / self.day if self.day else None


@dataclass(frozen=True)
class Own:
    """One person's own page: all they did, by day and by queue, and what they passed over."""

    worker: Worker
    days: list[Day]
    queues: list[QueueLine] = field(default_factory=list)
    passed: list[Skip] = field(default_factory=list)


def queue_lines(project: Project, by: User | None = None, *, only: Queue | None = None) -> list[QueueLine]:
    """All queues as they are worked off, with what this person did. Four queries."""
    queues = Queue.objects.filter(project=project).order_by("-is_open", "-priority", "number")
    queues = queues.filter(pk=only.pk) if only else queues
    live = Q(state=Slot.State.CLAIMED, claimed_until__gte=timezone.now())
    slots = Slot.objects.filter(queue__in=queues.order_by(), item__gold__isnull=True).order_by()
    counts = slots.values("queue").annotate(
        places=Count("pk"), done=Count("pk", filter=Q(state="done")), in_hand=Count("pk", filter=live)
    )
    found = {row.pop("queue"): row for row in counts}
    items = QueueItem.objects.filter(queue__in=queues.order_by()).order_by().values("queue")
    for row in items.annotate(items=Count("pk", filter=Q(gold__isnull=True)), gold=Count("gold")):
        found.setdefault(row.pop("queue"), {}).update(row)
    for number, row in own_counts(project, by).items():
        found.setdefault(number, {}).update(row)
    return [QueueLine(queue, **found.get(queue.pk, {})) for queue in queues]


def standing_at(slot: int, by: User) -> Standing | None:
    """How far the queue of a slot is, for the person who works on it. Its counts may be some seconds old."""
    queue = Queue.objects.filter(slots=slot).first()
    if queue is None:
        return None
    done, places = cache.get_or_set(f"queue-counts:{queue.pk}", lambda: counted(queue), A_FEW_SECONDS)
    mine = Slot.objects.filter(queue=queue, rater__user=by, state=Slot.State.DONE)
    own = mine.aggregate(mine=Count("pk"), today=Count("pk", filter=Q(done_at__gte=start_of_today())))
    return Standing(queue, done, places, **own)


def counted(queue: Queue) -> tuple[int, int]:
    """Places done, and all."""
    rows = Slot.objects.filter(queue=queue, item__gold__isnull=True)
    counts = rows.aggregate(done=Count("pk", filter=Q(state="done")), places=Count("pk"))
    return counts["done"], counts["places"]


def own_counts(project: Project, by: User | None) -> dict[int, dict[str, int]]:
    """What one person did and passed over, by queue."""
    if by is None:
        return {}
    done = Slot.objects.filter(queue__project=project, rater__user=by, state="done").order_by().values("queue")
    found = {row["queue"]: {"mine": row["n"]} for row in done.annotate(n=Count("pk"))}
    passed = Skip.objects.filter(item__queue__project=project, rater__user=by, returned_at=None).order_by()
    for row in passed.values("item__queue").annotate(n=Count("pk")):
        found.setdefault(row["item__queue"], {})["passed"] = row["n"]
    return found


def pace_of(queue: Queue) -> Pace:
    """How fast a queue goes. One query."""
    now = timezone.now()
    rows = Slot.objects.filter(queue=queue, item__gold__isnull=True)
    counts = rows.aggregate(
        day=Count("pk", filter=Q(done_at__gte=now - timedelta(days=1))),
        hour=Count("pk", filter=Q(done_at__gte=now - timedelta(hours=1))),
        left=Count("pk", filter=~Q(state="done")),
    )
    return Pace(**counts)


def workers_of(queue: Queue, here: Iterable[User] = ()) -> list[Worker]:
    """Everybody who did, holds, passed over or is kept something of a queue; most done first. Five queries."""
    today = start_of_today()
    rows = Slot.objects.filter(queue=queue, rater__user__isnull=False).order_by()
    found = {
        row.pop("rater__user"): row
        for row in rows.values("rater__user").annotate(
            done=Count("pk", filter=Q(state="done")),
            today=Count("pk", filter=Q(done_at__gte=today)),
            in_hand=Count("pk", filter=Q(state="claimed", claimed_until__gte=timezone.now())),
            last_at=Max("done_at"),
        )
    }
    skips = Skip.objects.filter(item__queue=queue, returned_at=None).order_by().values("rater__user")
    for user, n in skips.annotate(n=Count("pk")).values_list("rater__user", "n"):
        found.setdefault(user, {})["passed"] = n
    kept = Slot.objects.filter(queue=queue, reserved_for__isnull=False, item__gold__isnull=True).exclude(state="done")
    for user, n in kept.order_by().values("reserved_for__user").annotate(n=Count("pk")).values_list(
        "reserved_for__user", "n"
    ):  # fmt: skip
        found.setdefault(user, {})["kept"] = n
    times = Slot.objects.filter(queue=queue, done_at__gte=today).order_by("done_at")
    return lined_up(found, times.values_list("rater__user", "done_at"), here)


def workers_in(project: Project, here: Iterable[User] = ()) -> list[Worker]:
    """Everybody who sent anything in a project, and whoever is here; most done today first. Three queries."""
    rows = Submission.objects.filter(project=project, undone_at=None, rater__user__isnull=False).order_by()
    today = start_of_today()
    counts = rows.values("rater__user").annotate(
        done=Count("pk"), today=Count("pk", filter=Q(created_at__gte=today)), last_at=Max("created_at")
    )
    found = {row.pop("rater__user"): row for row in counts}
    for user in here:
        found.setdefault(user.pk, {})
    times = rows.filter(created_at__gte=today).order_by("created_at").values_list("rater__user", "created_at")
    return sorted(lined_up(found, times, here), key=lambda one: (-one.today, -one.done))


def own_page(project: Project, user: User) -> Own:
    """One person's work in a project. Some eight queries."""
    rows = Submission.objects.filter(project=project, rater__user=user, undone_at=None)
    today = start_of_today()
    counts = rows.aggregate(
        done=Count("pk"), today=Count("pk", filter=Q(created_at__gte=today)), last_at=Max("created_at")
    )
    each = seconds_each(list(rows.order_by("-created_at").values_list("created_at", flat=True)[:LAST]))
    passed = Skip.objects.filter(item__queue__project=project, rater__user=user, returned_at=None)
    queues = [one for one in queue_lines(project, user) if one.queue.is_open or one.mine]
    skips = list(passed.select_related("item__queue", "item__example").order_by("-pk")[:50])
    return Own(Worker(user, each=each, **counts), days_of(rows), queues, skips)


def days_of(rows: object) -> list[Day]:
    """How much of these submissions fell on each of the last days, today last."""
    last = timezone.localdate()
    days = {last - timedelta(days=back): Day(last - timedelta(days=back)) for back in reversed(range(DAYS))}
    recent = rows.filter(created_at__gte=start_of_today() - timedelta(days=DAYS))  # type: ignore[attr-defined]
    counted = recent.order_by().annotate(day=TruncDate("created_at")).values("day").annotate(n=Count("pk"))
    for day, n in counted.values_list("day", "n"):
        if day in days:
            days[day].done = n
    return list(days.values())


def lined_up(
    found: dict[int, dict[str, object]], times: Iterable[tuple[int, datetime]], here: Iterable[User]
) -> list[Worker]:
    """The people behind the counts, with the pace of their day and whether they are here."""
    by_user: dict[int, list[datetime]] = {}
    for user, at in times:
        by_user.setdefault(user, []).append(at)
    present = {user.pk for user in here}
    users = User.objects.in_bulk([pk for pk in found if pk is not None])
    lines = [
        Worker(users[pk], each=seconds_each(by_user.get(pk, [])), here=pk in present, **row)  # type: ignore[arg-type]
        for pk, row in found.items()
        if pk in users
    ]
    return sorted(lines, key=lambda one: (-one.done, str(one.user)))


def seconds_each(times: list[datetime]) -> float | None:
    """The median time from one submission to the next; longer breaks are left out. None when there are too few."""
    ordered = sorted(times)
    gaps = [(after - before).total_seconds() for before, after in pairwise(ordered)]
    work = [gap for gap in gaps if gap <= BREAK]
    return median(work) if work else None


def start_of_today() -> datetime:
    """Midnight, where the instance is."""
    return timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
