"""Principles as a table: CSV with a column of their words, under one of the usual names, or alone."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping

from feedback.principles.clauses import Clause, from_sentence

NAMES = {
    "effect": ("effect", "principle", "text", "rule", "statement", "what to do", "guideline", "comment-body"),
    "domain": ("domain", "when", "condition", "applies", "when it applies"),
    "counter_examples": ("counter_examples", "counter examples", "not", "exceptions"),
    "section": ("section", "category", "topic", "group"),
    "critique_request": ("critique_request", "critic", "critique"),
    "revision_request": ("revision_request", "revision", "edit_request"),
}


def read(text: str) -> list[Clause]:
    """The principles in their order."""
    rows = [row for row in csv.reader(io.StringIO(text), dialect_of(text)) if any(cell.strip() for cell in row)]
    columns = columns_of(rows[0]) if rows else {}
    if "effect" not in columns:
        return [from_sentence(row[0]) for row in rows if row[0].strip()]
    read_rows = ({name: row[place].strip() for name, place in columns.items() if place < len(row)} for row in rows[1:])
    return [clause_of(row) for row in read_rows if row.get("effect")]


def dialect_of(text: str) -> type[csv.Dialect]:
    """Semicolons or tabs where the first line has them and no comma."""
    first = text.partition("\n")[0]
    sign = next((sign for sign in ("\t", ";") if sign in first and "," not in first), ",")
    return type("Told", (csv.excel,), {"delimiter": sign})


def columns_of(head: list[str]) -> dict[str, int]:
    """Which column holds what, by its name."""
    known = {name.strip().lower(): place for place, name in enumerate(head)}
    found = {field: next((known[name] for name in names if name in known), None) for field, names in NAMES.items()}
    return {field: place for field, place in found.items() if place is not None}


def clause_of(row: Mapping[str, str]) -> Clause:
    """A row whose columns are named; without a column for when, the words may say it themselves."""
    if "domain" in row:
        return Clause(**row)
    told = from_sentence(row["effect"])
    return Clause(**{**row, "domain": told.domain, "effect": told.effect})
