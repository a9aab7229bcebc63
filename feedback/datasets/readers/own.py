"""What this product exports of preferences, rankings, marks, rewrites and demonstrations, read again (`precept-…`).

Raters come in under one name: the files hold no people, and their pseudonyms are in the sidecar. What is about one turn
of a dialogue has that turn as the answer.
"""

from __future__ import annotations

from typing import Any

from feedback.capture.definition import NAME as CATEGORY
from feedback.datasets.readers.rows import (
    Answer,
    Mark,
    Order,
    Record,
    Rewrite,
    Row,
    Unreadable,
    Verdict,
    asked,
    checked_text,
    kind_of,
    marked_text,
    storable,
    text_in,
    turns_in,
    words,
)

NAME = "precept"
LABEL = "what Precept itself exports: preferences, rankings, marks, rewrites, demonstrations"
RATER = "Precept export"
SHAPES = {
    "ranking": {"prompt", "responses", "aspect"},
    "preference": {"prompt", "response_a", "response_b", "outcome"},
    "mark": {"prompt", "response", "category", "start", "end"},
    "rewrite": {"prompt", "before", "after", "edits"},
    "demonstration": {"prompt", "demonstration"},
}
SEVERITIES = {"", "minor", "major", "critical"}
MOST = 10_000  # answers to one prompt
OUTCOMES = {"a", "b", "tie", "both-good", "both-bad"}


def fits(record: Record) -> bool:
    """Whether a record has one of these shapes."""
    return shape_of(record) is not None


def shape_of(record: Record) -> str | None:
    """Which of the shapes it has."""
    return next((name for name, keys in SHAPES.items() if keys <= set(record)), None)


def read(record: Record) -> Row:
    """A row of the shape it has."""
    shape = shape_of(record) or ""
    messages = asked(turns_in(record["prompt"], "prompt"), "prompt")
    source = words(record, "source")
    more: dict[str, Any] = {"messages": messages, "extra": {"source": source} if source else {}}
    found: Row = READ[shape](record, more)
    return found


def ranking(record: Record, more: dict[str, Any]) -> Row:
    """Answers with their places."""
    listed = record["responses"]
    if not isinstance(listed, list) or not all(isinstance(one, dict) for one in listed):
        raise Unreadable(f"'responses' should be a list of objects but is {kind_of(listed)}.", column="responses")
    answers = tuple(Answer(text_in(one, "text"), words(one, "model")) for one in listed)
    places = tuple(place_in(one) for one in listed)
    order = Order(places=places, rater=RATER, reason=words(record, "reason")) if len(answers) > 1 else None
    return Row(answers=answers, order=order, **more)


def place_in(record: Record) -> int:
    """A place from 1."""
    place = record.get("place")
    if not isinstance(place, int) or isinstance(place, bool) or not 1 <= place <= MOST:
        raise Unreadable(f"'place' should be a number from 1 but is {str(place)[:40]!r}.", column="responses")
    return place


def preference(record: Record, more: dict[str, Any]) -> Row:
    """Two answers and which is better."""
    if record.get("turns_a") or record.get("turns_b"):
        raise Unreadable(
            "Two whole dialogues are compared here; only answers to one prompt can be read.", column="turns_a"
        )
    outcome = record["outcome"]
    if not isinstance(outcome, str) or outcome not in OUTCOMES:
        known = ", ".join(sorted(OUTCOMES))
        raise Unreadable(f"'outcome' should be one of {known} but is {str(outcome)[:40]!r}.", column="outcome")
    answers = (Answer(text_in(record, "response_a")), Answer(text_in(record, "response_b")))
    verdict = Verdict(
        outcome, RATER, words(record, "reason"), strength=strength_in(record),
        aspect=words(record, "aspect") or "overall",
        timing="hindsight" if record.get("timing") == "hindsight" else "now",
    )  # fmt: skip
    return Row(answers=answers, verdict=verdict, **more)


def strength_in(record: Record) -> int | None:
    """A strength from -3 to 3 on the side of the outcome, or none."""
    strength, outcome = record.get("strength"), record["outcome"]
    if strength is None:
        return None
    side = {"a": -1, "b": 1}.get(str(outcome), 0)
    fits_side = isinstance(strength, int) and abs(strength) <= 3 and (strength > 0) - (strength < 0) == side
    if not fits_side:
        raise Unreadable(
            f"A strength of {str(strength)[:40]!r} does not go with the outcome {outcome!r}.", column="strength"
        )
    return int(strength)


def mark(record: Record, more: dict[str, Any]) -> Row:
    """An answer with one mark, or an omission."""
    text = text_in(record, "response")
    if not all(record[end] is None or type(record[end]) is int for end in ("start", "end")):
        raise Unreadable("'start' and 'end' should be numbers, or null for an omission.", column="start")
    category, severity, replacement = text_in(record, "category"), words(record, "severity"), record.get("replacement")
    if not CATEGORY.match(category):
        raise Unreadable(f"{category[:40]!r} is no category's name: letters, digits and hyphens.", column="category")
    if severity not in SEVERITIES:
        raise Unreadable(f"'severity' should be minor, major or critical but is {severity[:40]!r}.", column="severity")
    if replacement is not None and not isinstance(replacement, str):
        raise Unreadable(f"'replacement' should be text but is {kind_of(replacement)}.", column="replacement")
    one = Mark(
        answer=0, category=category, rater=RATER, start=record["start"], end=record["end"], severity=severity,
        reason=words(record, "reason"), replacement=replacement and storable(replacement, "replacement"),
    )  # fmt: skip
    marked = one if one.start is None else marked_text(text, one, "response")
    return Row(answers=(Answer(text),), marks=(marked,), **more)


def rewrite(record: Record, more: dict[str, Any]) -> Row:
    """An answer and what somebody made of it."""
    better = Rewrite(answer=0, text=text_in(record, "after"), rater=RATER, reason=words(record, "reason"))
    return Row(answers=(Answer(text_in(record, "before")),), rewrites=(better,), **more)


def demonstration(record: Record, more: dict[str, Any]) -> Row:
    """An answer a person wrote."""
    return Row(answers=(Answer(checked_text(text_in(record, "demonstration"), "demonstration")),), **more)


READ = {
    "ranking": ranking, "preference": preference, "mark": mark, "rewrite": rewrite, "demonstration": demonstration,
}  # fmt: skip
