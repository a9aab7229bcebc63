"""The usual import, of which nothing is in the project yet and nothing comes twice: into the tables without looking.

Every id is then known from a row's place in the file: a run of ids is taken from each sequence, and what was put aside
goes in as it lies, without a join. Anything else goes the way of `moving.py`, which looks for each row.
"""

from __future__ import annotations

from django.db import connection

from feedback.datasets.moving import Move
from feedback.datasets.staging import Staging
from feedback.examples.intake import hold_numbers, next_number
from feedback.models import Import, Project

ALL_NEW = """
SELECT (SELECT count(*) FROM (SELECT FROM {examples} GROUP BY hash) each) = %(rows)s
  AND NOT EXISTS (SELECT FROM {examples} rows JOIN {example} there
                  ON there.project_id = %(project)s AND there.content_hash = rows.hash)
"""
RUN_OF_IDS = """
SELECT min(id), max(id)
FROM (SELECT nextval((SELECT pg_get_serial_sequence(%s, 'id')::regclass)) AS id FROM generate_series(1, %s)) taken
"""
EXAMPLES = """
INSERT INTO {example} (id, project_id, number, external_id, content_hash, messages, reference, tags, extra, split,
                       imported_in_id, created_at)
SELECT %(example)s + line, %(project)s, %(first)s + line, external_id, hash, messages, reference, tags, extra, split,
       %(imported)s, %(now)s
FROM {examples}
"""
RESPONSES = """
INSERT INTO {response} (id, example_id, text, content_hash, turns, next_message, origin, model, simulated, extra,
                        imported_in_id, created_at)
SELECT %(response)s + n, %(example)s + line, text, hash, turns, next_message, 'imported', model, false, extra,
       %(imported)s, %(now)s
FROM {answers}
"""
PREFERENCES = """
INSERT INTO {preference} (id, project_id, rater_id, protocol, form_version, objective, use, shown, key, response_a_id,
                          response_b_id, outcome, strength, reason, aspect, timing, imported_in_id, created_at)
SELECT %(preference)s + said.n, %(project)s, rater.id, 'imported', 1, '', 'any',
       jsonb_build_object('order', jsonb_build_array(said.a, said.b)), said.key, said.a, said.b,
       said.outcome, said.strength, said.reason, said.aspect, said.timing, %(imported)s, %(now)s
FROM (SELECT *, %(response)s + answer + first AS a, %(response)s + answer + second AS b FROM {verdicts} OFFSET 0) said
JOIN {rater} rater ON rater.name = said.rater AND rater.kind = said.by
"""
PLACES = "CREATE TEMPORARY TABLE {place} AS SELECT hash, line, %(example)s + line AS example FROM {examples}"
GIVEN = "CREATE TEMPORARY TABLE {given} AS SELECT line, place, %(response)s + n AS response FROM {answers}"


def way_of(staging: Staging, project: Project, imported: Import | None) -> Move:
    """How what was put aside goes in: straight where it can. Nobody else adds examples until the transaction ends."""
    hold_numbers(project)
    straight = Straight(staging, project, imported)
    return straight if straight.fits() else Move(staging, project, imported)


class Straight(Move):
    """An import of which every example, answer and verdict is new."""

    def fits(self) -> bool:
        """Whether that is so; takes the ids then, unless somebody took some in between."""
        reached = self.staging.reached
        if reached.alike:
            return False
        self.plan_for_many()
        with connection.cursor() as cursor:
            cursor.execute(ALL_NEW.format(**self.names), {**self.values, "rows": reached.rows})
            if not cursor.fetchone()[0]:
                return False
        return all(map(self.take, ("example", "response", "preference"), self.how_many()))

    def how_many(self) -> tuple[int, int, int]:
        """How many examples, responses and preferences there will be."""
        reached = self.staging.reached
        return reached.rows, reached.answers, reached.verdicts

    def take(self, table: str, many: int) -> bool:
        """Take a run of ids; whether it is one without gaps. Its value is added to what counts from 0 or 1."""
        self.values[table] = 0
        if not many:
            return True
        with connection.cursor() as cursor:
            cursor.execute(RUN_OF_IDS, [self.names[table], many])
            least, most = cursor.fetchone()
        self.values[table] = least if table == "example" else least - 1  # lines count from 0, the others from 1
        return bool(most - least == many - 1)

    def place_examples(self) -> None:
        """Nothing is to be looked for, unless something else is said of the examples."""
        if not self.staging.reached.others:
            return
        self.staging.count()
        self.run(PLACES)
        self.run(GIVEN)

    def add_examples(self) -> int:
        """Store the examples."""
        if not self.staging.reached.rows:
            return 0
        self.values["first"] = next_number(self.project)
        return self.run(EXAMPLES)

    def add_tags(self) -> int:
        """No example was there that could get any."""
        return 0

    def add_responses(self) -> int:
        """Store the answers."""
        return self.run(RESPONSES) if self.staging.reached.answers else 0

    def put_preferences(self) -> int:
        """Store the verdicts."""
        return self.run(PREFERENCES)
