"""Opik: traces and spans with `feedback_scores` and `comments`, and items of data sets with an `expected_output`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers import traces
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.loose import objects_in, parsed, said_in, tags_in
from feedback.datasets.readers.rows import Record, Row
from feedback.datasets.readers.sound import sound
from feedback.datasets.readers.traces import Call, Given, given_of

NAME = "opik"
LABEL = "a trace, span or data set item of Opik"
TOOL = "Opik"


def fits(record: Record) -> bool:
    """Whether a record has one of these shapes."""
    if "feedback_scores" in record and ("input" in record or "output" in record):
        return True
    return "expected_output" in record and "input" in record and "instruction" not in record


@sound
def read(record: Record) -> list[Row]:
    """A trace with its spans, a span, or an item."""
    spans = [call(one) for one in objects_in(record.get("spans"), "spans")]
    return traces.rows_of(call(record), spans, TOOL, tags_in(parsed(record.get("tags"))))


def call(one: Mapping[str, Any]) -> Call:
    """A trace or span."""
    return Call(
        id=words(one, "id"), name=words(one, "name"), kind=words(one, "type"), asked=one.get("input"),
        answered=one.get("output"), model=words(one, "model"), is_model=one.get("type") == "llm",
        given=[*scores_in(one), *comments_in(one)], reference=one.get("expected_output"),
        extra={"metadata": parsed(one.get("metadata")), "thread": words(one, "thread_id"),
               "project": words(one, "project_name")},
    )  # fmt: skip


def scores_in(one: Mapping[str, Any]) -> list[Given]:
    """Its feedback scores: a list, or values by name as in tables."""
    value = parsed(one.get("feedback_scores"))
    if isinstance(value, Mapping):
        return [given_of(name, told, "", TOOL) for name, told in value.items()]
    found = []
    for told in objects_in(value, "feedback_scores"):
        named = words(told, "category_name")
        found.append(given_of(
            told.get("name"), told.get("value"), told.get("source"), TOOL, words=said_in(told.get("reason"), "reason"),
            author=told.get("created_by") if told.get("source") == "ui" else None, label=named,
        ))  # fmt: skip
    return found


def comments_in(one: Mapping[str, Any]) -> list[Given]:
    """Comments that people wrote beside it."""
    return [
        given_of(
            "comment", None, "ui", TOOL, words=said_in(told.get("text"), "comments"), author=told.get("created_by")
        )
        for told in objects_in(one.get("comments"), "comments")
    ]
