"""Phoenix: spans as tables (`attributes.input.value`, `context.span_id`) or objects, and examples of data sets.

Annotations keep whose they are (HUMAN, LLM, CODE); a label without a score is kept beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers import traces
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.loose import object_in, objects_in, parsed, said_in
from feedback.datasets.readers.rows import Record, Row
from feedback.datasets.readers.sound import sound
from feedback.datasets.readers.traces import Call, Given, given_of

NAME = "phoenix"
LABEL = "a span or data set example of Phoenix"
TOOL = "Phoenix"
KINDS = {"HUMAN": "human", "LLM": "llm", "CODE": "code"}
ATTRIBUTES = "attributes."


def fits(record: Record) -> bool:
    """Whether a record has one of these shapes."""
    if "attributes.input.value" in record or "attributes.llm.input_messages" in record:
        return True
    attributes = record.get("attributes")
    span = isinstance(record.get("context"), dict) and isinstance(attributes, dict)
    if span and any(str(name).startswith(("input", "llm", "openinference")) for name in attributes or ()):
        return True
    example = all(isinstance(record.get(name), dict) for name in ("input", "output"))
    return example and "metadata" in record


@sound
def read(record: Record) -> list[Row]:
    """One span, or one example of a data set, whose output is the reference."""
    if not is_span(record):
        metadata = parsed(record.get("metadata"))
        name = words(record, "id", "example_id")
        whole = Call(id=name, asked=record["input"], reference=record["output"], extra={"metadata": metadata})
        return traces.rows_of(whole, [], TOOL)
    told = attributes_of(record)
    context = object_in(record.get("context"), "context")
    kind = words(record, "span_kind") or words(told, "openinference.span.kind")
    span = Call(
        id=words(context, "span_id") or words(record, "context.span_id", "span_id"), kind=kind,
        name=words(record, "name"), asked=messages_in(told, "input"), answered=messages_in(told, "output"),
        model=words(told, "llm.model_name"), given=given_in(record),
        extra={"trace_of": words(context, "trace_id") or words(record, "context.trace_id"),
               "stage": words(record, "name"), "parent": words(record, "parent_id")},
    )  # fmt: skip
    return traces.rows_of(span, [], TOOL)


def is_span(record: Record) -> bool:
    """Whether it is a span rather than an example."""
    return "attributes" in record or any(name.startswith(ATTRIBUTES) for name in record)


def attributes_of(record: Record) -> dict[str, Any]:
    """The attributes by their dotted names."""
    flat = {name.removeprefix(ATTRIBUTES): value for name, value in record.items() if name.startswith(ATTRIBUTES)}
    return {**dotted(object_in(record.get("attributes"), "attributes"), "", 0), **flat}


def dotted(value: Mapping[str, Any], before: str, depth: int) -> dict[str, Any]:
    """Nested objects as one object of dotted names."""
    found: dict[str, Any] = {}
    for name, held in value.items():
        if isinstance(held, Mapping) and depth < 8:
            found |= dotted(held, f"{before}{name}.", depth + 1)
        else:
            found[f"{before}{name}"] = held
    return found


def messages_in(told: Mapping[str, Any], side: str) -> Any:
    """What went in or came out: messages where there are any, else the value."""
    messages = parsed(told.get(f"llm.{side}_messages"))
    if isinstance(messages, list) and messages:
        return messages
    numbered = numbered_messages(told, f"llm.{side}_messages.")
    return numbered or told.get(f"{side}.value")


def numbered_messages(told: Mapping[str, Any], prefix: str) -> list[dict[str, Any]]:
    """Messages whose parts are attributes of their own: `llm.input_messages.0.message.role`."""
    found: dict[int, dict[str, Any]] = {}
    for name, value in told.items():
        number, _, part = name.removeprefix(prefix).partition(".")
        if name.startswith(prefix) and number.isdecimal() and len(number) < 6:
            found.setdefault(int(number), {})[part] = value
    return [found[number] for number in sorted(found)]


def given_in(record: Record) -> list[Given]:
    """What was said of a span."""
    found = []
    for one in objects_in(record.get("annotations") or record.get("span_annotations"), "annotations"):
        result = object_in(one.get("result"), "result") or one
        source = KINDS.get(str(one.get("annotator_kind")), "code")
        score = result.get("score") if result.get("score") is not None else result.get("label")
        found.append(given_of(
            one.get("name"), score, source, TOOL, words=said_in(result.get("explanation"), "explanation"),
            author=one.get("user_id") if source == "human" else None, label=words(result, "label"),
        ))  # fmt: skip
    return found
