"""`{prompt, chosen, rejected}` as text or lists of turns; without a prompt, the shared turns are the prompt (TRL)."""

from __future__ import annotations

from feedback.datasets.readers.rows import (
    Answer,
    Record,
    Row,
    Unreadable,
    Verdict,
    checked_text,
    conversation,
    different,
    last_answer,
    rest,
    text_in,
    turns_in,
    words,
)

NAME = "chosen-rejected"
LABEL = "a prompt, the chosen and the rejected response"
RATER = "Imported label"
USED = {"prompt", "chosen", "rejected", "system", "reference", "id", "rater", "reason"}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return "chosen" in record and "rejected" in record


def read(record: Record) -> Row:
    """An example, the better answer first, and the preference for it."""
    if "prompt" in record:
        messages = conversation(record, "prompt")
        chosen, rejected = answer_in(record, "chosen", messages), answer_in(record, "rejected", messages)
    else:
        messages, chosen, rejected = implicit(record)
    different(chosen, rejected)
    return Row(
        messages=messages,
        answers=(Answer(chosen), Answer(rejected)),
        verdict=Verdict("a", words(record, "rater") or RATER, words(record, "reason")),
        reference=words(record, "reference"),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )


def answer_in(record: Record, name: str, messages: tuple[dict[str, str], ...]) -> str:
    """An answer given as text, as one turn or as turns; a whole dialogue must begin with the prompt."""
    value = record.get(name)
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return text_in(record, name)
    turns = turns_in(value, name)
    if len(turns) > 1 and list(turns[:-1]) != list(messages):
        raise Unreadable(f"{name!r} holds several turns that are not the prompt's; only a single answer can be read.")
    if turns[-1]["role"] != "assistant":
        raise Unreadable(f"{name!r} does not end with an assistant's turn, so it holds no response.")
    return checked_text(turns[-1]["content"], name)


def implicit(record: Record) -> tuple[tuple[dict[str, str], ...], str, str]:
    """Two whole dialogues that share all but their last turn."""
    if not (isinstance(record["chosen"], list) and isinstance(record["rejected"], list)):
        raise Unreadable("There is no 'prompt' in this row, and 'chosen' and 'rejected' are not lists of turns.")
    before, chosen = last_answer(turns_in(record["chosen"], "chosen"), "chosen")
    other, rejected = last_answer(turns_in(record["rejected"], "rejected"), "rejected")
    if before != other:
        raise Unreadable(
            "'chosen' and 'rejected' do not share all turns but the last, so they answer different things."
        )
    return before, chosen, rejected
