"""What the types of `checking.py` are in Parquet, so that `datasets` and others read the file as they read JSON lines.

What may be anything (`object` without fields, `any`) stands there as its JSON, a text as it is. It knows no files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from feedback.datasets.checking import Column, column_of

OPEN = ("object", "any")
TURN = Column("object", fields=(("role", Column("text")), ("content", Column("text"))))
Turned = Callable[[Any], Any]


def parquet_schema(columns: Mapping[str, str]) -> Any:
    """The schema of these columns."""
    import pyarrow

    return pyarrow.schema([(name, arrow_type(column_of(notation))) for name, notation in columns.items()])


def arrow_type(column: Column) -> Any:
    """The type of one column."""
    import pyarrow

    if column.of is not None:
        return pyarrow.list_(arrow_type(column.of))
    if column.word == "turns":
        return pyarrow.list_(arrow_type(TURN))
    fields = TURN.fields if column.word == "turn" else column.fields
    if fields:
        return pyarrow.struct([(name, arrow_type(one)) for name, one in fields])
    plain = {"int": pyarrow.int64(), "float": pyarrow.float64(), "number": pyarrow.float64(), "bool": pyarrow.bool_()}
    return plain.get(column.word, pyarrow.string())


def parquet_rows(lines: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> list[dict[str, Any]]:
    """The lines with what may be anything as its JSON."""
    turned = {name: turn for name, notation in columns.items() if (turn := turns_into(column_of(notation)))}
    if not turned:
        return [dict(line) for line in lines]
    return [{name: turned[name](value) if name in turned else value for name, value in line.items()} for line in lines]


def turns_into(column: Column) -> Turned | None:
    """How a value of this type is written where it cannot stay as it is; None where it can."""
    if column.of is not None:
        inner = turns_into(column.of)
        return inner and (lambda value: None if value is None else [inner(one) for one in value])
    if column.fields:
        found = {name: turn for name, one in column.fields if (turn := turns_into(one))}
        return turned_fields(found) if found else None
    return as_json if column.word in OPEN else None


def turned_fields(found: Mapping[str, Turned]) -> Turned:
    """How an object is written of which some fields cannot stay as they are."""

    def turn(value: Any) -> Any:
        return value and {name: found[name](one) if name in found else one for name, one in value.items()}

    return turn


def as_json(value: Any) -> str | None:
    """A value as its JSON; a text as it is."""
    return value if value is None or isinstance(value, str) else orjson.dumps(value).decode()
