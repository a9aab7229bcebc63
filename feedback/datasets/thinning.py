"""Near-duplicate examples of a snapshot: found, taken out where asked for, and kept together when it is divided.

One example stays of each cluster: the one most is said about, the first of those. Parts are drawn by the hash of the
first example of a group (all that is nearly the same, and all that begins like one dialogue), so the same set is
divided in the same way everywhere.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from django.db.models import Count

from feedback.datasets.choosing import example_of
from feedback.datasets.filters import EXACT, KEEP, Filters
from feedback.datasets.freezing import BATCH, examples_of, follow_examples, frozen_ids, run, wanted_kinds
from feedback.datasets.writers.sketching import AGREED, Groups, clustered
from feedback.models import Part, Snapshot, SnapshotExample

Watch = Callable[[], None]


def thin(snapshot: Snapshot, filters: Filters, watch: Watch) -> dict[str, Any]:
    """Mark near-duplicates, take them out if asked, divide the rest; what there is to tell of it."""
    run("UPDATE feedback_snapshotexample SET part = 'train' WHERE snapshot_id = %s AND part <> 'train'", [snapshot.pk])
    ids, numbers = array("q"), array("q")
    least = 1.0 if filters.duplicates == EXACT else AGREED
    near, together = clustered(asked(snapshot, ids, numbers, watch), least=least)
    alike = mark(snapshot, near, ids, numbers)
    if filters.validation or filters.test:
        divide(snapshot, filters, together)
    dropped = drop_alike(snapshot, filters) if alike and filters.duplicates != KEEP else 0
    left_out = {"nearly the same as another example": dropped} if dropped else {}
    facts = {"near_duplicates": alike, "dropped": dropped}
    return {"duplicates": facts, "left_out": {**snapshot.facts.get("left_out", {}), **left_out}}


def asked(snapshot: Snapshot, ids: Any, numbers: Any, watch: Watch) -> Iterator[list[str]]:
    """What the user says in each example, turn by turn; ids and numbers are noted as they go by."""
    for pk, number, messages in examples_of(snapshot, "number", "messages"):
        ids.append(pk)
        numbers.append(number)
        if len(ids) % 1000 == 0:
            watch()
        turns = [turn.get("content") or "" for turn in messages if turn.get("role") == "user"]
        yield [text if isinstance(text, str) else str(text) for text in turns]


def mark(snapshot: Snapshot, near: Groups, ids: Any, numbers: Any) -> int:
    """Write the clusters down; how many examples are nearly the same as an earlier one."""
    found = [(ids[i], numbers[near.leader(i)]) for i in range(len(ids)) if near.leader(i) != i]
    set_by_example(snapshot, "cluster", "int", found)
    return len(found)


def divide(snapshot: Snapshot, filters: Filters, together: Groups) -> None:
    """Draw a part for each group, by the content of its first example."""
    apart: dict[int, str] = {}
    found: list[tuple[int, str]] = []
    for i, (example, hash_) in enumerate(examples_of(snapshot, "content_hash")):
        leader = together.leader(i)
        part = part_of(hash_, filters) if leader == i else apart.get(leader, Part.TRAIN)
        if part != Part.TRAIN:
            apart[leader] = part
            found.append((example, part))
    set_by_example(snapshot, "part", "text", found)


def part_of(content_hash: str, filters: Filters) -> str:
    """The part that a group falls to by the hash of its first example."""
    place = int.from_bytes(sha256(f"part {content_hash}".encode()).digest()[:8], "big") % 10000 / 100
    if place < filters.test:
        return str(Part.TEST)
    return str(Part.VALIDATION) if place < filters.test + filters.validation else str(Part.TRAIN)


def set_by_example(snapshot: Snapshot, column: str, kind: str, found: list[tuple[int, Any]]) -> None:
    """Set a column of these examples, some thousand at a time."""
    for start in range(0, len(found), BATCH):
        batch = found[start : start + BATCH]
        run(
            f"UPDATE feedback_snapshotexample s SET {column} = v.value FROM unnest(%s::bigint[], %s::{kind}[])"
            " AS v (example, value) WHERE s.snapshot_id = %s AND s.example_id = v.example",
            [[one for one, _ in batch], [value for _, value in batch], snapshot.pk],
        )


def drop_alike(snapshot: Snapshot, filters: Filters) -> int:
    """Leave one example of each cluster: the one most is said about, of those the first; how many went."""
    inside: Any = SnapshotExample.objects.filter(snapshot=snapshot)
    crowded = inside.order_by().values("cluster").annotate(n=Count("example")).filter(n__gt=1).values("cluster")
    members = inside.filter(cluster__in=crowded).order_by("cluster", "example__number")
    going: list[int] = []
    said = said_about(snapshot, filters, members.order_by().values("example"))
    cluster, best = 0, (0, 0)
    for number, example in members.values_list("cluster", "example"):
        count = said.get(example, 0)
        if number != cluster:
            cluster, best = number, (count, example)
        elif count > best[0]:
            going.append(best[1])
            best = (count, example)
        else:
            going.append(example)
    for start in range(0, len(going), BATCH):
        inside.filter(example__in=going[start : start + BATCH]).delete()
    follow_examples(snapshot)
    return len(going)


def said_about(snapshot: Snapshot, filters: Filters, examples: Any) -> dict[int, int]:
    """How many rows of the snapshot are about each of these examples."""
    found: dict[int, int] = {}
    for kind in wanted_kinds(filters):
        if path := example_of(kind):
            rows = kind._default_manager.filter(pk__in=frozen_ids(snapshot, kind), **{f"{path}__in": examples})
            for example, count in rows.order_by().values_list(path).annotate(n=Count("pk")):
                found[example] = found.get(example, 0) + count
    return found
