"""OpenTelemetry's GenAI spans: OTLP documents (`resourceSpans`), or one span a record, in the newer and older ways.

Newer: `gen_ai.input.messages`, `gen_ai.output.messages` as JSON, on the span or its event; older:
`gen_ai.prompt.0.content`, `gen_ai.completion.0.content`. Spans of one trace that stand in one record stay together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from feedback.datasets.readers import traces
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.loose import object_in, objects_in, parsed, said_in
from feedback.datasets.readers.phoenix import numbered_messages
from feedback.datasets.readers.rows import Record, Row, Unreadable
from feedback.datasets.readers.sound import sound
from feedback.datasets.readers.traces import Call, Given, given_of

NAME = "otel-genai"
LABEL = "spans of OpenTelemetry with GenAI attributes"
TOOL = "OpenTelemetry"
PREFIX = "gen_ai."
VALUES = ("stringValue", "intValue", "doubleValue", "boolValue", "bytesValue")


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    if isinstance(record.get("resourceSpans"), list) or isinstance(record.get("resource_spans"), list):
        return True
    return ("traceId" in record or "trace_id" in record or "context" in record) and any(
        name.startswith(PREFIX) for name in plain(record.get("attributes"))
    )


@sound
def read(record: Record) -> list[Row]:
    """All calls of models in these spans, trace by trace."""
    by_trace: dict[str, list[Mapping[str, Any]]] = {}
    for span in spans_in(record):
        by_trace.setdefault(words(span, "traceId", "trace_id"), []).append(span)
    rows: list[Row] = []
    for trace, spans in by_trace.items():
        calls = [call(span) for span in spans]
        asked = [one for one in calls if one.asked not in (None, "", [], {})]
        if asked:
            whole = Call(id=trace or asked[0].id, asked=asked[0].asked, answered=asked[0].answered,
                         model=asked[0].model, given=asked[0].given)  # fmt: skip
            only = len(calls) == 1
            rows += traces.rows_of(whole, [] if only else [one for one in calls if one is not asked[0]], TOOL)
    if not rows:
        raise Unreadable("None of these spans holds messages of a model (gen_ai.input.messages).", column="attributes")
    return rows


def spans_in(record: Record) -> Iterator[Mapping[str, Any]]:
    """The spans of a document, or the record itself."""
    resources = record.get("resourceSpans") or record.get("resource_spans")
    if resources is None:
        yield record
        return
    for resource in objects_in(resources, "resourceSpans"):
        for scope in objects_in(resource.get("scopeSpans") or resource.get("scope_spans"), "scopeSpans"):
            yield from objects_in(scope.get("spans"), "spans")


def call(span: Mapping[str, Any]) -> Call:
    """A span as a call of a model."""
    events = objects_in(span.get("events"), "events")
    told = plain(span.get("attributes"))
    for event in events:
        told = {**plain(event.get("attributes")), **told}
    asked, answered = (sides(told, new, old) for new, old in (("input", "prompt"), ("output", "completion")))
    system = parsed(told.get("gen_ai.system_instructions"))
    if system not in (None, "", []) and isinstance(asked, list):
        asked = [{"role": "system", "content": said_in(system, "gen_ai.system_instructions")}, *asked]
    model = told.get("gen_ai.response.model") or told.get("gen_ai.request.model")
    return Call(
        id=words(span, "spanId", "span_id"), name=words(span, "name"), asked=asked, answered=answered,
        kind=said_in(told.get("gen_ai.operation.name"), "gen_ai.operation.name"), model=said_in(model, "model"),
        is_model=asked not in (None, "", []), given=evaluations(events),
    )  # fmt: skip


def sides(told: Mapping[str, Any], new: str, old: str) -> Any:
    """The messages of one side, in the newer or the older way."""
    found = parsed(told.get(f"gen_ai.{new}.messages"))
    return found if found not in (None, "") else numbered_messages(told, f"gen_ai.{old}.") or None


def evaluations(events: list[Mapping[str, Any]]) -> list[Given]:
    """What evaluators said of it, as events."""
    found = []
    for event in events:
        told = plain(event.get("attributes"))
        if event.get("name") == "gen_ai.evaluation.result":
            score = told.get("gen_ai.evaluation.score.value", told.get("gen_ai.evaluation.score.label"))
            said = said_in(told.get("gen_ai.evaluation.explanation"), "explanation")
            found.append(given_of(told.get("gen_ai.evaluation.name"), score, "eval", TOOL, words=said))
    return found


def plain(attributes: object) -> dict[str, Any]:
    """Attributes as an object, from OTLP's list of keys and typed values."""
    if isinstance(attributes, Mapping):
        return {str(name): value for name, value in attributes.items()}
    if not isinstance(attributes, list):
        return {}
    return {
        str(one["key"]): value_of(one.get("value"), 0)
        for one in attributes
        if isinstance(one, Mapping) and isinstance(one.get("key"), str)
    }


def value_of(value: object, depth: int) -> Any:
    """One of OTLP's typed values."""
    if not isinstance(value, Mapping) or depth > 8:
        return value
    for name in VALUES:
        if name in value:
            return value[name]
    if "arrayValue" in value:
        held = object_in(value["arrayValue"], "arrayValue").get("values")
        return [value_of(one, depth + 1) for one in held] if isinstance(held, list) else []
    if "kvlistValue" in value:
        held = object_in(value["kvlistValue"], "kvlistValue").get("values")
        return {str(one.get("key")): value_of(one.get("value"), depth + 1) for one in objects_in(held, "values")}
    return None
