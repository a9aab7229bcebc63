"""Where in a dialogue a line of the product's own formats belongs, and whose word it is.

A line about a turn has what stands before it as `prompt`, the turn as `response`, and the rest of the dialogue in
`after`, its last answer last; so the whole dialogue is put together again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from feedback.capture.definition import NAME as CATEGORY
from feedback.datasets.readers.checks import (
    asked,
    checked_text,
    kind_of,
    marked_text,
    storable,
    text_in,
    turns_in,
    words,
)
from feedback.datasets.readers.rows import CHECK, MODEL, PERSON, SIMULATED, Answer, Mark, Record, Unreadable

RATER = "Precept export"
SEVERITIES = {"", "minor", "major", "critical"}
VOICES = {"people": PERSON, "model": MODEL, "check": CHECK, "simulated": SIMULATED}
Turns = tuple[dict[str, str], ...]


@dataclass(frozen=True)
class Placed:
    """The example, the answer that ends its dialogue, and the turn it is about (None: the answer)."""

    messages: Turns
    answer: Answer
    turn: int | None = None


def giver(record: Record) -> dict[str, Any]:
    """Who says so and with what kind of voice. Older files do not tell."""
    voice = record.get("by")
    return {
        "rater": words(record, "rater") or RATER,
        "by": VOICES.get(voice, PERSON) if isinstance(voice, str) else PERSON,
    }


def placed(record: Record, name: str = "response", **more: Any) -> Placed:
    """The dialogue of a line, whole where the line tells what came after; `more` is told of its answer."""
    before = turns_in(record["prompt"], "prompt")
    text = text_in(record, name)
    later = turns_in(record["after"], "after") if record.get("after") else []
    if not later:
        return Placed(asked(before, "prompt"), Answer(text, **more))
    said = "user" if before and before[-1]["role"] == "assistant" else "assistant"
    following = more.pop("next_message", "")
    between = [{"role": "user", "content": following}] if following else []
    turns = [*before, {"role": said, "content": text}, *between, *later]
    if turns[-1]["role"] != "assistant":
        raise Unreadable("'after' should end with the answer of the dialogue.", column="after")
    answer = Answer(checked_text(turns[-1]["content"], "after"), **more)
    return Placed(asked(turns[:-1], "after"), answer, len(before))


def mark_in(told: Record, record: Record, where: Placed) -> Mark:
    """The mark that `told` describes, at the place that `record` names."""
    if not all(record.get(end) is None or type(record[end]) is int for end in ("start", "end")):
        raise Unreadable("'start' and 'end' should be numbers, or null for an omission.", column="start")
    category, severity, replacement = text_in(told, "category"), words(told, "severity"), told.get("replacement")
    if not CATEGORY.match(category):
        raise Unreadable(f"{category[:40]!r} is no category's name: letters, digits and hyphens.", column="category")
    if severity not in SEVERITIES:
        raise Unreadable(f"'severity' should be minor, major or critical but is {severity[:40]!r}.", column="severity")
    if replacement is not None and not isinstance(replacement, str):
        raise Unreadable(f"'replacement' should be text but is {kind_of(replacement)}.", column="replacement")
    mark = Mark(
        answer=0, category=category, start=record.get("start"), end=record.get("end"), severity=severity,
        reason=words(told, "reason"), replacement=replacement and storable(replacement, "replacement"),
        turn=where.turn, **giver(told),
    )  # fmt: skip
    text = where.answer.text if where.turn is None else where.messages[where.turn]["content"]
    return mark if mark.start is None else marked_text(text, mark, "response")


def whole_in(record: Record, name: str, low: int, high: int) -> int | None:
    """A whole number between two others, or none."""
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Unreadable(f"{name!r} should be a number from {low} to {high} but is {str(value)[:40]!r}.", column=name)
    return value


def one_of(record: Record, name: str, known: tuple[str, ...]) -> str:
    """A word out of a few."""
    value = record.get(name)
    if not isinstance(value, str) or value not in known:
        told = ", ".join(one or "nothing" for one in known)
        raise Unreadable(f"{name!r} should be one of {told} but is {str(value)[:40]!r}.", column=name)
    return value
