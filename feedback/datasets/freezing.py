"""Freezing a snapshot step by step, set-wise in the database: a million rows go in without passing through Python.

The first step takes all rows in one unchanging view of the tables; every later one only takes some away, or says of an
example where it belongs. So each can be done again from its beginning: whoever was killed in one repeats that one.
It does not know who asked, or how a job is claimed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from feedback.datasets.choosing import chosen, chosen_examples, example_of, name_of, responses_of
from feedback.datasets.filters import Filters
from feedback.models import Example, Part, Snapshot, SnapshotExample, SnapshotRow
from feedback.models.feedback import Feedback

Watch = Callable[[], None]
BATCH = 5000


@cache
def kinds() -> tuple[type[Feedback], ...]:
    """Every kind of feedback there is."""
    found = [model for model in apps.get_app_config("feedback").get_models() if issubclass(model, Feedback)]
    return tuple(sorted(found, key=name_of))


def wanted_kinds(filters: Filters) -> list[type[Feedback]]:
    """The kinds that are asked for."""
    return [kind for kind in kinds() if not filters.kinds or name_of(kind) in filters.kinds]


def rows_wanted(kind: type[Feedback], project: Any, filters: Filters) -> Any:
    """The rows of a kind that stand now and pass every filter that is about single rows."""
    wish = filters.wish()
    rows = chosen(kind, project, wish).filter(rater__kind__in=sorted(wish.kinds))
    example = example_of(kind)
    if example:
        rows = rows.filter(**{f"{example}__split__in": wish.splits})
    return rows.exclude(simulated(kind)) if filters.real_only else rows


def simulated(kind: type[Feedback]) -> Q:
    """Of which a simulated model wrote one of the answers."""
    found = Q(pk__in=[])
    for path in responses_of(kind):
        found |= Q(**{f"{path}__simulated": True})
    return found


def gather(snapshot: Snapshot, filters: Filters) -> None:
    """Take the rows and their examples, all of one moment."""
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        SnapshotRow.objects.filter(snapshot=snapshot).delete()
        SnapshotExample.objects.filter(snapshot=snapshot).delete()
        for kind in wanted_kinds(filters):
            take_rows(snapshot, name_of(kind), rows_wanted(kind, snapshot.project, filters).order_by().values("pk"))
        gather_examples(snapshot, filters)


def gather_examples(snapshot: Snapshot, filters: Filters) -> None:
    """Take the examples that the rows are about, and with `unjudged` all others that pass."""
    for kind in wanted_kinds(filters):
        if path := example_of(kind):
            about = kind._default_manager.filter(pk__in=frozen_ids(snapshot, kind))
            take_examples(snapshot, Example.objects.filter(pk__in=about.order_by().values(path)))
    if filters.unjudged:
        take_examples(snapshot, chosen_examples(snapshot.project, filters.wish()))


def take_rows(snapshot: Snapshot, kind: str, picked: QuerySet[Any, Any]) -> None:
    """Put rows into the snapshot by a query that gives their ids."""
    if picked.query.is_empty():
        return
    sql, values = picked.query.sql_with_params()
    into = "INSERT INTO feedback_snapshotrow (snapshot_id, kind, row)"
    run(f"{into} SELECT %s, %s, picked.id FROM ({sql}) AS picked (id)", [snapshot.pk, kind, *values])


def take_examples(snapshot: Snapshot, picked: QuerySet[Example]) -> None:
    """Put examples into the snapshot by a query of them; those that are there stay."""
    if picked.query.is_empty():
        return
    sql, values = picked.order_by().values("pk", "number").query.sql_with_params()
    into = "INSERT INTO feedback_snapshotexample (snapshot_id, example_id, part, cluster)"
    picks = f"SELECT %s, picked.id, %s, picked.number FROM ({sql}) AS picked (id, number)"
    run(f"{into} {picks} ON CONFLICT DO NOTHING", [snapshot.pk, Part.TRAIN.value, *values])


def frozen_ids(snapshot: Snapshot, kind: type[Feedback]) -> QuerySet[Any, Any]:
    """The ids of the rows of a kind in a snapshot."""
    return SnapshotRow.objects.filter(snapshot=snapshot, kind=name_of(kind)).values("row")


def drop_rows(snapshot: Snapshot, kind: str, ids: list[int]) -> None:
    """Take rows out again."""
    if ids:
        wanted = "snapshot_id = %s AND kind = %s AND row = ANY(%s)"
        run(f"DELETE FROM feedback_snapshotrow WHERE {wanted}", [snapshot.pk, kind, ids])


def drop_examples(snapshot: Snapshot, ids: list[int]) -> None:
    """Take examples out again; their rows go by `follow_examples`."""
    SnapshotExample.objects.filter(snapshot=snapshot, example__in=ids).delete()


def follow_examples(snapshot: Snapshot) -> None:
    """Take out the rows whose example is out."""
    for kind in kinds():
        if path := example_of(kind):
            inside = SnapshotExample.objects.filter(snapshot=snapshot, example=OuterRef(path))
            about = kind._default_manager.filter(~Exists(inside), pk__in=frozen_ids(snapshot, kind))
            stray = about.order_by().values("pk")
            SnapshotRow.objects.filter(snapshot=snapshot, kind=name_of(kind), row__in=stray).delete()


def follow_rows(snapshot: Snapshot, filters: Filters) -> None:
    """Take out the examples nobody says anything about any more: those that are left are taken anew.

    Set-wise NOT IN over several tables is what PostgreSQL does row by row, so nothing is looked for that is not there.
    """
    SnapshotExample.objects.filter(snapshot=snapshot).delete()
    gather_examples(snapshot, filters)


def examples_of(snapshot: Snapshot, *columns: str) -> Iterator[Any]:
    """The examples of a snapshot in the order of their numbers, through a server-side cursor."""
    rows = Example.objects.filter(pk__in=SnapshotExample.objects.filter(snapshot=snapshot).values("example"))
    iterator: Iterator[Any] = rows.order_by("number").values_list("pk", *columns).iterator(chunk_size=BATCH)
    return iterator


def run(sql: str, values: list[Any] | None = None) -> int:
    """Run a statement; how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)
