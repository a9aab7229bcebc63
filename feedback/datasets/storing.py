"""Rows that were put aside into the tables: the many by sets, the rarer kinds by what adds each of them.

`straight.py` and `moving.py` are the two ways the many go. Must run inside one transaction: all of it or nothing. How
the rows came to be put aside is not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from feedback.datasets.adders import ADDERS
from feedback.datasets.kept_rows import row_from
from feedback.datasets.moving import Move
from feedback.datasets.named import Raters
from feedback.datasets.staging import Staging
from feedback.datasets.stored import Placed
from feedback.datasets.straight import way_of
from feedback.models import Edit, Example, Import, Preference, Project, Response, Span

AT_ONCE = 500
OTHERS = """
SELECT others.line, others.content, examples.hash, place.example,
       (SELECT array_agg(response ORDER BY given.place) FROM {given} given WHERE given.line = others.line)
FROM {others} others JOIN {examples} examples USING (line) JOIN {place} place ON place.hash = examples.hash
WHERE others.line > %s AND examples.line > %s ORDER BY others.line LIMIT %s
"""
Told = Callable[[str], None]


def count_anew() -> None:
    """Let PostgreSQL count what a large import has added: it would plan for a nearly empty table for a minute.

    Tables without a row are left out: counted as empty while they hold the pages of an import that was taken back,
    they would be taken for empty however much they grow, until they are counted again.

    To be called at the end of the import's own transaction: its keys are checked after it, and where PostgreSQL by
    itself has counted the tables meanwhile (it sees nothing of this transaction), it would read a whole index a key.
    """
    tables = [table for table in (Example, Response, Preference, Span, Edit) if table._default_manager.exists()]
    if not tables:
        return
    names = ", ".join(connection.ops.quote_name(table._meta.db_table) for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")


@dataclass(frozen=True)
class Counts:
    """How many rows of each kind are new."""

    examples: int
    responses: int
    feedback: int
    preferences: int = 0  # of the feedback
    tagged: int = 0  # examples that were there and got tags they did not have


def store(staging: Staging, project: Project, imported: Import | None, told: Told = lambda stage: None) -> Counts:
    """Store all that was put aside; what is there already is left as it is. A fixed number of queries for each kind.

    `told` hears what is being stored.
    """
    told("examples")
    move = way_of(staging, project, imported)
    move.place_examples()
    examples, tagged = move.add_examples(), move.add_tags()
    told("responses")
    responses = move.add_responses()
    told("preferences")
    said = preferences = move.add_preferences()
    if staging.reached.others:
        told("feedback")
        said += add_others(move, project, imported)
    return Counts(examples, responses, said, preferences, tagged)


def add_others(move: Move, project: Project, imported: Import | None) -> int:
    """Store what is neither an example nor an answer nor a verdict, a batch at a time."""
    raters = Raters(project)
    if move.many:
        for table, column in (("others", "line"), ("given", "line"), ("examples", "line"), ("place", "hash")):
            move.run(f"CREATE INDEX ON {{{table}}} ({column})")
        move.find_by_index()
    return sum(add(batch, project, imported, raters) for batch in others_of(move) for add in ADDERS)


def others_of(move: Move) -> Iterator[list[Placed]]:
    """The rows that tell more, in batches, each with where it went."""
    line = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(OTHERS.format(**move.names), [line, line, AT_ONCE])
            found: list[Any] = cursor.fetchall()
        if not found:
            return
        line = found[-1][0]
        yield [
            Placed(row_from(content), hash_, example, responses or [])
            for _, content, hash_, example, responses in found
        ]
