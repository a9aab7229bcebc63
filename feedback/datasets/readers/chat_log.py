"""Chat logs (LMSYS-Chat-1M, WildChat and the like): `{conversation: [turns]}`, kept with what users wrote next.

The last answer is the response, all before it the example, and a user's message after it the response's next message.
Users' messages between answers stay where they are, as turns; the detector of follow-ups reads both.
"""

from __future__ import annotations

from feedback.datasets.readers.checks import BESIDE, beside, last_answer, rest, turns_in, words
from feedback.datasets.readers.rows import Answer, Record, Row, Unreadable

NAME = "chat-log"
LABEL = "a chat log, with what users wrote next"
COLUMN = "conversation"
USED = {COLUMN, "id", "conversation_id", "conversation_hash", "model", *BESIDE}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return COLUMN in record


def read(record: Record) -> Row:
    """The dialogue up to its last answer, that answer, and what the user wrote after it."""
    turns = turns_in(record[COLUMN], COLUMN)
    last = max((place for place, turn in enumerate(turns) if turn["role"] == "assistant"), default=None)
    if last is None:
        raise Unreadable(f"{COLUMN!r} holds no answer.", column=COLUMN)
    messages, text = last_answer(turns[: last + 1], COLUMN)
    after = "\n\n".join(turn["content"] for turn in turns[last + 1 :] if turn["role"] == "user")
    more = beside(record)
    return Row(
        messages=messages,
        answers=(Answer(text, words(record, "model"), **{**more, "next_message": after or more["next_message"]}),),
        root=next(turn["content"] for turn in messages if turn["role"] == "user" and turn["content"].strip()),
        external_id=words(record, "id", "conversation_id", "conversation_hash"),
        extra=rest(record, USED),
    )
