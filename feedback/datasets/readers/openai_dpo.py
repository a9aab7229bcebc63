"""`{input: {messages}, preferred_output, non_preferred_output}` (OpenAI, Azure, Fireworks, Together)."""

from __future__ import annotations

from typing import Any

from feedback.datasets.readers import chosen
from feedback.datasets.readers.rows import Record, Row
from feedback.datasets.readers.values import has, object_in

NAME = "openai-dpo"
LABEL = "an input with messages, the preferred and the other output (OpenAI, Together)"


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return has(record, "input", "preferred_output", "non_preferred_output")


def read(record: Record) -> Row:
    """An example, the preferred answer first."""
    given = object_in(record, "input")
    others: dict[str, Any] = {
        name: value
        for name, value in {**given, **record}.items()
        if name not in {"input", "preferred_output", "non_preferred_output"}
    }
    return chosen.read(
        {**others, "messages": given.get("messages", []),
         "chosen": record["preferred_output"], "rejected": record["non_preferred_output"]}
    )  # fmt: skip
