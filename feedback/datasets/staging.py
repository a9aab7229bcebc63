"""Where the rows of an import wait until all of them are read: tables of its own, filled by COPY, thrown away after.

A small import has temporary ones, gone with its transaction. A large one has unlogged ones that outlive its worker, so
that it can be paused, killed and gone on with. PostgreSQL empties unlogged tables when it is killed itself; then the
file is read again from its start. Neither the reading of files nor the tables behind is known here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import count
from operator import attrgetter
from typing import Any, NamedTuple

import orjson
from django.db import connection

from feedback.datasets.copying import blocks
from feedback.datasets.kept_rows import words_of
from feedback.datasets.readers.rows import Row, Verdict
from feedback.examples.hashes import answer_hash, conversation_hash, text_hash
from feedback.examples.splits import split_of, split_of_text

# Without collations of their own: with one, an index of the real tables could not be used to find their words.
TABLES = {
    "examples": "line bigint, hash text, messages jsonb, reference text, external_id text, tags jsonb, "
                "extra jsonb, split text",
    "answers": 'n bigint, line bigint, place int, hash text, text text, model text, next_message text, '
               "extra jsonb, turns jsonb",
    "verdicts": 'n bigint, line bigint, answer bigint, first int, second int, outcome text, strength int, '
                'reason text, aspect text, timing text, rater text, by text, key text',
    "others": "line bigint, content text",
    "troubles": "line bigint, col text, why text",
}  # fmt: skip
FOUND_BY = {
    "examples": ("line",), "answers": ("n", "line"), "verdicts": ("n", "line"), "others": ("line",),
}  # fmt: skip
MADE = ("place", "answered", "answer", "given", "rater")  # what is made of them when they are moved
FEW = 20_000  # rows below which PostgreSQL plans well enough without having counted
AT_ONCE = {"messages", "answers", "verdict", "verdicts", "tags", "root", "reference", "external_id", "extra"}
OTHERS = [one.name for one in fields(Row) if one.name not in AT_ONCE]  # what a row may tell beyond these
others_in = attrgetter(*OTHERS)
temporary_names = count(1)


@dataclass
class Reached:
    """How far an import is: records read, rows, answers and verdicts put aside, records that could not be read.

    `others` are rows that tell more than that, `tagged` those with tags, `alike` those with an answer or verdict twice.
    """

    read: int = 0
    rows: int = 0
    answers: int = 0
    verdicts: int = 0
    others: int = 0
    bad: int = 0
    tagged: int = 0
    alike: int = 0

    def as_dict(self) -> dict[str, int]:
        """As it is kept on the transfer."""
        return asdict(self)


class Hashed(NamedTuple):
    """A row at its place in the file, with the hash of its conversation and of each answer.

    `answer` is the number of its first answer, less one.
    """

    line: int
    answer: int
    hash: str
    texts: list[str]
    row: Row


def hashed(rows: Sequence[Row], reached: Reached) -> Iterator[Hashed]:
    """The rows of a batch with their hashes; lines and answers are numbered throughout the file."""
    answer = reached.answers
    for line, row in enumerate(rows, reached.rows):
        texts = [answer_hash(one.text, one.turns) for one in row.answers]
        yield Hashed(line, answer, conversation_hash(row.messages), texts, row)
        answer += len(texts)


class Staging:
    """The tables of one import; without a `name` they are temporary."""

    def __init__(self, name: str = "", reached: Reached | None = None) -> None:
        self.temporary = not name
        self.name = name or f"coming_in_{next(temporary_names)}"
        self.reached = reached or Reached()

    def table(self, which: str) -> str:
        """The name of one of its tables."""
        return connection.ops.quote_name(f"{self.name}_{which}")

    def create(self) -> None:
        """Make the tables anew, empty."""
        kind = "TEMPORARY" if self.temporary else "UNLOGGED"
        made = (f"CREATE {kind} TABLE {self.table(name)} ({columns})" for name, columns in TABLES.items())
        if not self.temporary:
            self.drop()
        self.run("; ".join(made))

    def drop(self) -> None:
        """Throw the tables away; twice is no harm."""
        self.run(f"DROP TABLE IF EXISTS {', '.join(map(self.table, (*TABLES, *MADE)))}")

    def run(self, words: str) -> None:
        """Have PostgreSQL do something that takes no arguments."""
        with connection.cursor() as cursor:
            cursor.execute(words)

    def has_tables(self) -> bool:
        """Whether the tables are there."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [self.table("examples")])
            there: bool = cursor.fetchone()[0]
        return there

    def is_whole(self) -> bool:
        """Whether the tables are there and hold all that was put aside."""
        if not self.has_tables():
            return False
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {self.table('examples')}")
            rows: int = cursor.fetchone()[0]
        return rows == self.reached.rows

    def add(self, rows: Sequence[Row], troubles: Sequence[tuple[int, str, str]] = ()) -> None:
        """Put a batch aside: rows in the order of the file, and (line, column, why) of what could not be read."""
        batch = list(hashed(rows, self.reached))
        said = [verdict for one in batch for verdict in verdicts_of(one)]
        others = [(one.line, words_of(one.row)) for one in batch if has_others(one.row)]
        self.copy("examples", map(example_of, batch))
        self.copy("answers", (answer for one in batch for answer in answers_of(one)))
        self.copy("verdicts", ((number, *one) for number, one in enumerate(said, self.reached.verdicts + 1)))
        self.copy("others", others)
        self.copy("troubles", troubles)
        self.reached.rows += len(rows)
        self.reached.answers += sum([len(row.answers) for row in rows])
        self.reached.verdicts += len(said)
        self.reached.others += len(others)
        self.reached.tagged += sum([1 for row in rows if row.tags])
        self.reached.alike += sum([1 for one in batch if has_alike(one)])
        self.reached.bad += len(troubles)

    def copy(self, which: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write rows into one of the tables."""
        if not rows:
            return
        with connection.cursor() as cursor, cursor.copy(f"COPY {self.table(which)} FROM STDIN") as copy:
            for block in blocks(rows):
                copy.write(block)

    def count(self) -> None:
        """Let PostgreSQL count what rows are found by, so that it plans well; for few rows it is not worth it.

        The words themselves are left out: it would read and sort them all for nothing.
        """
        if self.reached.rows > FEW:
            counted = (f"{self.table(name)} ({', '.join(columns)})" for name, columns in FOUND_BY.items())
            self.run(f"ANALYZE {', '.join(counted)}")

    def troubles(self, most: int | None = None) -> list[dict[str, Any]]:
        """What could not be read, in the order of the file."""
        if not self.reached.bad:
            return []
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT line, col, why FROM {self.table('troubles')} ORDER BY line LIMIT %s", [most])
            return [trouble(*row) for row in cursor.fetchall()]


def trouble(line: int, column: str, why: str) -> dict[str, Any]:
    """One record that could not be read, as pages, commands and the import keep it."""
    return {"line": line, "column": column, "why": why} if column else {"line": line, "why": why}


def example_of(one: Hashed) -> tuple[Any, ...]:
    """The example of a row."""
    row = one.row
    split = split_of_text(row.root) if row.root else split_of(row.messages)
    tags, extra = as_json(row.tags) if row.tags else "[]", as_json(row.extra) if row.extra else "{}"
    return one.line, one.hash, as_json(row.messages), row.reference, row.external_id[:200], tags, extra, split


def answers_of(one: Hashed) -> Iterator[tuple[Any, ...]]:
    """The answers of a row, numbered from 1 throughout the file."""
    line, before, _, texts, row = one
    for place, answer in enumerate(row.answers):
        turns = as_json(answer.turns) if answer.turns is not None else None
        extra = as_json(answer.extra) if answer.extra else "{}"
        yield (before + place + 1, line, place, texts[place], answer.text, answer.model[:120], answer.next_message,
               extra, turns)  # fmt: skip


def verdicts_of(one: Hashed) -> Iterator[tuple[Any, ...]]:
    """The verdicts of a row, but for their numbers."""
    for said in one.row.all_verdicts:
        yield (one.line, one.answer + 1, said.first, said.second, said.outcome, said.strength, said.reason,
               said.aspect[:60], said.timing, name_of(said.rater), said.by, key_of(one, said))  # fmt: skip


def has_alike(one: Hashed) -> bool:
    """Whether a row has the same answer or the same verdict of the same rater twice."""
    if len(set(one.texts)) < len(one.texts):
        return True
    if not one.row.verdicts:
        return False
    said = [(name_of(said.rater), said.by, key_of(one, said)) for said in one.row.all_verdicts]
    return len(set(said)) < len(said)


def key_of(one: Hashed, verdict: Verdict) -> str:
    """The key of a verdict, made from its content, so that it is stored once."""
    told = [verdict.outcome]
    if (verdict.aspect, verdict.timing) != ("overall", "now"):
        told += [verdict.aspect, verdict.timing]
    return text_hash("|".join([one.hash, one.texts[verdict.first], one.texts[verdict.second], *told]))


def has_others(row: Row) -> bool:
    """Whether a row tells more than an example, its answers and which of two is better."""
    if any(others_in(row)):
        return True
    return any(answer.consequence or answer.reaction is not None for answer in row.answers)


def name_of(rater: str) -> str:
    """A rater's name as `Raters` has it."""
    return rater[:120].strip() or "unnamed"


def as_json(value: Any) -> str:
    """A value as JSON; numbers of any size."""
    if not value:
        return "{}" if isinstance(value, dict) else "[]"
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value, ensure_ascii=False)
