"""Benchmarks by name, and whether examples of a snapshot stand in them.

Of a benchmark's file only hashes of its runs of words are kept, so the test questions themselves lie nowhere here. An
example is looked for by what its user asks and by its reference answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from feedback.datasets.filters import DROP, Filters
from feedback.datasets.freezing import BATCH, drop_examples, examples_of, follow_examples
from feedback.datasets.readers.files import records
from feedback.datasets.transfers import may_transfer
from feedback.datasets.writers.overlap import Runs, texts_in
from feedback.errors import Refused
from feedback.models import Benchmark, Project, Snapshot, User

LISTED = 1000
Watch = Callable[[], None]


def add_benchmark(project: Project, *, source: BinaryIO | Path, name: str, by: User | None) -> Benchmark:
    """Keep a benchmark under a name; the same file again is the same benchmark.

    Raises `Refused` for a file without texts, and `NotAllowed` for who may not move data.
    """
    may_transfer(project, by)
    runs, items = Runs(), 0
    for found in records(source, name):
        for text in texts_in(found.record):
            runs.add(text)
        items += found.record is not None
    if not runs.hashes:
        raise Refused("There is no text of four words or more in this file, so nothing could be found in it.")
    data = runs.packed()
    digest = hashlib.sha256(data).hexdigest()
    kept = {"items": items, "runs": data, "one_in": runs.one_in, "made_by": by}
    with transaction.atomic():
        row, _ = Benchmark.objects.get_or_create(
            project=project, sha256=digest, defaults={"name": name.strip()[:120] or digest[:8], **kept}
        )
    return row


def forget_benchmark(benchmark: Benchmark, *, by: User) -> None:
    """Take a benchmark away; snapshots that were held against it still say so."""
    may_transfer(benchmark.project, by)
    benchmark.delete()


def hold_against(snapshot: Snapshot, filters: Filters, watch: Watch) -> dict[str, Any]:
    """Look for the examples in each benchmark that is asked for, and take them out unless they are to be marked."""
    rows = list(Benchmark.objects.filter(project=snapshot.project, pk__in=filters.benchmarks))
    if not rows:
        return {}
    known = [(row.name, Runs.unpacked(bytes(row.runs), row.one_in)) for row in rows]
    counts = {row.name: 0 for row in rows}
    listed: list[dict[str, Any]] = []
    ids: list[int] = []
    for place, (pk, number, messages, reference) in enumerate(examples_of(snapshot, "number", "messages", "reference")):
        if place % 500 == 0:
            watch()
        asked = [str(turn.get("content") or "") for turn in messages if turn.get("role") == "user"]
        found = [(name, runs.found([*asked, reference])) for name, runs in known]
        found = [(name, one) for name, one in found if one.is_in]
        for name, one in found:
            counts[name] += 1
            if len(listed) < LISTED:
                listed.append({"example": number, "benchmark": name, "runs": one.runs, "of": one.of})
        if found:
            ids.append(pk)
    return {"benchmarks": counts, "contaminated": listed, **dropped(snapshot, filters, ids)}


def dropped(snapshot: Snapshot, filters: Filters, ids: list[int]) -> dict[str, Any]:
    """Take the contaminated examples out, if they are to go."""
    if filters.contaminated != DROP or not ids:
        return {}
    for start in range(0, len(ids), BATCH):
        drop_examples(snapshot, ids[start : start + BATCH])
    follow_examples(snapshot)
    return {"left_out": {**snapshot.facts.get("left_out", {}), "found in a benchmark": len(ids)}}
