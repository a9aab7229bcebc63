"""Whose word a line of the product's own formats is, and what such a line needs to come in again as it left.

Rows are read by attribute; nothing here knows the database. Names of people are pseudonyms by the time they come here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feedback.datasets.writers.heads import Line

VOICES = {"person": "people", "imported": "people", "judge": "model", "check": "check", "simulated": "simulated"}
Pseudonym = Callable[[Any], str]


def said_by(row: Any, pseudonym: Pseudonym) -> Line:
    """The rater under a pseudonym and the kind of voice; with the words a score or an uptake is about, whole."""
    who = {"rater": pseudonym(row.rater), "by": VOICES.get(row.rater.kind, "people")}
    kind = type(row).__name__
    if kind == "Critique":
        return {**who, "objective": row.objective, "mark": mark_of(row, pseudonym)}
    if kind in {"Rating", "Uptake"}:
        return {**who, "about": words_of(row.critique, pseudonym) if row.critique else None}
    return who


def rest_of(row: Any) -> list[Line]:
    """The turns of the dialogue after the one a row is about, its last answer last; [] for a row about that answer."""
    response, turn = getattr(row, "response", None), getattr(row, "turn", None)
    if response is None or turn is None:
        return []
    later = [{"role": one["role"], "content": one["content"]} for one in response.messages[turn + 1 :]]
    return [*later, {"role": "assistant", "content": response.text}]


def words_of(row: Any, pseudonym: Pseudonym) -> Line:
    """A critique with all that tells it from another."""
    turn = row.turn if row.scope == "turn" else None
    messages = list(row.response.messages)
    return {
        "prompt": messages if turn is None else messages[:turn],
        "response": row.response.text if turn is None else messages[turn]["content"],
        "after": rest_of(row) if turn is not None else [],
        "polarity": row.polarity, "text": row.text, "improve": row.improve, "scope": row.scope,
        "start": row.span.start if row.span else None, "end": row.span.end if row.span else None,
        "beside": row.beside.text if row.beside else None, "failure": row.failure, "stage": row.stage,
        "perspective": row.perspective, "looks": row.looks, "informative": row.informative,
        **said_by(row, pseudonym),
    }  # fmt: skip


def mark_of(row: Any, pseudonym: Pseudonym) -> Line | None:
    """The mark that words are about, with all that tells it from another."""
    span = row.span
    if span is None:
        return None
    return {
        "category": span.category, "severity": span.severity, "reason": span.reason, "replacement": span.replacement,
        "rater": pseudonym(span.rater), "by": VOICES.get(span.rater.kind, "people"),
    }  # fmt: skip
