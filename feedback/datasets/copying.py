"""Rows as COPY's text format writes them, column by column: many at once, which is quicker than one after the other.

Knows neither the tables nor what the rows mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

ROWS = 250  # of a block
NONE = "\\N"


def blocks(rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """Rows of texts, whole numbers and nothing, as pieces to be written one after the other."""
    left = iter(rows)
    while some := list(islice(left, ROWS)):
        columns = map(written, zip(*some, strict=True))
        yield "\n".join(map("\t".join, zip(*columns, strict=True))) + "\n"


def written(values: Sequence[Any]) -> Sequence[str]:
    """One column."""
    kinds = set(map(type, values))
    if kinds == {str}:
        return escaped(values)
    if kinds == {int}:
        return list(map(str, values))
    return [NONE if value is None else escaped([str(value)])[0] for value in values]


def escaped(texts: Sequence[str]) -> Sequence[str]:
    """Texts without what would end a column or a row. They are looked at as one, parted by what no text may hold."""
    whole = "\0".join(texts)
    if not any(sign in whole for sign in "\\\t\n\r"):
        return texts
    parts = without_signs(whole).split("\0")
    return parts if len(parts) == len(texts) else [without_signs(text) for text in texts]  # which PostgreSQL refuses


def without_signs(text: str) -> str:
    """A text with the signs that COPY gives a meaning written otherwise."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
