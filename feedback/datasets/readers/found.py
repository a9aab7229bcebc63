"""One record of a file, or why there is none; and JSON decoded with a sentence where it cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import orjson

LARGEST = 16 * 1024 * 1024


@dataclass(slots=True)
class Found:
    """One record of a file, or why there is none at that line. `file` is its name where a zip or folder holds several;
    one that is `alone` is all that its file holds.

    `line` is the line in JSONL and CSV files, and the position in a JSON list or a table in columns, from 1.
    """

    line: int
    record: Any = None
    trouble: str = ""
    file: str = ""
    alone: bool = False


def decoded(number: int, raw: bytes) -> Found:
    """A piece of JSON as a record."""
    try:
        return Found(number, orjson.loads(raw))
    except orjson.JSONDecodeError as trouble:
        return Found(number, trouble=what_is_wrong(raw, str(trouble)))


def what_is_wrong(raw: bytes, told: str) -> str:
    """Why a piece of JSON cannot be read, in words."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as trouble:
        return f"This is not valid UTF-8 (byte {trouble.start + 1} of the row). Save the file as UTF-8."
    if "surrogate" in told:
        return "This holds half a character (a lone surrogate), which cannot be stored."
    if re.search(rb"[:,\[]\s*-?(?:NaN|Infinity)\b", raw):
        return "This holds NaN or Infinity, which are not JSON."
    if "recursion" in told:
        return "This is nested too deeply."
    return f"This is not valid JSON ({told.split(': line', 1)[0]})."


def too_long() -> str:
    """The sentence for a record past the limit."""
    return f"This row is larger than {LARGEST // 1024 // 1024} MB, the most that is read."
