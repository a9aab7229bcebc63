"""`{prompt, response}`: one example and one answer, under any of their usual names; or a prompt alone."""

from __future__ import annotations

from feedback.datasets.readers.rows import (
    BESIDE,
    Answer,
    Record,
    Row,
    beside,
    checked_text,
    conversation,
    rest,
    text_in,
    turns_in,
    words,
)

NAME = "prompt-response"
LABEL = "a prompt and a response"
PROMPTS = ("prompt", "question", "instruction", "query", "input")
RESPONSES = ("response", "completion", "answer", "output")
KEPT = {"system", "reference", "id", "model"}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return column(record, PROMPTS) is not None


def read(record: Record) -> Row:
    """One example, with one answer if there is one."""
    prompt = column(record, PROMPTS) or "prompt"
    response = column(record, RESPONSES)
    used = {prompt, *KEPT, *([response, *BESIDE] if response else [])}
    return Row(
        messages=conversation(record, prompt),
        answers=(Answer(answer_in(record, response), words(record, "model"), **beside(record)),) if response else (),
        reference=words(record, "reference"),
        external_id=words(record, "id"),
        extra=rest(record, used),
    )


def answer_in(record: Record, name: str) -> str:
    """The answer: text, or a list that is one assistant turn (TRL's prompt-completion)."""
    value = record.get(name)
    if not isinstance(value, list):
        return text_in(record, name)
    return checked_text(turns_in(value, name)[-1]["content"], name)


def column(record: Record, names: tuple[str, ...]) -> str | None:
    """The first of these columns that the record has."""
    return next((name for name in names if name in record), None)
