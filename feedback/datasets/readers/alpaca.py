"""`{instruction, input, output}` (Alpaca): the instruction, an empty line and the input make the request.

LLaMA-Factory's `history` is the turns before it, and its `system` the system's.
"""

from __future__ import annotations

from feedback.datasets.readers.checks import conversation, rest, storable, text_in, words
from feedback.datasets.readers.rows import Answer, Record, Row, Unreadable
from feedback.datasets.readers.values import list_in

NAME = "alpaca"
LABEL = "Alpaca's instruction, input and output"
USED = {"instruction", "input", "output", "system", "id", "model", "history"}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return "instruction" in record and "output" in record


def read(record: Record) -> Row:
    """One example and one answer."""
    request = text_in(record, "instruction")
    if isinstance(record.get("input"), str) and record["input"].strip():
        request = f"{request}\n\n{text_in(record, 'input')}"
    turns = [*history_in(record), {"role": "user", "content": request}]
    return Row(
        messages=conversation({**record, "instruction": turns}, "instruction"),
        answers=(Answer(text_in(record, "output"), words(record, "model")),),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )


def history_in(record: Record) -> list[dict[str, str]]:
    """The turns before the instruction: pairs of what a user and the assistant said."""
    if not record.get("history"):
        return []
    turns: list[dict[str, str]] = []
    for pair in list_in(record, "history"):
        if not isinstance(pair, list) or len(pair) != 2 or not all(isinstance(one, str) for one in pair):
            raise Unreadable(
                "'history' should be a list of pairs of texts, a question and its answer.", column="history"
            )
        turns += [
            {"role": role, "content": storable(text, "history")}
            for role, text in zip(("user", "assistant"), pair, strict=True)
        ]
    return turns
