"""Rows that were put aside, into the real tables: set by set, in one transaction, in the order of the file.

What is in the project already is found by content hash and left as it is, so the same file twice adds nothing. Numbers
have no gaps: they are held until the transaction ends. Nothing is read into Python but counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from feedback.datasets.staging import FEW, MADE, Staging
from feedback.examples.intake import hold_numbers, next_number
from feedback.models import Example, Import, Preference, Project, Response
from feedback.projects.raters import named_rater

MEMORY = "96MB"  # for sorting and joining what is narrow; the texts themselves are only passed through
PLACES = """
CREATE TEMPORARY TABLE {place} AS
SELECT first.hash, first.line, coalesce(there.id, nextval({sequence})) AS example, there.id IS NULL AS is_new,
       count(*) FILTER (WHERE there.id IS NULL) OVER (ORDER BY first.line) AS number
FROM (SELECT hash, min(line) AS line FROM {examples} GROUP BY hash ORDER BY min(line)) first
LEFT JOIN {example} there ON there.project_id = %(project)s AND there.content_hash = first.hash
ORDER BY first.line
"""
EXAMPLES = """
INSERT INTO {example} (id, project_id, number, external_id, content_hash, messages, reference, tags, extra, split,
                       imported_in_id, created_at)
SELECT place.example, %(project)s, %(first)s - 1 + place.number, rows.external_id, rows.hash, rows.messages,
       rows.reference, rows.tags, rows.extra, rows.split, %(imported)s, %(now)s
FROM {examples} rows JOIN {place} place USING (line) WHERE place.is_new
"""
NEW_TAGS = """
SELECT place.example, place.is_new, jsonb_agg(DISTINCT tag) AS tags
FROM {examples} rows JOIN {place} place ON place.hash = rows.hash JOIN {example} there ON there.id = place.example,
     jsonb_array_elements(rows.tags) tag
WHERE rows.tags <> '[]' AND NOT there.tags @> tag GROUP BY 1, 2
"""
TAGS = f"""
WITH new AS ({NEW_TAGS}), kept AS (
  UPDATE {{example}} there SET tags = there.tags || new.tags FROM new WHERE there.id = new.example RETURNING new.is_new
)
SELECT count(*) FROM kept WHERE NOT is_new
"""
ANSWERED = """
CREATE TEMPORARY TABLE {answered} AS
SELECT answers.n, answers.line, answers.place, place.example, answers.hash
FROM {answers} answers JOIN {examples} examples USING (line) JOIN {place} place ON place.hash = examples.hash
"""
ANSWERS = """
CREATE TEMPORARY TABLE {answer} AS
SELECT first.example, first.hash, first.n, coalesce(there.id, nextval({sequence})) AS response,
       there.id IS NULL AS is_new
FROM (SELECT example, hash, min(n) AS n FROM {answered} GROUP BY example, hash ORDER BY min(n)) first
LEFT JOIN {response} there
  ON there.example_id = first.example AND there.content_hash = first.hash AND there.origin = 'imported'
ORDER BY first.n
"""
RESPONSES = """
INSERT INTO {response} (id, example_id, text, content_hash, turns, next_message, origin, model, simulated, extra,
                        imported_in_id, created_at)
SELECT answer.response, answer.example, answers.text, answers.hash, answers.turns, answers.next_message, 'imported',
       answers.model, false, answers.extra, %(imported)s, %(now)s
FROM {answers} answers JOIN {answer} answer USING (n) WHERE answer.is_new
"""
GIVEN = """
CREATE TEMPORARY TABLE {given} AS
SELECT answered.line, answered.place, answer.response
FROM {answered} answered JOIN {answer} answer USING (example, hash)
"""
RATERS = """
CREATE TEMPORARY TABLE {rater} AS
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS told (id, name, kind)
"""
PREFERENCES = """
INSERT INTO {preference} (project_id, rater_id, protocol, form_version, objective, use, shown, key, response_a_id,
                          response_b_id, outcome, strength, reason, aspect, timing, imported_in_id, created_at)
SELECT %(project)s, first.rater_id, 'imported', 1, '', 'any',
       jsonb_build_object('order', jsonb_build_array(a.response, b.response)), said.key, a.response, b.response,
       said.outcome, said.strength, said.reason, said.aspect, said.timing, %(imported)s, %(now)s
FROM (
  SELECT min(n) AS n, rater.id AS rater_id
  FROM {verdicts} verdicts JOIN {rater} rater ON rater.name = verdicts.rater AND rater.kind = verdicts.by
  GROUP BY rater.id, verdicts.key
) first
JOIN {verdicts} said USING (n)
JOIN {given} a ON a.line = said.line AND a.place = said.first
JOIN {given} b ON b.line = said.line AND b.place = said.second
WHERE NOT EXISTS (SELECT FROM {preference} there WHERE there.rater_id = first.rater_id AND there.key = said.key)
ORDER BY said.n
"""


@dataclass(frozen=True)
class Moved:
    """How many rows of each kind are new."""

    examples: int
    responses: int
    preferences: int


class Move:
    """One import on its way into the real tables, within a transaction; its tables go when the staging's do."""

    def __init__(self, staging: Staging, project: Project, imported: Import | None) -> None:
        self.staging = staging
        self.project = project
        self.many = staging.reached.rows > FEW
        self.names = {name: staging.table(name) for name in ("examples", "answers", "verdicts", "others", *MADE)}
        for model in (Example, Response, Preference):
            self.names[model.__name__.lower()] = connection.ops.quote_name(model._meta.db_table)
        self.values: dict[str, Any] = {
            "project": project.pk, "imported": imported.pk if imported else None, "now": timezone.now()
        }  # fmt: skip

    def place_examples(self) -> None:
        """Give every conversation its example: one that is there, or a number for a new one."""
        self.staging.count()
        hold_numbers(self.project)
        self.plan_for_many()
        self.make("place", PLACES, of="example")

    def plan_for_many(self) -> None:
        """Have what is put aside joined by hashes, in memory, whatever PostgreSQL thinks of its size."""
        if self.many:
            self.staging.run(
                f"SET LOCAL work_mem = '{MEMORY}'; SET LOCAL enable_mergejoin = off; SET LOCAL enable_nestloop = off"
            )

    def find_by_index(self) -> None:
        """From here on few rows at a time are looked for: joining all that was put aside each time would be slow."""
        self.staging.run("SET LOCAL enable_mergejoin = on; SET LOCAL enable_nestloop = on")

    def add_examples(self) -> int:
        """Store the new examples."""
        self.values["first"] = next_number(self.project)
        return self.run(EXAMPLES)

    def add_tags(self) -> int:
        """Give examples the tags they do not have yet; returns how many of those that were there got one."""
        if not self.staging.reached.tagged:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(TAGS.format(**self.names))
            return int(cursor.fetchone()[0])

    def add_responses(self) -> int:
        """Store the new answers."""
        self.make("answered", ANSWERED)
        self.make("answer", ANSWERS, of="response")
        added = self.run(RESPONSES)
        self.make("given", GIVEN)
        return added

    def add_preferences(self) -> int:
        """Store the verdicts that are new, by their raters, who are made on first use."""
        if not self.staging.reached.verdicts:
            return 0
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT rater, by FROM {self.names['verdicts']} ORDER BY 1, 2")
            told = cursor.fetchall()
            ids = [named_rater(self.project, by, name).pk for name, by in told]
            cursor.execute(RATERS.format(**self.names), [ids, [name for name, _ in told], [by for _, by in told]])
            if self.many:
                cursor.execute("ANALYZE {rater}".format(**self.names))
        return self.put_preferences()

    def put_preferences(self) -> int:
        """Store the verdicts, once their raters are there."""
        return self.run(PREFERENCES)

    def make(self, name: str, words: str, of: str = "") -> None:
        """Make one of its own tables. Ids come from the sequence of the table it is `of`, which is looked up once."""
        sequence = f"(SELECT pg_get_serial_sequence('{self.names[of]}', 'id')::regclass)" if of else ""
        self.run(words.replace("{sequence}", sequence))

    def run(self, words: str) -> int:
        """Have PostgreSQL do something; returns how many rows."""
        with connection.cursor() as cursor:
            cursor.execute(words.format(**self.names), self.values)
            return int(cursor.rowcount)
