"""Judgements of two answers, read with all that a pair is made of beside them: one query a stretch, plain tuples.

A long export spends its time on making objects, so these hold what the row of a file and its line in the sidecar need
and no more, under the names the models have: a `Chose` stands for a `Preference`, a `Rewrote` for an `Edit`, an
`Answer` for a `Response`, an `Asked` for an `Example`. Who wants another column adds it here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from orjson import loads

from feedback.datasets.fetching import ByStretch, Read, query_of, within
from feedback.datasets.pieces import Wish
from feedback.models import Example, Import, Rater, Step

NOTHING: dict[str, Any] = {}
NEW = tuple.__new__  # a named tuple without counting what goes into it
WIDTH = 4  # rows of the tables that one row here is made of


class Asked(NamedTuple):
    """What an example asks."""

    id: int
    number: int
    external_id: str
    content_hash: str
    split: str
    imported_in_id: int | None
    messages: Any
    imported_in: Import | None = None

    @property
    def request(self) -> str:
        """The last user message."""
        return Example.request.fget(self)  # type: ignore[attr-defined, no-any-return]


class Answer(NamedTuple):
    """A response."""

    id: int
    text: str
    content_hash: str
    origin: str
    model: str
    simulated: bool
    parent_id: int | None
    author_id: int | None
    produced_by_id: int | None
    turns: Any
    produced_by: Step | None = None

    @property
    def pk(self) -> int:
        """Its id, as pages ask for it."""
        return self.id


class Rewrote(NamedTuple):
    """A rewrite."""

    id: int
    rater_id: int
    reason: str
    protocol: str
    created_at: Any
    shown: Any


class Chose(NamedTuple):
    """A preference."""

    id: int
    rater_id: int
    reason: str
    protocol: str
    created_at: Any
    outcome: str
    strength: int | None
    shown: Any


class Sides(NamedTuple):
    """A kind of judgement: its rows, what they become, and the paths to the two answers."""

    rows: Any
    kind: type[Chose] | type[Rewrote]
    left: str
    right: str

    @property
    def columns(self) -> list[str]:
        """Its own columns, those of the example, of the left and of the right."""
        asked = [f"{self.left}__example__{name}" for name in Asked._fields[:-1]]
        answers = [f"{side}__{name}" for side in (self.left, self.right) for name in Answer._fields[:-1]]
        return [*self.kind._fields, *asked, *answers]


Judged = tuple[Any, Asked, Answer, Answer, Rater]  # a row, what is asked, the left and the right answer, who judged


class Sided(ByStretch):
    """The judgements of a project, kind by kind in the order given, each kind in the order of its ids."""

    def __init__(self, project: Any, wish: Wish, *kinds: Sides) -> None:
        super().__init__(project, wish)
        self.kinds = kinds
        self.queries = [query_of(one.rows, f"{one.left}__example", project, one.columns) for one in kinds]
        self.steps: dict[int, Step] = {}

    def read(self, after: int, size: int) -> Read:
        """Read the judgements of so many examples after one. Runs in a thread: no ORM, no thread's own."""
        found = Read(size, self.end_of(after, size))
        for kind, query in zip(self.kinds, self.queries, strict=True):
            rows = self.rows(*within(query, after, found.upto))
            rows.sort(key=itemgetter(0))  # here, for the database would put aside wide rows to sort them
            texts = [kind.columns.index(f"{side}__text") for side in (kind.left, kind.right)]
            found.add(kind.left, rows, weight=WIDTH * len(rows), characters=lengths(rows, texts))
        return found

    def made(self, read: Read) -> list[Judged]:
        """The judgements of a stretch."""
        found: list[Judged] = []
        for kind in self.kinds:
            found += self.made_of(kind, read.said[kind.left])
        return found

    def made_of(self, kind: Sides, rows: Sequence[Any]) -> list[Judged]:
        """The judgements of a kind; what many of them name is known, and of the rest is made what its columns say."""
        asked = len(kind.kind._fields)
        left = asked + len(Asked._fields) - 1
        right = left + len(Answer._fields) - 1
        self.learn(self.raters, Rater.objects, {row[1] for row in rows})
        self.learn(self.imports, Import.objects, {row[left - 2] for row in rows})
        self.learn(self.steps, Step.objects.select_related("run__constitution"),
                   {row[place - 2] for row in rows for place in (right, len(row))})  # fmt: skip
        raters, imports, said, shown = self.raters, self.imports, kind.kind, asked - 1
        return [
            (
                NEW(said, (*row[:shown], NOTHING if row[shown] == "{}" else loads(row[shown]))),
                NEW(Asked, (*row[asked : left - 1], loads(row[left - 1]), imports.get(row[left - 2]))),
                self.answer(row[left:right]), self.answer(row[right:]), raters[row[1]],
            )
            for row in rows
        ]  # fmt: skip

    def answer(self, row: Any) -> Answer:
        """A side of a row."""
        if row[-1] is None and row[-2] is None:
            return NEW(Answer, (*row, None))
        turns = None if row[-1] is None else loads(row[-1])
        return NEW(Answer, (*row[:-1], turns, self.steps[row[-2]] if row[-2] else None))


def lengths(rows: Iterable[Any], places: Sequence[int]) -> int:
    """The characters in some columns."""
    return sum(len(row[place]) for row in rows for place in places)
