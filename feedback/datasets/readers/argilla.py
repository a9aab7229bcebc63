"""Argilla's records in all the ways they leave it: nested (`to_json`), flat (`q.responses`, `q.responses.users`), 1.x.

Fields become what was asked and the answers by their names. Answers of annotators are feedback once submitted; drafts
and what was discarded are kept beside, suggestions are a model's words under the name of its agent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from feedback.datasets.readers.checks import kind_of, words
from feedback.datasets.readers.hearing import Heard
from feedback.datasets.readers.layout import layout_of
from feedback.datasets.readers.loose import object_in, objects_in, parsed, pseudonym, said_in
from feedback.datasets.readers.rows import MODEL, Record, Row, Unreadable
from feedback.datasets.readers.sound import sound

NAME = "argilla"
LABEL = "a record of Argilla"
AGENT = "Argilla suggestion"
RESPONSES, SUGGESTION = ".responses", ".suggestion"
OLD_SUGGESTION = "-suggestion"
SUBMITTED = ("submitted", "", "None")


@dataclass(frozen=True)
class Told:
    """One answer to one question: by whom, and whether it was submitted."""

    question: str
    value: Any
    user: str
    status: str = ""
    agent: str = ""


def fits(record: Record) -> bool:
    """Whether a record has one of these shapes."""
    nested = isinstance(record.get("fields"), dict) and ("responses" in record or "suggestions" in record)
    return nested or any(is_flat(name, value) for name, value in record.items()) or bool(old_questions(record))


def is_flat(name: str, value: object) -> bool:
    """Whether a column is a question's answers in the flat way."""
    return name.endswith((".responses.users", ".suggestion.agent", ".suggestion.score")) or (
        name.endswith((RESPONSES, ".responses.status")) and isinstance(value, list)
    )


def old_questions(record: Record) -> list[str]:
    """The columns that hold answers as Argilla 1.x wrote them: lists of a value, a user and a status."""
    return [
        name
        for name, value in record.items()
        if isinstance(value, list)
        and value
        and all(isinstance(one, dict) and {"value", "status"} <= set(one) for one in value)
    ]


@sound
def read(record: Record) -> Row:
    """What was asked, the answers, and what was said of them."""
    if isinstance(record.get("fields"), dict):
        fields, told, beside = record["fields"], list(nested(record)), object_in(record.get("metadata"), "metadata")
    else:
        told, used = list(flat(record)), questions_of(record)
        fields = {name: value for name, value in record.items() if name not in used}
        beside = object_in(fields.pop("metadata", None), "metadata")
    layout = layout_of(fields, "fields")
    heard = Heard(layout.names, layout.answers)
    waiting = []
    for one in told:
        if one.agent:
            heard.take(one.question, one.value, one.agent, MODEL)
        elif one.status in SUBMITTED:
            heard.take(one.question, one.value, one.user)
        else:
            waiting.append({"question": one.question, "value": one.value, "rater": one.user, "status": one.status})
    extra = {**layout.beside, **beside, **({"not_submitted": waiting} if waiting else {})}
    return heard.row(messages=layout.messages, external_id=words(record, "id", "external_id"), extra=extra)


def nested(record: Record) -> Iterator[Told]:
    """Answers and suggestions by question."""
    for question, value in object_in(record.get("responses"), "responses").items():
        for one in objects_in(value, "responses"):
            yield answer(str(question), one)
    for question, value in object_in(record.get("suggestions"), "suggestions").items():
        one = object_in(value, "suggestions")
        yield Told(str(question), one.get("value"), "", agent=agent_of(one.get("agent")))


def answer(question: str, one: Mapping[str, Any]) -> Told:
    """One annotator's answer."""
    value = parsed(one.get("value"))
    return Told(question, value, user_of(one.get("user_id")), said_in(one.get("status"), "status").rpartition(".")[2])


def flat(record: Record) -> Iterator[Told]:
    """Answers and suggestions out of columns that share the name of their question, and those of Argilla 1.x."""
    for name, value in record.items():
        if name.endswith(RESPONSES) and value is not None:
            yield from column(record, name.removesuffix(RESPONSES), value)
        elif name.endswith(SUGGESTION) and value is not None:
            yield Told(name.removesuffix(SUGGESTION), value, "", agent=agent_of(record.get(f"{name}.agent")))
        elif name.endswith(OLD_SUGGESTION) and value is not None and name.removesuffix(OLD_SUGGESTION) in record:
            agent = object_in(record.get(f"{name}-metadata"), f"{name}-metadata").get("agent")
            yield Told(name.removesuffix(OLD_SUGGESTION), value, "", agent=agent_of(agent))
    for name in old_questions(record):
        for one in record[name]:
            yield answer(name, one)


def column(record: Record, question: str, value: object) -> Iterator[Told]:
    """The answers of one question, each with its user and status."""
    if not isinstance(value, list):
        raise Unreadable(f"'{question}.responses' should be a list but is {kind_of(value)}.", column=question)
    users, states = (record.get(f"{question}.responses.{what}") for what in ("users", "status"))
    for place, one in enumerate(value):
        user = users[place] if isinstance(users, list) and place < len(users) else None
        status = states[place] if isinstance(states, list) and place < len(states) else ""
        yield Told(question, one, user_of(user), said_in(status, "status").rpartition(".")[2])


def questions_of(record: Record) -> set[str]:
    """The columns that are no fields."""
    old = old_questions(record)
    parts = (RESPONSES, ".responses.users", ".responses.status", SUGGESTION, ".suggestion.agent", ".suggestion.score")
    found = {name for name in record if name.endswith(parts)} | set(old)
    found |= {f"{name}{end}" for name in old for end in (OLD_SUGGESTION, f"{OLD_SUGGESTION}-metadata")}
    return found | {"id", "external_id", "_server_id", "vectors", "status", "inserted_at", "updated_at"}


def user_of(value: object) -> str:
    """An annotator under a pseudonym."""
    return pseudonym(value, "annotator") or "Argilla annotator"


def agent_of(value: object) -> str:
    """Who suggested it."""
    return str(value)[:120] if isinstance(value, str) and value.strip() else AGENT
