"""Prompts for online training (OpenRLHF): `{context_messages[, answer, datasource]}`; the answer is a reference."""

from __future__ import annotations

from feedback.datasets.readers.checks import conversation, rest, words
from feedback.datasets.readers.rows import Record, Row

NAME = "prompts"
LABEL = "prompts for online training, with a reference answer (OpenRLHF)"
COLUMN = "context_messages"


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return COLUMN in record


def read(record: Record) -> Row:
    """An example that waits for answers."""
    return Row(
        messages=conversation(record, COLUMN),
        reference=words(record, "answer", "label", "reference"),
        external_id=words(record, "id"),
        extra=rest(record, {COLUMN, "answer", "label", "reference", "id", "system"}),
    )
