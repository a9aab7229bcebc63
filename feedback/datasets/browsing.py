"""A snapshot row by row: which kinds it holds, and the rows of one kind, narrowed, a page at a time.

Pages go by the id of the last row (keyset), so the last one of a million costs what the first does. What a snapshot
holds never changes, so what was counted once is kept.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q

from feedback.datasets.choosing import chosen, example_of, responses_of
from feedback.datasets.lineage import KINDS
from feedback.datasets.pieces import Wish
from feedback.models import Rater, Snapshot, SnapshotRow

SIZE, STRETCH, SECONDS = 40, 2000, 0.3
KEPT_FOR = 7 * 24 * 3600
WORDS = ("reason", "text", "improve", "says", "note", "quote")


@dataclass(frozen=True, kw_only=True)
class Narrowing:
    """What of a snapshot is to be seen; "" lets all pass. `after` is the id of the last row of the page before."""

    kind: str
    part: str = ""
    split: str = ""
    raters: str = ""
    outcome: str = ""
    words: str = ""
    after: int = 0


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A page of rows; `next` is the id to go on after, None at the end. `cut`: there was no time to look further."""

    rows: Sequence[Any]
    next: int | None
    cut: bool = False


def kinds_of(snapshot: Snapshot) -> dict[str, int]:
    """How many rows of each kind are in it, the most first."""
    key = f"snapshot-kinds:{snapshot.pk}:{snapshot.sha256}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        rows = SnapshotRow.objects.filter(snapshot=snapshot).order_by().values_list("kind")
        found = dict(sorted(rows.annotate(n=Count("row")), key=lambda one: (-one[1], one[0])))
        if snapshot.frozen_at:
            cache.set(key, found, KEPT_FOR)
    return found


def leaf_of(snapshot: Snapshot, narrowing: Narrowing) -> Leaf:
    """The rows of a page with what is shown of them. One query; two where places of rankings are needed."""
    model = KINDS[narrowing.kind]
    rows: Any = chosen(model, snapshot.project, Wish(snapshot=snapshot.pk, part=narrowing.part))
    rows = narrowed(rows, narrowing).filter(pk__gt=narrowing.after)
    paths = [*(f"{path}__example" for path in responses_of(model)), *filter(None, [example_of(model)])]
    paths += ["result"] if narrowing.kind == "edit" else []
    rows = rows.select_related("rater", *paths).order_by("pk")
    if narrowing.kind == "ranking":
        rows = rows.prefetch_related("places__response")
    if narrowing.words:
        return looked_through(snapshot, narrowing, rows)
    found = list(rows[: SIZE + 1])
    return Leaf(rows=found[:SIZE], next=found[SIZE - 1].pk if len(found) > SIZE else None)


def looked_through(snapshot: Snapshot, narrowing: Narrowing, rows: Any) -> Leaf:
    """Rows in which words stand, looked for some thousand at a time for as long as a page has."""
    inside = (
        SnapshotRow.objects.filter(snapshot=snapshot, kind=narrowing.kind).order_by("row").values_list("row", flat=True)
    )
    found: list[Any] = []
    after, until = narrowing.after, time.monotonic() + SECONDS
    while time.monotonic() < until:
        upto = next(iter(inside.filter(row__gt=after)[STRETCH : STRETCH + 1]), None)
        found += rows.filter(pk__gt=after, **({"pk__lte": upto} if upto else {}))[: SIZE + 1 - len(found)]
        if len(found) > SIZE:
            return Leaf(rows=found[:SIZE], next=found[SIZE - 1].pk)
        if upto is None:
            return Leaf(rows=found, next=None)
        after = upto
    return Leaf(rows=found, next=after, cut=True)


def narrowed(rows: Any, narrowing: Narrowing) -> Any:
    """The rows that pass, as far as their kind has what is asked for."""
    model = KINDS[narrowing.kind]
    there = {column.name for column in model._meta.fields}
    example = example_of(model)
    if narrowing.raters in Rater.Kind.values:
        rows = rows.filter(rater__kind=narrowing.raters)
    if narrowing.split and example:
        rows = rows.filter(**{f"{example}__split": narrowing.split})
    if narrowing.outcome:
        column = "outcome" if "outcome" in there else "polarity" if "polarity" in there else ""
        rows = rows.filter(**{column: narrowing.outcome}) if column else rows
    if narrowing.words:
        rows = rows.filter(said_in(narrowing, there))
    return rows


def said_in(narrowing: Narrowing, there: set[str]) -> Q:
    """The words stand in what was said or in an answer it is about."""
    model = KINDS[narrowing.kind]
    found = Q()
    for name in [name for name in WORDS if name in there] + [f"{path}__text" for path in responses_of(model)]:
        found |= Q(**{f"{name}__icontains": narrowing.words})
    return found
