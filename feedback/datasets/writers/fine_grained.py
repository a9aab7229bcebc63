"""Marks as Fine-Grained RLHF has them, and the segments its reward models are trained on. No database.

Offsets are code points of `prediction 1`, end exclusive, exactly as marked; what comes in by the reader goes out equal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from feedback.capture.definition import Category, Definition
from feedback.desk.sentences import sentences

NAME = "fine-grained-rlhf-spans"
LABEL = "Fine-Grained RLHF: typed error spans, missing information, corrected text"
SEGMENTS = "fine-grained-rlhf-segments"
SEGMENTS_LABEL = "Fine-Grained RLHF: labelled segments for each type of error"
ABOUT = """\
`question`, `passages`, `gold`, `prediction 1`, and in `feedback` the standing marks of one rater on that text: `errors`
with their type, explanation, severity, suggested `replacement` and `start` and `end` in code points, end exclusive;
`missing-info` without a place; `corrected-prediction`, the rater's rewrite, the text itself where nothing was wrong and
null where none was made."""
SEGMENTS_ABOUT = """\
`prompt`, `response`, one `error_type` (a top category of the form), its `level`, and `segments` in reading order, each
with `start`, `end`, `text`, `label` (1: one of the rater's marks of that type touches it) and the `types` of the marks.
At the level "response" there is one segment, which omissions and marks are both counted for; else a segment is a
sentence. Each type of error trains a reward model of its own."""
Line = dict[str, Any]


def line_of(spans: Iterable[Any], rewrite: str | None) -> Line:
    """One response with the marks of one rater. `spans` are rows with their response and example."""
    rows = list(spans)
    response = rows[0].response
    example = response.example
    return {
        "question": example.request,
        "passages": example.extra.get("passages", []),
        "gold": example.reference,
        "prediction 1": response.text,
        "feedback": {
            "errors": [error(row) for row in rows if not row.is_omission],
            "missing-info": [missing(row) for row in rows if row.is_omission],
            "corrected-prediction": rewrite,
        },
    }


def error(row: Any) -> Line:
    """A mark with a place."""
    return {
        "error type": type_of(row.category), "explanation": row.reason, "start": row.start, "end": row.end,
        "severity": row.severity, "replacement": row.replacement,
    }  # fmt: skip


def missing(row: Any) -> Line:
    """An omission, with the sentences of the passage that hold it where they are known."""
    evidence = row.shown.get("evidence", {})
    return {
        "error type": type_of(row.category), "explanation": row.reason, "passage_id": evidence.get("passage"),
        "sentence_id": evidence.get("sentences", []), "severity": row.severity,
    }  # fmt: skip


def type_of(category: str) -> str:
    """The name of a category as a type of error: "wrong-grounding" is "Wrong-Grounding"."""
    return "-".join(part.capitalize() for part in category.split("-"))


def segments_of(spans: Iterable[Any], top: Category, form: Definition) -> Line:
    """The response cut into segments with a label each, for one top category."""
    rows = [row for row in spans if falls_under(row.category, top.name, form)]
    response = next(iter(spans)).response
    text = response.text
    places = [(0, len(text))] if top.level == "response" else sentences(text) or [(0, len(text))]
    return {
        "prompt": response.example.messages,
        "response": text,
        "error_type": top.name,
        "level": "response" if top.level == "response" else "sentence",
        "segments": [segment(text, start, end, rows, whole=top.level == "response") for start, end in places],
    }


def segment(text: str, start: int, end: int, rows: list[Any], *, whole: bool) -> Line:
    """One segment with the marks that touch it."""
    types = {row.category for row in rows if (whole if row.is_omission else row.start < end and start < row.end)}
    return {"start": start, "end": end, "text": text[start:end], "label": int(bool(types)), "types": sorted(types)}


def falls_under(category: str, top: str, form: Definition) -> bool:
    """Whether a category is this one or stands below it, however deep."""
    seen: set[str] = set()
    while category and category not in seen:
        if category == top:
            return True
        seen.add(category)
        found = form.category(category)
        category = found.parent if found else ""
    return False
