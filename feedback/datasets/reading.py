"""How a file is to be read, judged by its first rows; and its rows, or for each bad one where and why. Stores nothing.

Memory is bounded by the batch, whatever the size of the file.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from feedback.datasets.readers.files import Found, records
from feedback.datasets.readers.formats import COLUMNS, FORMATS, LABELS, Shape, detect, listed
from feedback.datasets.readers.rows import Row, Unreadable
from feedback.datasets.staging import trouble
from feedback.errors import Refused

BATCH = 1000
CHARACTERS = 8_000_000  # of a batch, at most, but for its last row
LOOKED_AT = 200
SAMPLE = 60
Trouble = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How a file would be read: the format, its columns, the first rows and what is wrong among the first 200."""

    format: str
    label: str
    mapping: dict[str, str]
    columns: list[str]
    rows: list[Row]
    troubles: list[Trouble]
    looked_at: int
    whole: bool
    samples: dict[str, str] = field(default_factory=dict)


@dataclass
class Batch:
    """Some records of a file as rows; `troubles` are (line, column, why) of those that cannot be read."""

    read: int
    rows: list[Row]
    troubles: list[tuple[int, str, str]]


def preview(
    file: BinaryIO | Path,
    *,
    filename: str = "",
    format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None,
    show: int = 5,
) -> Preview:
    """Read the first rows as they would be imported, and say what is wrong with them. Stores nothing.

    `format` in the answer is "" when no format fits: then the columns have to be mapped.
    """
    with opened(file) as stream:
        looked = list(islice(records(stream, filename or name_of(file)), LOOKED_AT + 1))
    found = looked[:LOOKED_AT]
    columns = columns_of(found)
    name = chosen_format(found, format, mapping or {})
    batch = next(batches(iter(found), Shape(name, mapping or {})), Batch(0, [], [])) if name else Batch(0, [], [])
    return Preview(
        format=name, label=LABELS.get(name, ""), mapping=dict(mapping or {}), columns=columns, rows=batch.rows[:show],
        troubles=[trouble(*one) for one in batch.troubles], looked_at=len(found), whole=len(looked) <= LOOKED_AT,
        samples=samples_of(found),
    )  # fmt: skip


def shaped(stream: BinaryIO, filename: str, wish: str, mapping: Mapping[str, str]) -> tuple[Shape, Iterator[Found]]:
    """How this file is to be read, judged by its first rows, and its records from the first on."""
    first = list(islice(records(stream, filename), LOOKED_AT))
    name = chosen_format(first, wish, mapping)
    if not name:
        raise Refused(no_format(first))
    return Shape(name, mapping), records(stream, filename)


def chosen_format(found: list[Found], wish: str, mapping: Mapping[str, str]) -> str:
    """The format asked for, or the first that a record has; "" for none. Raises `Refused` for an unknown wish."""
    if wish != "auto" and wish not in FORMATS:
        raise Refused(f"{wish!r} is not a format. Known are: auto, {', '.join(FORMATS)}.")
    columns = columns_of(found)
    for name, source in mapping.items():
        if name not in COLUMNS:
            raise Refused(f"Nothing can be mapped to {name!r}. Known are: {', '.join(COLUMNS)}.")
        if columns and source not in columns:
            raise Refused(f"The file has no column {source!r} for {name!r}. It has {listed(columns)}.")
    if wish != "auto":
        return wish
    return next(filter(None, (detect(one.record, mapping) for one in found)), "")


def no_format(found: list[Found]) -> str:
    """Why no format fits, in a sentence."""
    columns = columns_of(found)
    if columns:
        return f"No known format has the columns {listed(columns)}. Say which one is the prompt and which the response."
    bad = next((one for one in found if one.trouble), None)
    if bad is not None:
        return f"No row of the file can be read. Line {bad.line}: {bad.trouble}"
    return "The file holds no rows." if not found else "The rows of the file are not objects with named columns."


def columns_of(found: list[Found]) -> list[str]:
    """All columns among these records, in the order they appear."""
    names: dict[str, None] = {}
    for one in found:
        if isinstance(one.record, dict):
            names.update(dict.fromkeys(one.record))
    return list(names)


def samples_of(found: list[Found]) -> dict[str, str]:
    """The first value that says something in each column, cut short."""
    samples: dict[str, str] = {}
    for one in found:
        for name, value in one.record.items() if isinstance(one.record, dict) else ():
            text = value if isinstance(value, str) else "" if value is None else words_of_value(value)
            if name not in samples and text.strip():
                samples[name] = text if len(text) <= SAMPLE else f"{text[:SAMPLE]}…"
    return samples


def words_of_value(value: Any) -> str:
    """A list, a number and the like as one would write it."""
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, TypeError, RecursionError):
        return ""


def rows_of(one: Found, shape: Shape) -> list[Row]:
    """A record as rows; raises `Unreadable` whatever is wrong with it."""
    if one.trouble:
        raise Unreadable(one.trouble)
    try:
        rows = shape.read(one.record)
    except Unreadable as trouble:
        if one.file:
            raise Unreadable(f"{one.file}: {trouble}", column=trouble.column) from None
        raise
    for row in rows:
        check_verdicts(row)
    return rows


def check_verdicts(row: Row) -> None:
    """Raise unless every verdict is on two answers that differ."""
    for one in row.all_verdicts:
        a, b = row.answers[one.first], row.answers[one.second]
        if (a.text, a.turns) == (b.text, b.turns):
            raise Unreadable("The two answers that are compared are the same to the letter.")


def batches(found: Iterator[Found], shape: Shape) -> Iterator[Batch]:
    """The records in batches that fit into memory."""
    batch, size = Batch(0, [], []), 0
    for one in found:
        batch.read += 1
        try:
            rows = rows_of(one, shape)
            batch.rows += rows
            for row in rows:
                size += sum([len(answer.text) for answer in row.answers], 100)
        except Unreadable as unreadable:
            batch.troubles.append((one.line, unreadable.column, str(unreadable)))
        if batch.read >= BATCH or size > CHARACTERS:
            yield batch
            batch, size = Batch(0, [], []), 0
    if batch.read:
        yield batch


@contextmanager
def opened(file: BinaryIO | Path) -> Iterator[BinaryIO]:
    """A path opened, or a stream as it is (left open)."""
    if isinstance(file, Path):
        with file.open("rb") as stream:
            yield stream
    else:
        yield getattr(file, "file", None) or file


def name_of(file: BinaryIO | Path) -> str:
    """The name of a file, if it has one."""
    return str(getattr(file, "name", "") or "file")


def hash_of(stream: BinaryIO) -> str:
    """The SHA-256 of the whole file."""
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()
