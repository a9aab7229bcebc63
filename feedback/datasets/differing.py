"""Two snapshots side by side: which rows and examples only one of them has, what was asked otherwise, how counts moved.

All set-wise in the database; nothing of the size of a snapshot passes through Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef

from feedback.datasets.freezing import kinds
from feedback.models import Snapshot, SnapshotExample, SnapshotRow

SHOWN = 30
MOVED = {
    "rows": ("rows", "all"), "examples": ("examples", "all"), "pairs": ("pairs", "pairs"),
    "of_one_mind": ("pairs", "of_one_mind"), "certainty": ("pairs", "mean_certainty"),
    "by_people": ("answers", "by_people"), "by_models": ("answers", "by_models"), "simulated": ("answers", "simulated"),
    "stale": ("rounds", "stale"), "near_duplicates": ("duplicates", "near_duplicates"),
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """`rows` holds for each kind how many only the first has, only the second has, and both; `examples` the same.

    `moved` are counts with their values in both, `asked` filters that differ, `first` the examples only one has, the
    first few of each side, `parts` how many examples both have in different parts.
    """

    rows: list[tuple[str, int, int, int]]
    examples: tuple[int, int, int]
    moved: list[tuple[str, Any, Any]]
    asked: list[tuple[str, Any, Any]]
    parts: int
    first: tuple[list[int], list[int]]

    @property
    def is_same(self) -> bool:
        """Whether they hold the same."""
        return not self.parts and not any(self.examples[:2]) and not any(one[1] or one[2] for one in self.rows)


def difference(a: Snapshot, b: Snapshot) -> Difference:
    """What tells two snapshots of one project apart."""
    only_a, only_b, both = rows_apart(a, b), rows_apart(b, a), rows_apart(a, b, shared=True)
    named = [kind._meta.model_name or "" for kind in kinds()]
    rows = [(name, only_a.get(name, 0), only_b.get(name, 0), both.get(name, 0)) for name in named]
    ours, theirs = examples_apart(a, b), examples_apart(b, a)
    shared = examples_apart(a, b, shared=True)
    other_part = SnapshotExample.objects.filter(snapshot=b, example=OuterRef("example")).exclude(part=OuterRef("part"))
    return Difference(
        rows=[row for row in rows if any(row[1:])],
        examples=(ours.count(), theirs.count(), shared.count()),
        moved=moved(a.facts, b.facts), asked=asked_otherwise(a.filters, b.filters),
        parts=SnapshotExample.objects.filter(Exists(other_part), snapshot=a).count(),
        first=(numbers(ours), numbers(theirs)),
    )  # fmt: skip


def rows_apart(one: Snapshot, other: Snapshot, *, shared: bool = False) -> dict[str, int]:
    """Rows by kind that the first has and the second has not, or has too."""
    there = Exists(SnapshotRow.objects.filter(snapshot=other, kind=OuterRef("kind"), row=OuterRef("row")))
    rows = SnapshotRow.objects.filter(there if shared else ~there, snapshot=one)
    return dict(rows.order_by().values_list("kind").annotate(n=Count("row")))


def examples_apart(one: Snapshot, other: Snapshot, *, shared: bool = False) -> Any:
    """Examples that the first has and the second has not, or has too."""
    there = Exists(SnapshotExample.objects.filter(snapshot=other, example=OuterRef("example")))
    return SnapshotExample.objects.filter(there if shared else ~there, snapshot=one)


def numbers(examples: Any) -> list[int]:
    """The first few of these examples by number."""
    return list(examples.order_by("example__number").values_list("example__number", flat=True)[:SHOWN])


def moved(a: dict[str, Any], b: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """The counts that are not the same in both."""
    pairs = [(name, a.get(group, {}).get(key), b.get(group, {}).get(key)) for name, (group, key) in MOVED.items()]
    return [one for one in pairs if one[1] != one[2]]


def asked_otherwise(a: dict[str, Any], b: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    """The filters that are not the same in both; None where one was not set."""
    return [(name, a.get(name), b.get(name)) for name in sorted({*a, *b}) if a.get(name) != b.get(name)]
