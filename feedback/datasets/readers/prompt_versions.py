"""Prompts that were exported from a tool (Langfuse: `{name, version, type, prompt, labels}`): known, and not data.

A template that waits for its variables was never asked, so it is no example; its row says so instead of becoming one.
"""

from __future__ import annotations

from feedback.datasets.readers.checks import words
from feedback.datasets.readers.rows import Record, Row, Unreadable

NAME = "prompt-version"
LABEL = "a version of a prompt (Langfuse)"
NO_PLACE = "A prompt is not something that was asked: put its words into the project's guidelines."


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    versioned = isinstance(record.get("version"), int) and isinstance(record.get("labels"), list)
    return "prompt" in record and "name" in record and versioned


def read(record: Record) -> Row:
    """Never a row: a sentence that says what this is and where it goes."""
    version = f"version {record['version']} of " if abs(record["version"]) < 10**6 else ""
    raise Unreadable(f"This is {version}the prompt {words(record, 'name')[:60]!r}. {NO_PLACE}", column="prompt")
