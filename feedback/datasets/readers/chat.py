"""`{messages}` (OpenAI, TRL): the last assistant turn is the response, all before it the example."""

from __future__ import annotations

from feedback.datasets.readers.checks import BESIDE, asked, beside, last_answer, rest, turns_in, words
from feedback.datasets.readers.rows import Answer, Record, Row

NAME = "messages"
LABEL = "a conversation as messages"
COLUMN = "messages"


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return COLUMN in record


def read(record: Record) -> Row:
    """The example and its answer; a conversation that ends with the user's turn is an example alone."""
    return dialogue(record, COLUMN)


def dialogue(record: Record, column: str) -> Row:
    """A conversation in `column` as a row."""
    turns = turns_in(record[column], column)
    answers: tuple[Answer, ...] = ()
    if turns[-1]["role"] == "assistant":
        messages, text = last_answer(turns, column)
        answers = (Answer(text, words(record, "model"), **beside(record)),)
    else:
        messages = asked(turns, column)
    return Row(
        messages=messages,
        answers=answers,
        external_id=words(record, "id"),
        extra=rest(record, {column, "id", "model", *(BESIDE if answers else ())}),
    )
