"""Which reader a file is for, by what is asked or else by how it looks."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from feedback.errors import Refused
from feedback.principles.clauses import MOST_DOMAIN, MOST_EFFECT, Clause
from feedback.principles.readers import lists, tables, trees

LARGEST = 1024 * 1024
MOST = 1000
ENDINGS = {"csv": "csv", "tsv": "csv", "json": "json", "yaml": "yaml", "yml": "yaml", "md": "list", "txt": "list"}


def read(text: str, *, filename: str = "", format: str = "auto") -> list[Clause]:  # noqa: A002
    """The principles of a text. Raises `Refused` with what is wrong with it."""
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST:
        raise Refused("The file is larger than a megabyte. Principles are sentences; is it the right file?")
    if format not in {"auto", *READERS}:
        raise Refused(f"There is no format {format!r}. There are {', '.join(READERS)}.")
    clauses = READERS[looks_like(text, filename) if format == "auto" else format](text.replace("\0", ""))
    if not clauses:
        raise Refused("No principle stands in it.")
    if len(clauses) > MOST:
        raise Refused(f"It holds {len(clauses)} principles; {MOST} at once is the most.")
    return [checked(clause, number) for number, clause in enumerate(clauses, 1)]


def looks_like(text: str, filename: str) -> str:
    """The format by the file's ending, else by its first sign."""
    ending = filename.rpartition(".")[2].lower()
    if ending in ENDINGS:
        return ENDINGS[ending]
    first = text.lstrip()[:1]
    if first in {"{", "["}:
        return "json"
    head = text.lstrip().partition("\n")[0]
    if {"effect", "principle"} & set(tables.columns_of([cell.strip('" ') for cell in head.split(",")])):
        return "csv"
    return "yaml" if head.rstrip() in {"principles:", "---"} else "list"


def checked(clause: Clause, number: int) -> Clause:
    """The clause, where it fits into a principle."""
    if len(clause.effect) > MOST_EFFECT or len(clause.domain) > MOST_DOMAIN:
        raise Refused(
            f"Principle {number} is too long: at most {MOST_DOMAIN} signs for when it applies and {MOST_EFFECT} for "
            "what to do."
        )
    return clause


def read_json(text: str) -> list[Clause]:
    """JSON of any of the known shapes."""
    try:
        tree: Any = json.loads(text)
    except (ValueError, RecursionError) as trouble:
        raise Refused(f"It is no JSON: {trouble}.") from None
    return trees.read(tree)


def read_yaml(text: str) -> list[Clause]:
    """YAML of any of the known shapes, read as plain data."""
    try:
        tree: Any = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as trouble:
        raise Refused(f"It is no YAML: {' '.join(str(trouble).split())[:200]}.") from None
    return trees.read(tree)


READERS: dict[str, Callable[[str], list[Clause]]] = {
    "list": lists.read, "csv": tables.read, "json": read_json, "yaml": read_yaml,
}  # fmt: skip
LABELS = {"list": "Lines or Markdown", "csv": "CSV", "json": "JSON", "yaml": "YAML"}
