"""The last look at rows of tools whose values are read kindly: every text can be stored, and so can what stands beside.

What is too much to be kept beside the answers is left out by name, so that one sees that it was there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from typing import Any

from feedback.datasets.readers.checks import fits_json, storable
from feedback.datasets.readers.loose import as_json
from feedback.datasets.readers.rows import Record, Row

Read = Callable[[Record], Row | list[Row]]
LEFT_OUT = "left_out"


def sound(read: Read) -> Callable[[Record], list[Row]]:
    """A reader whose rows can all be stored, or it raises `Unreadable`."""

    @wraps(read)
    def looked(record: Record) -> list[Row]:
        found = read(record)
        return [checked(row) for row in (found if isinstance(found, list) else [found])]

    return looked


def checked(row: Row) -> Row:
    """The row, if all its texts can be stored, with as much beside it as can be."""
    row = replace(row, extra=kept(row.extra))
    for text in texts_in(row):
        storable(text, "this row")
    return row


def kept(extra: Mapping[str, Any]) -> dict[str, Any]:
    """What stands beside, without what cannot be written down or is too long; the largest go first."""
    found = {storable(str(name), "a column's name"): value for name, value in extra.items()}
    gone = [name for name, value in found.items() if not fits_json({name: value})]
    for name in gone:
        del found[name]
    while found and not fits_json({**found, LEFT_OUT: gone}):
        largest = max(found, key=lambda name: len(as_json(found[name], name)))
        gone.append(largest)
        del found[largest]
    return {**found, LEFT_OUT: gone} if gone else found


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a row, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, held in value.items():
            yield str(name)
            yield from texts_in(held)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from texts_in(one)
    elif is_dataclass(value):
        for column in fields(value):
            yield from texts_in(getattr(value, column.name))
