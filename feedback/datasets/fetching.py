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
from operator import itemgetter
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
ANSWERS, ASKED = "the answers", "the examples"
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

    def __call__(self, rows: Sequence[Row]) -> list[Any]:
        """The instances; their JSON is parsed, related rows are put into `_state.fields_cache`."""
        made, new, names, parsed = [], object.__new__, self.names, self.parsed
        for row in rows:
            one, state = new(self.model), new(ModelState)
            values = dict(zip(names, row))  # noqa: B905 the query has just these columns
            for name in parsed:
                if text := values[name]:
                    values[name] = {} if text == "{}" else orjson.loads(text)
            state.__dict__ = {"adding": False, "db": DEFAULT_DB_ALIAS, "fields_cache": {}}
            values["_state"] = state
            one.__dict__ = values
            made.append(one)
        return made


RESPONSES = Makes(Response, without=("created_at", "imported_in_id"))
EXAMPLES = Makes(Example, without=("created_at", "project_id"))


@dataclass
class Read:
    """What was read of a stretch, as it came: its size in examples, the last one's number, the rows and their load."""

    size: int
    upto: int
    said: dict[str, list[Row]] = field(default_factory=dict)
    weight: int = 0
    characters: int = 0

    def add(self, name: str, rows: list[Row], *, weight: int = -1, characters: int = 0) -> None:
        """Take rows that were read; they weigh as many as they are unless it is said otherwise."""
        self.said[name] = rows
        self.weight += len(rows) if weight < 0 else weight
        self.characters += characters

    @property
    def next_size(self) -> int:
        """How many examples the next stretch should have, so that it comes to a fair load."""
        load = max(self.weight / FAIR, self.characters / CHARACTERS, 0.25)
        return max(FEWEST, min(MOST, int(self.size / load)))


class Asks(NamedTuple):
    """A kind of feedback to be read: the rows chosen, the path to their example, their columns that are responses.

    What nobody will ask of most rows is to be left out: it takes time to read.
    """

    rows: Any
    example: str
    responses: tuple[str, ...]
    without: tuple[str, ...] = ()


class ByStretch:
    """Rows of a project, stretch by stretch by example. What a stretch holds, and what is made of it, is another's."""

    def __init__(self, project: Any, wish: Wish) -> None:
        self.project, self.wish = project, wish
        self.raters: dict[int, Rater] = {}
        self.imports: dict[int, Import] = {}

    def __iter__(self) -> Iterator[Any]:
        """What is made of each stretch. While one is worked on, the next is read."""
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
        raise NotImplementedError

    def made(self, read: Read) -> Any:
        """What is made of it."""
        raise NotImplementedError

    def end_of(self, after: int, size: int) -> int:
        """The number at which a stretch of so many examples ends."""
        upto = self.rows(END, [self.project.pk, after, size - 1])
        return int(upto[0][0]) if upto else LAST

    def rows(self, sql: str, params: Sequence[Any]) -> list[Row]:
        """All rows of a query as the driver has them."""
        with self.driver.cursor() as cursor:
            return cursor.execute(sql, params).fetchall()  # type: ignore[no-any-return]

    def learn(self, known: dict[int, Any], rows: Any, ids: set[int | None]) -> None:
        """Know the rows of these ids: there are few of them, and many rows name them."""
        if len(known) > KEPT:
            known.clear()
        if missing := ids - known.keys() - {None}:
            known.update(rows.in_bulk(missing))


class Stretches(ByStretch):
    """The feedback of a project by name, in the order of its ids, with its raters, responses and examples in place."""

    def __init__(self, project: Any, wish: Wish, **asks: Asks) -> None:
        super().__init__(project, wish)
        self.asks = asks
        self.makes = {name: Makes(one.rows.model, without=one.without) for name, one in asks.items()}
        self.queries = {
            name: query_of(one.rows, one.example, project, self.makes[name].names) for name, one in asks.items()
        }

    def read(self, after: int, size: int) -> Read:
        """Read so many examples after one with all that was said of them. Runs in a thread: no ORM, no thread's own."""
        found = Read(size, self.end_of(after, size))
        wanted: set[int] = set()
        for name, ask in self.asks.items():
            rows = self.rows(*within(self.queries[name], after, found.upto))
            rows.sort(key=itemgetter(self.makes[name].names.index("id")))
            found.add(name, rows)
            for column in ask.responses:
                place = self.makes[name].names.index(f"{column}_id")
                wanted.update(row[place] for row in rows)
        responses = self.rows(RESPONSES.by_id, [list(wanted)]) if wanted else []
        text, example = (RESPONSES.names.index(name) for name in ("text", "example_id"))
        found.add(ANSWERS, responses, characters=sum(len(row[text]) for row in responses))
        found.add(ASKED, self.rows(EXAMPLES.by_id, [list({row[example] for row in responses})]) if wanted else [])
        return found

    def made(self, read: Read) -> dict[str, list[Any]]:
        """The instances of a stretch: responses with their examples, feedback with its raters and responses."""
        examples = {one.id: one for one in EXAMPLES(read.said[ASKED])}
        self.learn(self.imports, Import.objects, {row.__dict__["imported_in_id"] for row in examples.values()})
        for example in examples.values():
            if came_in := example.__dict__["imported_in_id"]:
                example._state.fields_cache["imported_in"] = self.imports[came_in]
        responses = self.made_responses(read.said[ANSWERS], examples)
        found = {name: self.makes[name](read.said[name]) for name in self.asks}
        self.learn(self.raters, Rater.objects, {row.__dict__["rater_id"] for rows in found.values() for row in rows})
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
        responses = {one.id: one for one in RESPONSES(rows)}
        steps = {row.__dict__["produced_by_id"] for row in responses.values()} - {None}
        made_by = Step.objects.select_related("run__constitution").in_bulk(steps) if steps else {}
        for response in responses.values():
            values, cache = response.__dict__, response._state.fields_cache
            cache["example"] = examples[values["example_id"]]
            if step := values["produced_by_id"]:
                cache["produced_by"] = made_by[step]
        return responses


def query_of(rows: Any, example: str, project: Any, columns: Sequence[str]) -> tuple[str, tuple[Any, ...]]:
    """The query of a kind's rows, with two numbers in the place of a stretch's ends; nothing where none can be."""
    ends = {f"{example}__number__gt": AFTER, f"{example}__number__lte": UPTO}
    stretch = {f"{example}__project": project, **ends}
    try:
        sql, params = rows.filter(**stretch).order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return "SELECT WHERE false", ()
    return sql, tuple(params)


def within(query: tuple[str, tuple[Any, ...]], after: int, upto: int) -> tuple[str, list[Any]]:
    """The query for one stretch."""
    sql, params = query
    ends = {AFTER: after, UPTO: upto}
    return sql, [ends.get(one, one) if isinstance(one, int) else one for one in params]
