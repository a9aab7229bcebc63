"""Neutral rows as JSON and back, whatever kinds of feedback they learn to hold. Knows no database."""

from __future__ import annotations

import json
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from feedback.datasets.readers.rows import Row

hints_of = cache(get_type_hints)


def words_of(row: Row) -> str:
    """A whole row as JSON."""
    return json.dumps(asdict(row), ensure_ascii=False)


def row_from(text: str) -> Row:
    """The row of that JSON."""
    row: Row = made(Row, json.loads(text))
    return row


def made(kind: Any, value: Any) -> Any:
    """A value of that kind from what JSON keeps of it."""
    if value is None:
        return None
    if is_dataclass(kind):
        whole: Any = kind
        hints = hints_of(whole)
        return whole(**{one.name: made(hints[one.name], value[one.name]) for one in fields(kind) if one.name in value})
    if get_origin(kind) in (Union, UnionType):
        return made(meant(get_args(kind), value), value)
    if get_origin(kind) is tuple:
        inner = get_args(kind)[0]
        return tuple(made(inner, one) for one in value)
    return value


def meant(kinds: tuple[Any, ...], value: Any) -> Any:
    """Which of several kinds a value is: of several dataclasses the one that has just these fields."""
    there = [one for one in kinds if one is not type(None)]
    found = (one for one in there if is_dataclass(one) and {each.name for each in fields(one)} == set(value))
    return there[0] if len(there) == 1 else next(found, there[0])
