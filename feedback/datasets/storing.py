"""Neutral rows into tables, a batch at a time: examples, their responses, and what was said of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from feedback.datasets.beside import Placed, add_beside
from feedback.datasets.marks import add_marks, add_rewrites
from feedback.datasets.readers.rows import Row, Verdict
from feedback.examples.hashes import conversation_hash, text_hash
from feedback.examples.intake import NewExample, NewResponse, add_examples, add_responses
from feedback.models import Example, Import, Preference, Project, Rater, Response, Span
from feedback.projects.raters import imported_rater

PROTOCOL = "imported"


def count_anew() -> None:
    """Let PostgreSQL count what a large import has added: it would plan for a nearly empty table for a minute."""
    names = ", ".join(
        connection.ops.quote_name(table._meta.db_table) for table in (Example, Response, Preference, Span)
    )
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {names}")


@dataclass(frozen=True)
class Counts:
    """How many rows of each kind are new."""

    examples: int
    responses: int
    feedback: int


class Store:
    """Where the rows of one import go. Remembers its raters, nothing else."""

    def __init__(self, project: Project, imported: Import | None) -> None:
        self.project = project
        self.imported = imported
        self.raters: dict[str, Rater] = {}

    def add(self, rows: Sequence[Row]) -> Counts:
        """Store a batch; what is there already is left as it is. A fixed number of queries."""
        examples = add_examples(
            self.project,
            (
                NewExample(
                    messages=row.messages,
                    reference=row.reference,
                    external_id=row.external_id,
                    extra=row.extra,
                    root=row.root,
                )
                for row in rows
            ),
            imported_in=self.imported,
        )
        hashes = [conversation_hash(row.messages) for row in rows]
        places = [examples.ids[hash_] for hash_ in hashes]
        responses = add_responses(
            (
                NewResponse(place, answer.text, answer.model, answer.next_message)
                for place, row in zip(places, rows, strict=True)
                for answer in row.answers
            ),
            imported_in=self.imported,
        )
        placed = [
            Placed(row, hash_, place, [responses.ids[place, text_hash(answer.text)] for answer in row.answers])
            for row, hash_, place in zip(rows, hashes, places, strict=True)
        ]
        wanted = [self.preference(one, verdict) for one in placed for verdict in one.row.all_verdicts]
        said = self.add_preferences(wanted)
        for add in (add_beside, add_marks, add_rewrites):
            said += add(placed, self.project, self.imported, self.rater)
        return Counts(examples.new, responses.new, said)

    def preference(self, one: Placed, verdict: Verdict) -> Preference:
        """A verdict on two answers. Its key is made from its content, so that it is stored once."""
        a, b = one.row.answers[verdict.first], one.row.answers[verdict.second]
        ids = [one.responses[verdict.first], one.responses[verdict.second]]
        told = [verdict.outcome]
        if (verdict.aspect, verdict.timing) != ("overall", "now"):
            told += [verdict.aspect, verdict.timing]
        key = text_hash("|".join([one.example_hash, text_hash(a.text), text_hash(b.text), *told]))
        return Preference(
            project=self.project, rater=self.rater(verdict.rater), protocol=PROTOCOL, key=key, response_a_id=ids[0],
            response_b_id=ids[1], outcome=verdict.outcome, reason=verdict.reason, shown={"order": ids},
            imported_in=self.imported, strength=verdict.strength, aspect=verdict.aspect[:60], timing=verdict.timing,
        )  # fmt: skip

    def add_preferences(self, wanted: Sequence[Preference]) -> int:
        """Store those whose rater and key are not there yet; returns how many."""
        by_key: dict[tuple[int, str], Preference] = {}
        for row in wanted:
            by_key.setdefault((row.rater.pk, row.key), row)
        raters, keys = {rater for rater, _ in by_key}, [key for _, key in by_key]
        there = set(Preference.objects.filter(rater__in=raters, key__in=keys).values_list("rater", "key"))
        missing = [row for key, row in by_key.items() if key not in there]
        return len(Preference.objects.bulk_create(missing, batch_size=1000))

    def rater(self, name: str) -> Rater:
        """The imported rater of that name."""
        if name not in self.raters:
            self.raters[name] = imported_rater(self.project, name[:120])
        return self.raters[name]
