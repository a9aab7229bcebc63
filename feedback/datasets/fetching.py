"""Rows of a project read by stretches of examples, as many as make a fair load, the next read while one is worked on.

A few plain queries a stretch instead of one join over a dozen tables: the feedback, the answers it is about, their
examples. None of them sorts or holds more than its stretch, so the first row comes at once and memory stays small. The
rows are made into instances of the models without the ORM's way of doing so, which takes most of the time of a long
export; whatever else is asked of them (a related row, a column that was left out) works as always.

It does not know what the rows are for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import JSONField, Model
from django.db.models.base import ModelState

from feedback.datasets.pieces import Wish
from feedback.models import Example, Import, Rater, Response, Step

FEWEST, MOST = 50, 4_000  # examples of a stretch
FAIR = 6_000  # rows a stretch should come to
CHARACTERS = 8_000_000  # and how much text
KEPT = 20_000
LAST = 2**31 - 1
AFTER, UPTO = LAST - 7919, LAST - 7907  # no example has such a number
END = "SELECT number FROM feedback_example WHERE project_id = %s AND number > %s ORDER BY number OFFSET %s LIMIT 1"
Row = tuple[Any, ...]


class Makes:
    """Makes instances of a model from rows of its columns; some are left out, and read when somebody asks for them."""

    def __init__(self, model: type[Model], *, without: Sequence[str] = ()) -> None:
        self.model = model
        fields = [one for one in model._meta.concrete_fields if one.attname not in without]
        self.names = [one.attname for one in fields]
        self.columns = ", ".join(f'"{model._meta.db_table}"."{one.column}"' for one in fields)
        self.parsed = [one.attname for one in fields if isinstance(one, JSONField)]
        self.by_id = f'SELECT {self.columns} FROM "{model._meta.db_table}" WHERE id = ANY(%s)'

    def __call__(self, row: Row) -> Any:
        """The instance; its JSON is parsed, related rows are put into `_state.fields_cache`."""
        made = object.__new__(self.model)
        values = made.__dict__ = dict(zip(self.names, row, strict=True))
        for name in self.parsed:
            text = values[name]
            if text is not None:
                values[name] = {} if text == "{}" else orjson.loads(text)
        state = values["_state"] = ModelState()
        state.adding, state.db, state.fields_cache = False, DEFAULT_DB_ALIAS, {}
        return made


RESPONSES = Makes(Response, without=("created_at", "imported_in_id"))
EXAMPLES = Makes(Example, without=("created_at", "project_id"))


@dataclass
class Read:
    """What was read of a stretch, as it came: its size in examples, the last one's number, and the rows."""

    size: int
    upto: int
    said: dict[str, list[Row]] = field(default_factory=dict)
    responses: list[Row] = field(default_factory=list)
    examples: list[Row] = field(default_factory=list)

    @property
    def next_size(self) -> int:
        """How many examples the next stretch should have, so that it comes to a fair load."""
        rows = len(self.responses) + len(self.examples) + sum(map(len, self.said.values()))
        text = RESPONSES.names.index("text")
        characters = sum(len(row[text]) for row in self.responses)
        load = max(rows / FAIR, characters / CHARACTERS, 0.25)
        return max(FEWEST, min(MOST, int(self.size / load)))


class Asks(NamedTuple):
    """A kind of feedback to be read: the rows chosen, the path to their example, their columns that are responses.

    What nobody will ask of most rows is to be left out: it takes time to read.
    """

    rows: Any
    example: str
    responses: tuple[str, ...]
    without: tuple[str, ...] = ()


