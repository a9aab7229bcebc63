"""Langfuse: traces with their observations and scores, observations alone, exported tables, items of data sets.

Scores that people gave in the product are a person's; those of evaluators are a model's; those of the API are a
check's, unless their name says that users gave them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers import traces
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.loose import object_in, objects_in, parsed, said_in, tags_in
from feedback.datasets.readers.rows import Record, Row
from feedback.datasets.readers.sound import sound
from feedback.datasets.readers.traces import Call, Given, given_of

NAME = "langfuse"
LABEL = "a trace, observation or data set item of Langfuse"
TOOL = "Langfuse"
TABLE = ("sessionId", "bookmarked", "release", "htmlPath", "userId")


def fits(record: Record) -> bool:
    """Whether a record has one of these shapes."""
    if isinstance(record.get("observations"), list) and ("input" in record or "scores" in record):
        return True
    if "input" not in record:
        return False
    item = "expectedOutput" in record and (
        "datasetId" in record or "datasetName" in record or "sourceTraceId" in record
    )
    table = "timestamp" in record and any(name in record for name in TABLE)
    return item or table or ("traceId" in record and ("type" in record or "startTime" in record))


@sound
def read(record: Record) -> list[Row]:
    """The rows of a trace, or of one observation or item."""
    observations = [one for one in objects_in(record.get("observations"), "observations") if "id" in one]
    scores = scores_in(record.get("scores"))
    calls = [call(one, [*given_to(scores, one), *comments_in(one)]) for one in observations]
    whole = call(record, [*given_to(scores, None), *comments_in(record)])
    tags = tags_in(parsed(record.get("tags")))
    return traces.rows_of(whole, calls, TOOL, tags)


def call(one: Mapping[str, Any], given: list[Given]) -> Call:
    """A trace or observation."""
    kind = words(one, "type")
    return Call(
        id=words(one, "id"), name=words(one, "name"), kind=kind, asked=one.get("input"), answered=one.get("output"),
        model=words(one, "model"), is_model=kind == "GENERATION", given=given, reference=one.get("expectedOutput"),
        extra={"metadata": parsed(one.get("metadata")), "session": words(one, "sessionId"),
               "dataset": words(one, "datasetName")},
    )  # fmt: skip


def scores_in(value: object) -> list[tuple[str, Given]]:
    """Scores, each with the id of its observation ("" for the trace): a list of them, or values by name."""
    value = parsed(value)
    if isinstance(value, Mapping):
        return [
            ("", given_of(name, told, "", TOOL))
            for name, held in value.items()
            for told in (held if isinstance(held, list) else [held])
        ]
    return [
        (words(one, "observationId"), given_of(
            one.get("name"), value_of(one), one.get("source"), TOOL, words=said_in(one.get("comment"), "comment"),
            author=one.get("authorUserId"),
        ))
        for one in objects_in(value, "scores")
    ]  # fmt: skip


def value_of(one: Mapping[str, Any]) -> Any:
    """The value of a score: the name of a category, yes or no, or a number."""
    if one.get("dataType") == "CATEGORICAL" and one.get("stringValue"):
        return one["stringValue"]
    return bool(one["value"]) if one.get("dataType") == "BOOLEAN" and one.get("value") in (0, 1) else one.get("value")


def given_to(scores: list[tuple[str, Given]], one: Mapping[str, Any] | None) -> list[Given]:
    """The scores of an observation, or of the trace."""
    return [given for place, given in scores if place == (words(one, "id") if one is not None else "")]


def comments_in(one: Mapping[str, Any]) -> list[Given]:
    """Comments that people wrote beside it."""
    listed = parsed(one.get("comments"))
    return [
        given_of("comment", None, "annotation", TOOL, words=said_in(told.get("content", told.get("text")), "comments"),
                 author=told.get("authorUserId"))
        for told in (object_in(each, "comments") for each in (listed if isinstance(listed, list) else ()))
    ]  # fmt: skip
