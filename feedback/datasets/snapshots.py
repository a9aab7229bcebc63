"""Snapshots: frozen, numbered data sets. Asked for, worked out step by step, used by exports, compared, let go.

    snapshot = freeze(project, by=ana, name="First set", filters={"least_strength": 2, "validation": 5})
    export(project, out=folder, **wishes)          # or: wish_for(snapshot)

What is small is frozen at once; anything else becomes a transfer, for which whoever asked rings. Until `frozen_at` is
set nobody may use it; from then on nothing of it changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone

from feedback.capture.forms import form_of
from feedback.datasets import benchmarks, freezing, picking, thinning
from feedback.datasets.choosing import chosen
from feedback.datasets.filters import Filters
from feedback.datasets.holding import Gone, Hold
from feedback.datasets.imprint import content_hash, imprint_of
from feedback.datasets.pairwise import Weighing, rows_of_pairs, settled_pairs
from feedback.datasets.pieces import Wish
from feedback.datasets.transfers import may_transfer, open_transfer
from feedback.datasets.writers.deciding import ANY
from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Constitution, Project, Snapshot, SnapshotExample, SnapshotRow, Transfer, User

NUMBERING = 7012  # the class of the advisory lock
AT_ONCE = 2000  # rows that are frozen while one waits
BATCH = 5000
SHRUNK = {"found in a benchmark", "nearly the same as another example", "beyond the size that was asked for"}


def freeze(
    project: Project, *, by: User | None, name: str = "", note: str = "", filters: Mapping[str, Any] | None = None
) -> Snapshot:
    """Freeze a data set: at once where it is small, else as a transfer that waits (`snapshot.transfers`).

    Raises `Refused` for filters that make no sense or let nothing pass, `NotAllowed` for who may not.
    """
    may_transfer(project, by)
    wanted = Filters.of(filters or {})
    small = rows_at_most(project, wanted, AT_ONCE) < AT_ONCE
    with transaction.atomic():
        snapshot = opened(project, by=by, name=name, note=note, filters=wanted)
        if not small:
            open_transfer(project, kind=Transfer.Kind.FREEZE, by=by, snapshot=snapshot, unit="steps", total=len(STEPS))
    if small:
        frozen_at_once(snapshot, wanted)
    announce(project.pk, "snapshots")
    return snapshot


def frozen_at_once(snapshot: Snapshot, filters: Filters) -> None:
    """All steps one after the other; a snapshot that would be empty is not made."""
    try:
        for step in STEPS:
            step(snapshot, filters, None)
    except BaseException:
        Snapshot.objects.filter(pk=snapshot.pk, frozen_at=None).delete()
        raise


def opened(project: Project, *, by: User | None, name: str, note: str, filters: Filters) -> Snapshot:
    """The row of a snapshot that is still to be frozen, with the next number."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERING, project.pk % 2**31])
    last = Snapshot.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0
    return Snapshot.objects.create(
        project=project, number=last + 1, name=name.strip()[:120], note=note.strip(), filters=filters.narrowed(),
        constitution=Constitution.objects.filter(project=project).order_by("-number").first(),
        form_version=form_of(project)[0], made_by=by,
    )  # fmt: skip


def rows_at_most(project: Project, filters: Filters, most: int) -> int:
    """How many rows pass the filters about rows, counted no further than `most`."""
    count = 0
    for kind in freezing.wanted_kinds(filters):
        count += len(freezing.rows_wanted(kind, project, filters).order_by().values_list("pk")[: most - count])
        if count >= most:
            break
    return count


def work(transfer: Transfer, hold: Hold, /) -> bool:
    """Take the next steps of freezing; whether more wait. Killed in one, that one is done again."""
    snapshot = transfer.snapshot
    if snapshot is None or snapshot.frozen_at:
        return False
    filters = Filters.of(snapshot.filters)
    while transfer.done < len(STEPS):
        if hold.stopped:
            return True
        step = STEPS[transfer.done]
        hold.keep(stage=step.__name__)
        taken(step, snapshot, filters, hold)
    announce(transfer.project_id, "snapshots")
    return False


def taken(step: Any, snapshot: Snapshot, filters: Filters, hold: Hold) -> None:
    """Take a step and say so, all or nothing. The first reads one view of the tables and begins by itself anew."""
    if step is gather:
        step(snapshot, filters, hold)
        hold.keep(done=1)
        return
    with transaction.atomic():
        step(snapshot, filters, hold)
        hold.keep(done=hold.transfer.done + 1)


def let_go(transfer: Transfer, /) -> None:
    """Take away a snapshot that was never frozen."""
    Snapshot.objects.filter(pk=transfer.snapshot_id, frozen_at=None).delete()
    announce(transfer.project_id, "snapshots")


