"""Whether a line is what its format promises: the type of every column, and what no type can say.

A format names its columns as `{"prompt": "turns", "margin": "float?"}`. The notation: `text`, `int`, `float` (2.0, not
2), `number` (either), `bool`, `turn` (`{"role", "content"}`), `turns`, `object` (any), `any`, `list[T]`
and `object{name: T, other: T}` with just these keys; a `?` at the end allows null. It knows neither formats nor files;
what the same words mean in Parquet stands in `columns.py`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

Line = Mapping[str, Any]
Check = Callable[[Any], str]
ROLES = frozenset({"system", "user", "assistant", "tool"})
WORD = re.compile(r"\s*([a-z]+|[^\s])")
NAME = re.compile(r"\s*([^\s:{},?]+(?: [^\s:{},?]+)*)\s*:")
PLAIN = ("text", "int", "float", "number", "bool", "turn", "turns", "object", "any")


@dataclass(frozen=True)
class Column:
    """A type as it was written: its word, whether null will do, what a list holds, the fields of an object."""

    word: str
    null: bool = False
    of: Column | None = None
    fields: tuple[tuple[str, Column], ...] = ()


@cache
def column_of(notation: str) -> Column:
    """The type that is written so. Raises `ValueError` for what nobody can read."""
    column, rest = parsed(notation)
    if rest.strip():
        raise ValueError(f"{notation!r} is not a type: {rest.strip()!r} is left over.")
    return column


def parsed(text: str) -> tuple[Column, str]:
    """A type from the beginning of a text, and the rest."""
    word, rest = after(text)
    of: Column | None = None
    fields: list[tuple[str, Column]] = []
    if word == "list":
        of, rest = parsed(taken(rest, "["))
        rest = taken(rest, "]")
    elif word == "object" and rest.lstrip().startswith("{"):
        fields, rest = fields_of(taken(rest, "{"))
    elif word not in PLAIN:
        raise ValueError(f"{word!r} is not a type. Known are: {', '.join((*PLAIN, 'list[…]', 'object{…}'))}.")
    null = rest.lstrip().startswith("?")
    return Column(word, null, of, tuple(fields)), taken(rest, "?") if null else rest


def fields_of(text: str) -> tuple[list[tuple[str, Column]], str]:
    """The fields up to the closing brace, and the rest."""
    found: list[tuple[str, Column]] = []
    while True:
        name = NAME.match(text)
        if name is None:
            raise ValueError(f"A field's name and a colon are missing before {text!r}.")
        column, text = parsed(text[name.end() :])
        found.append((name[1], column))
        word, text = after(text)
        if word == "}":
            return found, text
        if word != ",":
            raise ValueError(f"A comma or a brace is missing before {word + text!r}.")


def after(text: str) -> tuple[str, str]:
    """The next word or sign, and the rest."""
    found = WORD.match(text)
    return (found[1], text[found.end() :]) if found else ("", "")


def taken(text: str, sign: str) -> str:
    """The rest after a sign that must be there."""
    word, rest = after(text)
    if word != sign:
        raise ValueError(f"{sign!r} is missing before {text!r}.")
    return rest


def checker(columns: Mapping[str, str], rules: Callable[[Any], str] | None = None) -> Check:
    """What says of a line what is wrong with it, or "": the keys and their order, each column's type, then the rules.

    Without columns all lines must have the keys of the first.
    """
    if not columns:
        return same_keys(rules)
    names = list(columns)
    checks = [(name, check_of_column(column_of(notation))) for name, notation in columns.items()]

    def check(line: Any) -> str:
        if list(line) != names:
            return keys_differ(list(line), names)
        for name, wrong in checks:
            if why := wrong(line[name]):
                return f"`{name}` {why}"
        return rules(line) if rules else ""

    return check


def check_of(format: Any) -> Check:  # noqa: A002
    """The check of a `Format`: of its columns, its rules, and that its keys never change."""
    return checker(format.columns, format.rules)


def same_keys(rules: Callable[[Any], str] | None) -> Check:
    """A check that takes the first line for what all are to look like."""
    names: list[str] = []

    def check(line: Any) -> str:
        if not names:
            names.extend(line)
        if list(line) != names:
            return keys_differ(list(line), names)
        return rules(line) if rules else ""

    return check


def keys_differ(found: list[str], wanted: list[str]) -> str:
    """What is wrong with the keys of a line."""
    if missing := [name for name in wanted if name not in found]:
        return f"`{missing[0]}` is missing"
    if more := [name for name in found if name not in wanted]:
        return f"`{more[0]}` is not a column of this format"
    return "the columns stand in another order"


@cache
def check_of_column(column: Column) -> Check:
    """What says of a value what is wrong with it, or ""."""
    check = check_without_null(column)
    if not column.null:
        return check
    return lambda value: "" if value is None else check(value)


def check_without_null(column: Column) -> Check:
    """The same, where null will not do."""
    if column.of is not None:
        return list_check(check_of_column(column.of))
    if column.fields:
        return object_check([(name, check_of_column(one)) for name, one in column.fields])
    return CHECKS[column.word]


def list_check(inner: Check) -> Check:
    """Every element is as it should be."""

    def check(value: Any) -> str:
        if type(value) is not list:
            return f"is {said(value)}, not a list"
        for number, one in enumerate(value, start=1):
            if why := inner(one):
                return f"({number}) {why}"
        return ""

    return check


def object_check(fields: list[tuple[str, Check]]) -> Check:
    """Just these fields, in this order, each as it should be."""
    names = [name for name, _ in fields]

    def check(value: Any) -> str:
        if type(value) is not dict:
            return f"is {said(value)}, not an object"
        if list(value) != names:
            return f"has fields that differ: {keys_differ(list(value), names)}"
        for name, wrong in fields:
            if why := wrong(value[name]):
                return f".{name} {why}"
        return ""

    return check


def is_text(value: Any) -> str:
    """A text that can be written."""
    if type(value) is not str:
        return f"is {said(value)}, not a text"
    if value.isascii():
        return ""
    try:
        value.encode()
    except UnicodeEncodeError:
        return "holds half a character"
    return ""


def is_int(value: Any) -> str:
    """A whole number."""
    return "" if type(value) is int else f"is {said(value)}, not a whole number"


def is_number(value: Any) -> str:
    """A number that JSON has."""
    return "" if type(value) is int else is_float(value)


def is_float(value: Any) -> str:
    """The same with a point: where one line has 2 and a later one 2.5, `datasets` takes them for whole numbers."""
    return "" if type(value) is float and math.isfinite(value) else f"is {said(value)}, not a number with a point"


def is_bool(value: Any) -> str:
    """True or false, and not the words."""
    return "" if type(value) is bool else f"is {said(value)}, not true or false"


def is_object(value: Any) -> str:
    """Any object."""
    return "" if type(value) is dict else f"is {said(value)}, not an object"


def is_turn(value: Any) -> str:
    """`{"role", "content"}` and nothing else."""
    if type(value) is not dict or len(value) != 2 or "role" not in value or "content" not in value:
        return "is not a turn of `role` and `content`"
    if value["role"] not in ROLES:
        return f"has a role nobody knows: {value['role']!r}"
    return is_text(value["content"])


def are_turns(value: Any) -> str:
    """At least one turn."""
    if type(value) is not list or not value:
        return "is not a list of turns"
    for turn in value:
        if type(turn) is dict and len(turn) == 2 and turn.get("role") in ROLES:  # most turns there are, at a glance
            text = turn.get("content")
            if type(text) is str and text.isascii():
                continue
        if why := is_turn(turn):
            return why
    return ""


def said(value: Any) -> str:
    """What something is, in a word."""
    if value is None:
        return "null"
    if type(value) is float and not math.isfinite(value):
        return "no finite number"
    words = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return words.get(type(value), type(value).__name__)


CHECKS: dict[str, Check] = {
    "text": is_text, "int": is_int, "float": is_float, "number": is_number, "bool": is_bool, "object": is_object,
    "turn": is_turn, "turns": are_turns, "any": lambda value: "",
}  # fmt: skip