class Stretches:
    """The feedback of a project, stretch by stretch by example, with its raters, responses and examples in place."""

    def __init__(self, project: Any, wish: Wish, **asks: Asks) -> None:
        self.project, self.wish, self.asks = project, wish, asks
        self.makes = {name: Makes(one.rows.model, without=one.without) for name, one in asks.items()}
        self.queries = {name: query_of(one, project, self.makes[name].names) for name, one in asks.items()}
        self.raters: dict[int, Rater] = {}
        self.imports: dict[int, Import] = {}

    def __iter__(self) -> Iterator[dict[str, list[Any]]]:
        """Of each stretch the rows by name, in the order of their ids. While one is worked on, the next is read."""
        connection.ensure_connection()
        self.driver = connection.connection
        with ThreadPoolExecutor(1, thread_name_prefix="fetching") as aside:
            coming: Future[Read] = aside.submit(self.read, self.wish.after, FEWEST)
            while (read := coming.result()).upto < LAST:
                coming = aside.submit(self.read, read.upto, read.next_size)
                yield self.made(read)
            yield self.made(read)

    def read(self, after: int, size: int) -> Read:
        """Read so many examples after one with all that was said of them. Runs in a thread: no ORM, no thread's own."""
        upto = self.rows(END, [self.project.pk, after, size - 1])
        found = Read(size, upto[0][0] if upto else LAST)
        wanted: set[int] = set()
        for name, ask in self.asks.items():
            rows = found.said[name] = self.rows(*within(self.queries[name], after, found.upto))
            for column in ask.responses:
                place = self.makes[name].names.index(f"{column}_id")
                wanted.update(row[place] for row in rows)
        found.responses = self.rows(RESPONSES.by_id, [list(wanted)]) if wanted else []
        place = RESPONSES.names.index("example_id")
        found.examples = self.rows(EXAMPLES.by_id, [list({row[place] for row in found.responses})]) if wanted else []
        return found

    def rows(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """All rows of a query as the driver has them."""
        with self.driver.cursor() as cursor:
            return cursor.execute(sql, params).fetchall()  # type: ignore[no-any-return]

    def made(self, read: Read) -> dict[str, list[Any]]:
        """The instances of a stretch: responses with their examples, feedback with its raters and responses."""
        examples = {row[0]: EXAMPLES(row) for row in read.examples}
        self.learn(self.imports, Import, {row.__dict__["imported_in_id"] for row in examples.values()})
        for example in examples.values():
            if came_in := example.__dict__["imported_in_id"]:
                example._state.fields_cache["imported_in"] = self.imports[came_in]
        responses = self.made_responses(read.responses, examples)
        found = {name: [self.makes[name](row) for row in rows] for name, rows in read.said.items()}
        self.learn(self.raters, Rater, {row.__dict__["rater_id"] for rows in found.values() for row in rows})
        for name, rows in found.items():
            columns = [(column, f"{column}_id") for column in self.asks[name].responses]
            for row in rows:
                values, cache = row.__dict__, row._state.fields_cache
                cache["rater"] = self.raters[values["rater_id"]]
                for column, id_column in columns:
                    cache[column] = responses[values[id_column]]
        return found

    def made_responses(self, rows: list[Row], examples: dict[int, Any]) -> dict[int, Any]:
        """The responses by id, with their example and, if a run made them, its step."""
        responses = {row[0]: RESPONSES(row) for row in rows}
        steps = {row.__dict__["produced_by_id"] for row in responses.values()} - {None}
        made_by = Step.objects.select_related("run__constitution").in_bulk(steps) if steps else {}
        for response in responses.values():
            values, cache = response.__dict__, response._state.fields_cache
            cache["example"] = examples[values["example_id"]]
            if step := values["produced_by_id"]:
                cache["produced_by"] = made_by[step]
        return responses

    def learn(self, known: dict[int, Any], kind: Any, ids: set[int | None]) -> None:
        """Know the rows of these ids: there are few of them, and many rows name them."""
        if len(known) > KEPT:
            known.clear()
        if missing := ids - known.keys() - {None}:
            known.update(kind.objects.in_bulk(missing))


def query_of(ask: Asks, project: Any, columns: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    """The query of a kind's rows, with two numbers in the place of a stretch's ends; nothing where none can be."""
    ends = {f"{ask.example}__number__gt": AFTER, f"{ask.example}__number__lte": UPTO}
    stretch = {f"{ask.example}__project": project, **ends}
    try:
        sql, params = ask.rows.filter(**stretch).order_by("pk").values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return "SELECT WHERE false", ()
    return sql, tuple(params)


def within(query: tuple[str, tuple[Any, ...]], after: int, upto: int) -> tuple[str, list[Any]]:
    """The query for one stretch."""
    sql, params = query
    ends = {AFTER: after, UPTO: upto}
    return sql, [ends.get(one, one) if isinstance(one, int) else one for one in params]
