"""Label Studio's tasks: `{id, data, annotations: [{completed_by, result: [...]}], predictions}`, and JSON_MIN.

Results are sorted by their type. Marks are put where their words stand (a browser counts UTF-16 units); what stands
nowhere is kept beside. Words and choices that belong to a marked region are that mark's reason and severity.
Cancelled annotations say nothing; predictions are a model's words. `lead_time` is of a whole annotation, which may hold
many judgements: it is kept beside the example (`lead_times`), not told as the seconds of each of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers import paragraphs
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.hearing import SEVERITIES, Heard
from feedback.datasets.readers.layout import layout_of
from feedback.datasets.readers.loose import as_json, number_in, object_in, objects_in, pseudonym, said_in
from feedback.datasets.readers.rows import MODEL, PERSON, Record, Row, Unreadable
from feedback.datasets.readers.sound import sound

NAME = "label-studio"
LABEL = "a task of Label Studio"
ANNOTATOR, PREDICTED = "Label Studio annotator", "Label Studio prediction"
MARKS = ("labels", "hypertextlabels", "paragraphlabels", "paragraphs")
MIN_BESIDE = ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement")
Result = Mapping[str, Any]


def fits(record: Record) -> bool:
    """Whether a record is a task with its annotations, or one annotation of JSON_MIN."""
    full = isinstance(record.get("data"), dict) and ("annotations" in record or "completions" in record)
    return full or ("annotation_id" in record and "annotator" in record)


@sound
def read(record: Record) -> Row:
    """The task with all that was said of it."""
    return task(record) if isinstance(record.get("data"), dict) else minimal(record)


def task(record: Record) -> Row:
    """A task in full."""
    data = paragraphs.flattened(record["data"])
    layout = layout_of(data, "data")
    heard = Heard(layout.names, layout.answers)
    extra: dict[str, Any] = {"source": "Label Studio", **layout.beside}
    tags, cancelled = [], 0
    for one in objects_in(record.get("annotations") or record.get("completions"), "annotations"):
        if one.get("was_cancelled"):
            cancelled += 1
            continue
        tags += ["ground-truth"] if one.get("ground_truth") else []
        if number_in(one.get("lead_time")) is not None:
            extra.setdefault("lead_times", []).append(number_in(one["lead_time"]))
        hear(heard, objects_in(one.get("result"), "result"), annotator(one), PERSON, data)
    for one in objects_in(record.get("predictions"), "predictions"):
        agent = words(one, "model_version") or PREDICTED
        hear(heard, objects_in(one.get("result"), "result"), agent[:120], MODEL, data)
    extra |= {"cancelled": cancelled} if cancelled else {}
    return heard.row(messages=layout.messages, external_id=words(record, "id"), tags=tuple(tags), extra=extra)


def annotator(one: Mapping[str, Any]) -> str:
    """Who annotated, under a pseudonym."""
    told = one.get("completed_by")
    told = told.get("id", told.get("email")) if isinstance(told, Mapping) else told
    return pseudonym(told, "annotator") or ANNOTATOR


def hear(heard: Heard, results: list[Result], rater: str, by: str, data: Mapping[str, Any]) -> None:
    """All results of one annotation. What shares the id of a marked region belongs to it."""
    regions = {str(one.get("id")): one for one in results if is_mark(one)}
    about: dict[str, list[Result]] = {}
    for one in results:
        if is_mark(one):
            continue
        if str(one.get("id")) in regions:
            about.setdefault(str(one["id"]), []).append(one)
        else:
            hear_one(heard, one, rater, by)
    for name, one in regions.items():
        mark(heard, one, about.get(name, []), rater, by, data)


def is_mark(one: Result) -> bool:
    """Whether a result marks a piece of a text."""
    value = one.get("value")
    listed = isinstance(value, Mapping) and any(isinstance(value.get(kind), list) for kind in MARKS)
    return listed or str(one.get("type")) in MARKS


def mark(heard: Heard, one: Result, about: list[Result], rater: str, by: str, data: Mapping[str, Any]) -> None:
    """A region with its labels, and what was said of it as reason and severity."""
    value = paragraphs.placed_in(object_in(one.get("value"), "value"), data)
    labels = next((value[kind] for kind in MARKS if isinstance(value.get(kind), list) and value[kind]), ["mark"])
    said = [part for other in about for part in parts_of(other)]
    severity = next((part.lower() for part in said if part.lower() in SEVERITIES), "")
    reason = "\n".join(part for part in said if part.lower() not in SEVERITIES)
    for label in labels:
        heard.mark({**value, "label": label}, rater, by, reason=reason, severity=severity)


def parts_of(one: Result) -> list[str]:
    """The words and choices of a result."""
    value = object_in(one.get("value"), "value")
    told = value.get("text", value.get("choices", value.get("rating")))
    return [said_in(part, "value") for part in (told if isinstance(told, list) else [told]) if part not in (None, "")]


def hear_one(heard: Heard, one: Result, rater: str, by: str) -> None:
    """A result about the whole, by its type."""
    value, question = object_in(one.get("value"), "value"), words(one, "from_name") or "answer"
    if "selected" in value:
        side = {"left": "left", "right": "right"}.get(str(value["selected"]))
        if side is None or not heard.choose("preference", side, rater, by):
            heard.keep(question, dict(value), rater)
    elif isinstance(value.get("ranker"), Mapping):
        ranked: Any = next(iter(value["ranker"].values()), [])
        ids = [said_in(name, "ranker") for name in ranked] if isinstance(ranked, list) else []
        heard.order(question, {name: place for place, name in enumerate(ids, 1)}, rater, by)
    elif "rating" in value or "number" in value:
        heard.score(question, value.get("rating", value.get("number")), rater, by, 5 if "rating" in value else 0)
    elif "taxonomy" in value and isinstance(value["taxonomy"], list):
        for path in value["taxonomy"]:
            told = " / ".join(said_in(one, "taxonomy") for one in (path if isinstance(path, list) else [path]))
            heard.tag(question, told, rater)
    elif "choices" in value or "text" in value:
        told = value.get("choices", value.get("text"))
        kind = "comment" if "text" in value and one.get("type") == "textarea" else ""
        for part in told if isinstance(told, list) else [told]:
            take_words(heard, question, part, rater, by, kind)
    else:
        heard.keep(question, dict(value), rater)


def take_words(heard: Heard, question: str, part: Any, rater: str, by: str, kind: str) -> None:
    """A choice, or words typed into a box: without another sign these are a comment."""
    text = said_in(part, question) if not isinstance(part, Mapping) else as_json(part, question)
    if not text.strip():
        return
    before = (len(heard.rewrites), len(heard.shown), len(heard.comments), len(heard.verdicts))
    heard.take(question if not kind or heard.answers else "comment", text, rater, by)
    after = (len(heard.rewrites), len(heard.shown), len(heard.comments), len(heard.verdicts))
    if kind and before == after and heard.answers:
        heard.tags.pop(text.strip()[:60], None)
        heard.kept.pop(question[:60], None)
        heard.say(text, rater, by, about=question)


def minimal(record: Record) -> Row:
    """One annotation of JSON_MIN: the columns of the task and the answers by the names of their questions."""
    rater = pseudonym(record["annotator"], "annotator") or ANNOTATOR
    held = paragraphs.flattened({name: value for name, value in record.items() if name not in MIN_BESIDE})
    answers = {name: value for name, value in held.items() if is_answer(value)}
    layout = layout_of({name: value for name, value in held.items() if name not in answers}, "data")
    heard = Heard(layout.names, layout.answers)
    for name, value in {**answers, **layout.beside}.items():
        hear_minimal(heard, name, value, rater, held)
    extra: dict[str, Any] = {"source": "Label Studio"}
    if number_in(record.get("lead_time")) is not None:
        extra["lead_times"] = [number_in(record["lead_time"])]
    return heard.row(messages=layout.messages, external_id=words(record, "id"), extra=extra)


def is_answer(value: Any) -> bool:
    """Whether a column of JSON_MIN is marks, choices or a number rather than data."""
    if isinstance(value, list):
        return all(isinstance(one, Mapping) and ("start" in one or "rating" in one) for one in value) and bool(value)
    return isinstance(value, Mapping) and ("choices" in value or "selected" in value or "ranker" in value)


def hear_minimal(heard: Heard, name: str, value: Any, rater: str, data: Mapping[str, Any]) -> None:
    """One answer of JSON_MIN."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping) and "start" in value[0]:
        for one in value:
            mark(heard, {"value": one}, [], rater, PERSON, data)
    elif isinstance(value, list) and value and isinstance(value[0], Mapping) and "rating" in value[0]:
        hear_one(heard, {"from_name": name, "value": value[0]}, rater, PERSON)
    elif isinstance(value, Mapping):
        hear_one(heard, {"from_name": name, "value": value}, rater, PERSON)
    elif isinstance(value, int | float):
        heard.score(name, value, rater, PERSON, 5 if isinstance(value, int) and 1 <= value <= 5 else 0)
    elif isinstance(value, str):
        heard.take(name, value, rater)
    else:
        raise Unreadable(f"{name!r} holds an answer of a kind that is not known.", column=name)
