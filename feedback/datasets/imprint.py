"""The imprint of a snapshot: what is in it, counted by the database, and a hash over the content of its rows.

The hash is over what was said and about which words, not over ids or the clock of this machine, so the same data frozen
on two machines have one hash. Counts of answers are by row: an answer that two people judged counts twice.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from django.db import connection
from django.db.models import Count, Max, OuterRef, Subquery
from django.db.models.functions import Greatest

from feedback.datasets.choosing import example_of, name_of, responses_of
from feedback.datasets.freezing import frozen_ids, kinds
from feedback.models import Example, Preference, Response, Run, Snapshot, SnapshotExample, SnapshotRow
from feedback.models.feedback import Feedback

LEFT_OUT = ("id", "project_id", "rater_id", "submission_id", "replaces_id", "imported_in_id", "withdrawn_at", "shown")
PEOPLES = {Response.Origin.EDITED.value, Response.Origin.WRITTEN.value}
MODELS = {Response.Origin.GENERATED.value, Response.Origin.REFINED.value}
SHOWN = 12


def imprint_of(snapshot: Snapshot) -> dict[str, Any]:
    """Rows by kind and rater, examples by split and part, answers by where they come from, rounds, what is stale."""
    rows = SnapshotRow.objects.filter(snapshot=snapshot).values_list("kind").annotate(n=Count("row")).order_by("kind")
    by_kind = dict(rows)
    present = [kind for kind in kinds() if name_of(kind) in by_kind]
    return {
        "rows": {"all": sum(by_kind.values()), "by_kind": by_kind, "by_rater": by_rater(snapshot, present)},
        "examples": examples_in(snapshot),
        "answers": answers_in(snapshot, present),
        "rounds": rounds_in(snapshot),
    }


def rows_in(snapshot: Snapshot, kind: type[Feedback]) -> Any:
    """The rows of a kind that are in a snapshot, in no order."""
    return kind._default_manager.filter(pk__in=frozen_ids(snapshot, kind)).order_by()


def by_rater(snapshot: Snapshot, present: list[type[Feedback]]) -> dict[str, int]:
    """Rows by the kind of rater who said them."""
    found: Counter[str] = Counter()
    for kind in present:
        for rater, count in rows_in(snapshot, kind).values_list("rater__kind").annotate(n=Count("pk")):
            found[rater] += count
    return dict(sorted(found.items()))


def examples_in(snapshot: Snapshot) -> dict[str, Any]:
    """Examples by split and part, and how many are nearly the same as another one."""
    inside: Any = SnapshotExample.objects.filter(snapshot=snapshot).order_by()
    by_split = dict(inside.values_list("example__split").annotate(n=Count("example")))
    by_part = dict(inside.values_list("part").annotate(n=Count("example")))
    clusters = inside.values("cluster").annotate(n=Count("example")).filter(n__gt=1)
    alike = clusters.aggregate(clusters=Count("cluster"))["clusters"]
    last = inside.aggregate(last=Max("example__number"))["last"]
    counts = {"all": sum(by_split.values()), "clusters_of_several": alike, "last": last or 0}
    return {**counts, "by_split": dict(sorted(by_split.items())), "by_part": dict(sorted(by_part.items()))}


def answers_in(snapshot: Snapshot, present: list[type[Feedback]]) -> dict[str, Any]:
    """The answers that were judged, by origin and model; the shares that people and models wrote."""
    origins: Counter[str] = Counter()
    models: Counter[str] = Counter()
    simulated = 0
    for kind in present:
        for path in responses_of(kind):
            sides = rows_in(snapshot, kind).values_list(f"{path}__origin", f"{path}__model", f"{path}__simulated")
            for origin, model, pretended, count in sides.annotate(n=Count("pk")):
                origins[origin] += count
                models[model or ""] += count
                simulated += count if pretended else 0
    every = sum(origins.values())
    people = sum(origins[name] for name in PEOPLES)
    written = sum(origins[name] for name in MODELS)
    return {
        "all": every, "by_origin": dict(sorted(origins.items())), "by_model": dict(models.most_common(SHOWN)),
        "simulated": simulated, "by_people": people, "by_models": written, "imported": every - people - written,
    }  # fmt: skip


def rounds_in(snapshot: Snapshot) -> dict[str, Any]:
    """Pairs by the newest run that made one of their answers. Those of an earlier round than the newest are stale."""
    pairs = rows_in(snapshot, Preference)
    paths = [f"{path}__produced_by__run__number" for path in responses_of(Preference)]
    found = dict(pairs.annotate(round=Greatest(*paths)).values_list("round").annotate(n=Count("pk")))
    by_run = {number: count for number, count in sorted(found.items(), key=lambda one: one[0] or 0) if number}
    facts = Run.objects.filter(project=snapshot.project, number__in=by_run).values_list(
        "number", "model", "constitution__number", "simulated"
    )
    told = {number: {"model": model, "constitution": under, "simulated": sim} for number, model, under, sim in facts}
    newest = newest_round(snapshot)
    return {
        "by_run": [{"run": number, "pairs": count, **told.get(number, {})} for number, count in by_run.items()],
        "newest": newest, "stale": sum(count for number, count in by_run.items() if number < newest),
        "of_no_run": found.get(None, 0),
    }  # fmt: skip


def newest_round(snapshot: Snapshot) -> int:
    """The last run of the project that made answers, as it stands now."""
    made = Response.objects.filter(example__project=snapshot.project, produced_by__isnull=False)
    newest: int | None = made.aggregate(last=Max("produced_by__run__number"))["last"]
    return newest or 0


def content_hash(snapshot: Snapshot) -> str:
    """SHA-256 over all that is in it. Hashes are put together by the database, a share of them at a time."""
    digest = hashlib.sha256()
    inside = SnapshotExample.objects.filter(snapshot=snapshot)
    examples = Example.objects.filter(pk__in=inside.values("example"))
    lines = examples.annotate(part=inside_part(snapshot)).values_list("content_hash", "part").order_by("content_hash")
    for hash_, part in lines.iterator(chunk_size=5000):
        digest.update(f"{hash_} {part}\n".encode())
    for kind in kinds():
        for words in kind_hashes(snapshot, kind):
            digest.update(f"{name_of(kind)} {words}\n".encode())
    return digest.hexdigest()


def inside_part(snapshot: Snapshot) -> Any:
    """The part an example has in a snapshot."""
    own = SnapshotExample.objects.filter(snapshot=snapshot, example=OuterRef("pk"))
    return Subquery(own.values("part")[:1])


def kind_hashes(snapshot: Snapshot, kind: type[Feedback]) -> list[str]:
    """Hashes over the rows of a kind, in 256 shares by their own hashes.

    MATERIALIZED: else PostgreSQL makes each hash three times over, and sorts whole rows instead of hashes.
    """
    table = kind._meta.db_table
    paths = [path for path in responses_of(kind) if "__" not in path]
    joins = " ".join(f'JOIN feedback_response r{i} ON r{i}.id = f."{path}_id"' for i, path in enumerate(paths))
    hashes = "".join(f" || r{i}.content_hash" for i in range(len(paths)))
    if not paths and example_of(kind) == "example":
        joins, hashes = "JOIN feedback_example e ON e.id = f.example_id", " || e.content_hash"
    ids = [f.column for f in kind._meta.concrete_fields if f.is_relation and f.column not in LEFT_OUT]
    said = f"(to_jsonb(f) - %s::text[])::text{hashes} || rt.kind || rt.name"
    sql = f"""
        WITH lines AS MATERIALIZED (
            SELECT md5({said}) AS line FROM feedback_snapshotrow s JOIN {table} f ON f.id = s.row
            JOIN feedback_rater rt ON rt.id = f.rater_id {joins} WHERE s.snapshot_id = %s AND s.kind = %s)
        SELECT md5(string_agg(line, '' ORDER BY line)) FROM lines GROUP BY left(line, 2) ORDER BY left(line, 2)"""
    with connection.cursor() as cursor:
        cursor.execute(sql, [[*LEFT_OUT, *ids], snapshot.pk, name_of(kind)])
        return [row[0] for row in cursor.fetchall()]


def stale_of(facts: dict[str, Any]) -> int:
    """How many pairs are of an earlier round than the newest there was."""
    return int(facts.get("rounds", {}).get("stale", 0))
