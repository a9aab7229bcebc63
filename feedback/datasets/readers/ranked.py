"""Several answers with their ranks: NeMo-RL's `{context, completions: [{rank, completion}]}` and Nectar's
`{prompt, answers: [{answer, rank}]}` (Axolotl's `zephyr.nectar`)."""

from __future__ import annotations

from typing import Any

from feedback.datasets.readers.checks import checked_text, rest, turns_in, words
from feedback.datasets.readers.chosen import asked_in, ended
from feedback.datasets.readers.rows import Answer, Order, Record, Row, Unreadable
from feedback.datasets.readers.values import number_of, objects_in

NAME = "ranked"
LABEL = "a prompt and several responses with their ranks (NeMo-RL, Nectar)"
RATER = "Imported label"


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return shape_of(record) is not None


def shape_of(record: Record) -> tuple[str, str, str] | None:
    """The columns of what was asked and of the answers, and the key of an answer in these."""
    for asks, answers, key in (("context", "completions", "completion"), ("prompt", "answers", "answer")):
        listed = record.get(answers)
        if asks in record and isinstance(listed, list) and listed and isinstance(listed[0], dict) and key in listed[0]:
            return asks, answers, key
    return None


def read(record: Record) -> Row:
    """The example, its answers, and their order."""
    asks, answers, key = shape_of(record) or ("", "", "")
    messages = asked_in(record, asks)
    texts: dict[str, tuple[Answer, float]] = {}
    for place, one in enumerate(objects_in(record, answers)):
        rank = number_of(one.get("rank"))
        if rank is None:
            raise Unreadable(f"'{answers}[{place}]' has no 'rank' that is a number.", column=answers)
        answer = answer_of(one, key, messages, f"{answers}[{place}]")
        texts.setdefault(answer.text, (answer, rank))
    found = list(texts.values())
    places = {rank: place for place, rank in enumerate(sorted({rank for _, rank in found}), 1)}
    order = Order(places=tuple(places[rank] for _, rank in found), rater=words(record, "rater") or RATER)
    return Row(
        messages=messages,
        answers=tuple(answer for answer, _ in found),
        order=order if len(found) > 1 else None,
        external_id=words(record, "id"),
        extra=rest(record, {asks, answers, "system", "id", "rater"}),
    )


def answer_of(one: dict[str, Any], key: str, messages: Any, name: str) -> Answer:
    """An answer as text or as turns."""
    said = one.get(key)
    if isinstance(said, list):
        found = ended(messages, tuple(turns_in(said, name)), name)
        return Answer(found.text, words(one, "model"), turns=found.turns)
    if not isinstance(said, str):
        raise Unreadable(f"{name!r} holds no text.", column=name.split("[")[0])
    return Answer(checked_text(said.strip(), name), words(one, "model"))
