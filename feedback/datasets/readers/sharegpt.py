"""`{conversations: [{from, value}]}` (ShareGPT), with an optional `system` column."""

from __future__ import annotations

from feedback.datasets.readers.chat import dialogue
from feedback.datasets.readers.rows import Record, Row, Unreadable

NAME = "sharegpt"
LABEL = "a ShareGPT conversation"


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return "conversations" in record


def read(record: Record) -> Row:
    """The example and its answer, as for messages."""
    turns = record["conversations"]
    system = record.get("system")
    if not isinstance(turns, list | str):
        raise Unreadable("'conversations' should be a list of turns.", column="conversations")
    if isinstance(system, str) and system.strip() and isinstance(turns, list):
        turns = [{"role": "system", "content": system}, *turns]
    others = {name: value for name, value in record.items() if name not in {"system", "conversations"}}
    return dialogue({**others, "conversations": turns}, "conversations")
