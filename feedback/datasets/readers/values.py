"""Values of a record that must be of a kind: lists, objects, numbers, truths. Each tells in words what it is not."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from feedback.datasets.readers.checks import kind_of, parsed
from feedback.datasets.readers.rows import Record, Unreadable

TRUE, FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})


def list_in(record: Record, name: str) -> list[Any]:
    """A column that must hold a list, or the JSON text of one."""
    value = record.get(name)
    if isinstance(value, str):
        value = parsed(value, name, "a list")
    if not isinstance(value, list):
        raise Unreadable(f"{name!r} should be a list but is {kind_of(value)}.", column=name)
    return value


def objects_in(record: Record, name: str) -> list[dict[str, Any]]:
    """A column that must hold a list of objects."""
    found = list_in(record, name)
    wrong = next((one for one in found if not isinstance(one, dict)), None)
    if wrong is not None or not all(isinstance(one, dict) for one in found):
        raise Unreadable(f"{name!r} should be a list of objects, but one of them is {kind_of(wrong)}.", column=name)
    return found


def texts_in(record: Record, name: str) -> list[str]:
    """A column that must hold a list of texts."""
    found = list_in(record, name)
    wrong = next((one for one in found if not isinstance(one, str)), "")
    if not isinstance(wrong, str):
        raise Unreadable(f"{name!r} should be a list of texts, but one of them is {kind_of(wrong)}.", column=name)
    return [one for one in found if isinstance(one, str)]


def object_in(record: Record, name: str) -> dict[str, Any]:
    """A column that must hold an object."""
    value = record.get(name)
    if not isinstance(value, dict):
        raise Unreadable(f"{name!r} should be an object but is {kind_of(value)}.", column=name)
    return value


def number_of(value: object) -> float | None:
    """A number, or the text of one; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None


def whole(record: Record, name: str, least: int, most: int) -> int:
    """A column that must hold a whole number between two others."""
    number = number_of(record.get(name))
    if number is None or number != int(number) or not least <= number <= most:
        said = repr(record.get(name))[:40]
        raise Unreadable(f"{name!r} should be a whole number from {least} to {most} but is {said}.", column=name)
    return int(number)


def truth(record: Record, name: str) -> bool:
    """A column that must be true or false."""
    value = record.get(name)
    if isinstance(value, bool):
        return value
    said = str(value).strip().lower() if isinstance(value, int | str) else ""
    if said not in TRUE | FALSE:
        raise Unreadable(f"{name!r} should be true or false but is {str(value)[:40]!r}.", column=name)
    return said in TRUE


def no_prompt(*texts: str) -> str:
    """What stands where the source tells nothing of what was asked; told apart by what was answered."""
    mark = hashlib.sha256("\x1f".join(sorted(texts)).encode("utf-8", "replace")).hexdigest()[:8]
    return f"(The source does not say what was asked: {mark})"


def chosen_value(outcomes: Mapping[str, str], record: Record, name: str) -> str:
    """The outcome a column's value stands for."""
    value = record.get(name)
    number = number_of(value)
    said = str(int(number)) if number is not None and number == int(number) else str(value).strip().lower()
    outcome = outcomes.get(said) if not isinstance(value, bool | dict | list) else None
    if outcome is None:
        known = ", ".join(outcomes)
        raise Unreadable(f"{name!r} should be one of {known} but is {str(value)[:40]!r}.", column=name)
    return outcome


def has(record: Record, *names: str) -> bool:
    """Whether a record has all these columns."""
    return all(name in record for name in names)


def first_of(record: Record, names: Sequence[str]) -> str | None:
    """The first of these columns that the record has and that holds something."""
    return next((name for name in names if record.get(name) not in (None, "")), None)
