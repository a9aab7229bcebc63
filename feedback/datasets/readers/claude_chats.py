"""Claude's `conversations.json`: `{uuid, name, chat_messages: [{uuid, sender, text, content, attachments}]}`.

Messages name their parents in newer exports; in older ones each follows the one before. The account is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers import branches
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.loose import objects_in, role_of, said_in
from feedback.datasets.readers.rows import Record, Row, Unreadable
from feedback.datasets.readers.sound import sound

NAME = "claude-conversations"
LABEL = "a conversation of Claude's export"
HIDDEN = ("thinking", "redacted_thinking", "token_budget", "flag")


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return "chat_messages" in record


@sound
def read(record: Record) -> list[Row]:
    """All branches of a conversation."""
    messages = objects_in(record["chat_messages"], "chat_messages")
    extra = {"source": "Claude", "title": words(record, "name"), "conversation": words(record, "uuid")}
    linked = any(one.get("parent_message_uuid") for one in messages)
    said = [message(one, place, messages, linked) for place, one in enumerate(messages)]
    rows = branches.rows_of(said, {name: value for name, value in extra.items() if value}, column="chat_messages")
    if not rows:
        raise Unreadable("This conversation holds no answer to anything that was asked.", column="chat_messages")
    return rows


def message(one: Mapping[str, Any], place: int, messages: list[Mapping[str, Any]], linked: bool) -> branches.Said:
    """A message with its parent."""
    before = name_of(messages[place - 1], place - 1) if place else ""
    parent = said_in(one.get("parent_message_uuid"), "parent_message_uuid") if linked else before
    return branches.Said(id=name_of(one, place), parent=parent, role=role_of(one), text=text_of(one))


def name_of(one: Mapping[str, Any], place: int) -> str:
    """The id of a message, or its place."""
    return said_in(one.get("uuid"), "uuid") or str(place)


def text_of(one: Mapping[str, Any]) -> str:
    """What a message says, its attachments below it; thoughts are left out."""
    blocks = one.get("content")
    seen = [
        block for block in blocks if not (isinstance(block, Mapping) and block.get("type") in HIDDEN)
    ] if isinstance(blocks, list) else []  # fmt: skip
    text = said_in(seen, "content") or said_in(one.get("text"), "text")
    kept = [
        f"[{attached.get('file_name') or 'attachment'}]\n{said_in(attached['extracted_content'], 'attachments')}"
        for attached in objects_in(one.get("attachments"), "attachments")
        if attached.get("extracted_content")
    ]
    return "\n\n".join([*filter(None, [text]), *kept])