def gather(snapshot: Snapshot, filters: Filters, hold: Hold | None) -> None:
    """Take what passes the filters now."""
    freezing.gather(snapshot, filters)
    if not SnapshotExample.objects.filter(snapshot=snapshot).exists():
        rows = SnapshotRow.objects.filter(snapshot=snapshot).exists()
        if not rows:
            raise Refused("Nothing passes these filters, so there is nothing to freeze.")
    analyze()


def weigh(snapshot: Snapshot, filters: Filters, hold: Hold | None) -> None:
    """Hold the pairs against the rule and take out those that fall to it."""
    wish = wish_for(snapshot)
    weighing, falling = Weighing(), Falling(snapshot)
    preferences, edits = rows_of_pairs(snapshot.project, wish, chosen)
    for decision, rows in settled_pairs(preferences, edits, filters.rule):
        if not weighing.take(decision):
            falling.take(rows)
        broken_off(hold)
    falling.end()
    if filters.rule != ANY:
        freezing.follow_rows(snapshot, filters)
    keep(snapshot, pairs=weighing.facts(), left_out={**snapshot.facts.get("left_out", {}), **weighing.fallen})


class Falling:
    """Rows that fall, taken out in batches."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.waiting: dict[str, list[int]] = {}

    def take(self, rows: list[tuple[str, int]]) -> None:
        """One pair's rows."""
        for kind, row in rows:
            self.waiting.setdefault(kind, []).append(row)
            if len(self.waiting[kind]) >= BATCH:
                freezing.drop_rows(self.snapshot, kind, self.waiting.pop(kind))

    def end(self) -> None:
        """The last of them."""
        for kind, rows in self.waiting.items():
            freezing.drop_rows(self.snapshot, kind, rows)


def thin(snapshot: Snapshot, filters: Filters, hold: Hold | None) -> None:
    """Find near-duplicates, take them out if asked, and divide what is left into parts."""
    facts = thinning.thin(snapshot, filters, lambda: broken_off(hold))
    keep(snapshot, **facts)


def compare(snapshot: Snapshot, filters: Filters, hold: Hold | None) -> None:
    """Hold the examples against the benchmarks that are asked for."""
    keep(snapshot, **benchmarks.hold_against(snapshot, filters, lambda: broken_off(hold)))


def pick(snapshot: Snapshot, filters: Filters, hold: Hold | None) -> None:
    """Keep no more examples than are asked for."""
    keep(snapshot, **picking.pick(snapshot, filters, lambda: broken_off(hold)))


def count(snapshot: Snapshot, filters: Filters, hold: Hold | None) -> None:
    """Count what is in it and set the seal: from here on it is frozen."""
    facts = {**snapshot.facts, **imprint_of(snapshot)}
    if SHRUNK & set(facts.get("left_out", {})):
        facts["pairs"] = pairs_left(snapshot, filters, hold)
    if not facts["rows"]["all"] and not facts["examples"]["all"]:
        raise Refused("All that passed the filters was left out by the rules, so there is nothing to freeze.")
    snapshot.facts, snapshot.sha256, snapshot.frozen_at = facts, content_hash(snapshot), timezone.now()
    snapshot.save(update_fields=["facts", "sha256", "frozen_at"])


def pairs_left(snapshot: Snapshot, filters: Filters, hold: Hold | None) -> dict[str, Any]:
    """The pairs, counted again because examples went after they were weighed."""
    weighing = Weighing()
    preferences, edits = rows_of_pairs(snapshot.project, wish_for(snapshot), chosen)
    for decision, _ in settled_pairs(preferences, edits, filters.rule):
        weighing.take(decision)
        broken_off(hold)
    return weighing.facts()


def keep(snapshot: Snapshot, **facts: Any) -> None:
    """Write down what a step found."""
    snapshot.facts = {**snapshot.facts, **facts}
    snapshot.save(update_fields=["facts"])


def broken_off(hold: Hold | None) -> None:
    """Leave a step in its middle when its end is asked for; it is done again if the transfer goes on."""
    if hold is not None and hold.asked_to_stop:
        raise Gone


def analyze() -> None:
    """Have the planner know how many rows came in."""
    freezing.run("ANALYZE feedback_snapshotrow")
    freezing.run("ANALYZE feedback_snapshotexample")


STEPS = (gather, weigh, compare, thin, pick, count)


def wish_for(snapshot: Snapshot, **more: Any) -> Wish:
    """What an export of a snapshot asks for; `more` may be a `part` or what pairs are made of.

    Filters about rows have done their work and are not asked again (a tag may have changed since); whose word counts
    and the rule for pairs are, so that the same decisions come out of the frozen rows.
    """
    asked = Filters.of(snapshot.filters)
    same = {"aspect": asked.aspect, "timing": asked.timing, "held_out": asked.held_out}
    given: dict[str, Any] = {**same, "rule": asked.rule, "kinds": frozenset(asked.raters), **more}
    return Wish(snapshot=snapshot.pk, **given)
