"""What a snapshot descends from: files, runs under their constitutions, raters; and what it shares with others.

After Tracing the Roots: data sets descend from one another, overlap without saying so, and leak test questions along
the way. Counted is what is frozen in it; the overlap with held-out examples is found by their words (the sketch that
splits are made with, so it sees near-duplicates), on up to `MOST` examples of either side.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count

from feedback.datasets.lineage import KINDS
from feedback.examples.splits import sketch
from feedback.models import (
    Constitution,
    Example,
    Import,
    Rater,
    Response,
    Run,
    Snapshot,
    SnapshotExample,
    SnapshotRow,
    Split,
)

MOST, FEW = 5000, 200
KEPT_FOR = 7 * 24 * 3600
OTHERS = 6


@dataclass(frozen=True, kw_only=True)
class Roots:
    """Ids with how much of the snapshot comes of each. `shared` are (snapshot number, examples both hold)."""

    examples: int
    rows: int
    imports: dict[int, int]
    unimported: int
    runs: dict[int, int]
    raters: dict[int, int]
    shared: list[tuple[int, int]]
    held_out_alike: list[tuple[int, int]]
    looked_at: int


def roots_of(snapshot: Snapshot) -> Roots:
    """The roots of a snapshot; found once when it is frozen (what it shares with later ones is asked each time)."""
    found: dict[str, Any] | None = cache.get(kept_as(snapshot))
    if found is None:
        found = counted(snapshot)
        if snapshot.frozen_at:
            cache.set(kept_as(snapshot), found, KEPT_FOR)
    return Roots(**found, shared=shared_with(snapshot))


def kept_as(snapshot: Snapshot) -> str:
    """What its roots are kept as."""
    return f"snapshot-roots-1:{snapshot.pk}:{snapshot.sha256}"


def at_hand(snapshot: Snapshot) -> bool:
    """Whether its roots are there at once: they are kept, or it is small."""
    small = snapshot.frozen_at is not None and snapshot.facts.get("examples", {}).get("all", 0) <= FEW
    return bool(small or cache.has_key(kept_as(snapshot)))


def counted(snapshot: Snapshot) -> dict[str, Any]:
    """What never changes of it. A query for each kind of feedback and a handful more."""
    inside = SnapshotExample.objects.filter(snapshot=snapshot)
    examples = Example.objects.filter(pk__in=inside.values("example"))
    by_import = dict(examples.order_by().values_list("imported_in").annotate(n=Count("pk")))
    alike, looked_at = held_out_alike(snapshot, examples)
    return {
        "examples": inside.count(), "rows": SnapshotRow.objects.filter(snapshot=snapshot).count(),
        "unimported": by_import.pop(None, 0), "imports": by_import, "runs": runs_behind(inside),
        "raters": raters_behind(snapshot), "held_out_alike": alike, "looked_at": looked_at,
    }  # fmt: skip


def runs_behind(inside: Any) -> dict[int, int]:
    """The runs that made answers to its examples, with how many."""
    answers = Response.objects.filter(example__in=inside.values("example"), produced_by__isnull=False).order_by()
    return dict(answers.values_list("produced_by__run").annotate(n=Count("pk")))


def raters_behind(snapshot: Snapshot) -> dict[int, int]:
    """The raters, with how many of its rows are theirs."""
    found: dict[int, int] = {}
    for name, kind in KINDS.items():
        frozen = SnapshotRow.objects.filter(snapshot=snapshot, kind=name)
        rows = kind._default_manager.filter(pk__in=frozen.values("row")).order_by()
        for rater, many in rows.values_list("rater").annotate(n=Count("pk")):
            found[rater] = found.get(rater, 0) + many
    return found


def held_out_alike(snapshot: Snapshot, examples: Any) -> tuple[list[tuple[int, int]], int]:
    """Pairs of numbers (in it, held out) whose requests are nearly the same; and how many were looked at."""
    held = {
        tuple(sketch(row.request)): row.number
        for row in Example.objects.filter(project=snapshot.project, split=Split.HOLDOUT).order_by("number")[:MOST]
    }
    inside = list(examples.exclude(split=Split.HOLDOUT).order_by("number")[:MOST]) if held else []
    pairs = [(row.number, held[found]) for row in inside if (found := tuple(sketch(row.request))) in held]
    return pairs, len(inside)


def shared_with(snapshot: Snapshot) -> list[tuple[int, int]]:
    """The last other snapshots of the project that hold examples of this one."""
    inside = SnapshotExample.objects.filter(snapshot=snapshot).values("example")
    others = Snapshot.objects.filter(project=snapshot.project, frozen_at__isnull=False).exclude(pk=snapshot.pk)[:OTHERS]
    rows = SnapshotExample.objects.filter(snapshot__in=list(others), example__in=inside).order_by()
    return sorted(rows.values_list("snapshot__number").annotate(n=Count("example")))


def things_of(roots: Roots) -> dict[str, dict[int, Any]]:
    """The rows behind the ids, by kind. Four queries."""
    runs = Run.objects.filter(pk__in=roots.runs).select_related("constitution").in_bulk()
    return {
        "imports": Import.objects.in_bulk(list(roots.imports)), "runs": runs,
        "raters": Rater.objects.in_bulk(list(roots.raters)),
        "constitutions": {
            run.constitution_id: run.constitution for run in runs.values() if isinstance(run.constitution, Constitution)
        },
    }  # fmt: skip
