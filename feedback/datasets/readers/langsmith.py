"""LangSmith: examples of data sets (`inputs`, `outputs`, `metadata`) and runs (`run_type`, `child_runs`, `feedback`).

What a data set holds as output is the reference, unless it was taken from a run; what a run put out is a response.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from feedback.datasets.readers import traces
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.loose import object_in, objects_in, parsed, said_in, tags_in
from feedback.datasets.readers.rows import Record, Row, Unreadable
from feedback.datasets.readers.sound import sound
from feedback.datasets.readers.traces import Call, Given, given_of

NAME = "langsmith"
LABEL = "an example or run of LangSmith"
TOOL = "LangSmith"
DEEPEST = 20


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return isinstance(parsed(record.get("inputs")), dict) and ("outputs" in record or "run_type" in record)


@sound
def read(record: Record) -> list[Row]:
    """A run with its children, or an example of a data set."""
    if "run_type" in record:
        return traces.rows_of(call(record), [call(one) for one in under(record)], TOOL, tags_in(record.get("tags")))
    answered = record.get("source_run_id") not in (None, "")
    outputs = parsed(record.get("outputs"))
    whole = Call(
        id=words(record, "id"), asked=record["inputs"], answered=outputs if answered else None,
        reference=None if answered else outputs, extra={"metadata": parsed(record.get("metadata"))},
        given=given_in(record),
    )  # fmt: skip
    return traces.rows_of(whole, [], TOOL, tags_in(words(record, "split"), record.get("tags")))


def under(run: Mapping[str, Any], depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """The runs below a run, in their order."""
    if depth > DEEPEST:
        raise Unreadable(f"The runs are nested deeper than {DEEPEST}.", column="child_runs")
    for one in objects_in(run.get("child_runs"), "child_runs"):
        yield one
        yield from under(one, depth + 1)


def call(run: Mapping[str, Any]) -> Call:
    """A run."""
    about = object_in(run.get("extra"), "extra")
    metadata = object_in(about.get("metadata"), "extra.metadata")
    return Call(
        id=words(run, "id"), name=words(run, "name"), kind=words(run, "run_type"), asked=run.get("inputs"),
        answered=run.get("outputs"), model=words(metadata, "ls_model_name"), given=given_in(run),
        is_model=run.get("run_type") in ("llm", "chat_model"), extra={"error": words(run, "error")},
        reference=run.get("reference_outputs"),
    )  # fmt: skip


def given_in(run: Mapping[str, Any]) -> list[Given]:
    """Feedback on a run: scores, values, comments and corrections."""
    found = []
    for one in objects_in(run.get("feedback"), "feedback"):
        source = object_in(one.get("feedback_source"), "feedback_source")
        score = one.get("score") if one.get("score") is not None else one.get("value")
        found.append(given_of(
            one.get("key"), score, source.get("type"), TOOL, words=said_in(one.get("comment"), "comment"),
            author=source.get("user_id"), correction=one.get("correction"),
        ))  # fmt: skip
    return found
