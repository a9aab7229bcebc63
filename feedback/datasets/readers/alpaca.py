"""`{instruction, input, output}` (Alpaca): the instruction, an empty line and the input make the request."""

from __future__ import annotations

from feedback.datasets.readers.rows import Answer, Record, Row, conversation, rest, text_in, words

NAME = "alpaca"
LABEL = "Alpaca's instruction, input and output"
USED = {"instruction", "input", "output", "system", "id", "model"}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return "instruction" in record and "output" in record


def read(record: Record) -> Row:
    """One example and one answer."""
    request = text_in(record, "instruction")
    if isinstance(record.get("input"), str) and record["input"].strip():
        request = f"{request}\n\n{text_in(record, 'input')}"
    return Row(
        messages=conversation({**record, "instruction": request}, "instruction"),
        answers=(Answer(text_in(record, "output"), words(record, "model")),),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )
