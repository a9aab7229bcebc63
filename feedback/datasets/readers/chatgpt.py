"""ChatGPT's `conversations.json`: `{title, mapping: {id: {id, parent, children, message}}}`, one tree a record.

What is hidden in the chat (system notes, thoughts) is left out; answers made again are responses side by side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers import branches
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.loose import object_in, role_of, said_in
from feedback.datasets.readers.rows import Record, Row, Unreadable
from feedback.datasets.readers.sound import sound

NAME = "chatgpt-conversations"
LABEL = "a conversation of ChatGPT's export, as a tree of messages"
HIDDEN = ("thoughts", "reasoning_recap", "model_editable_context", "user_editable_context", "app_pairing_content")


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    mapping = record.get("mapping")
    return isinstance(mapping, dict) and ("title" in record or "current_node" in record or is_node(mapping))


def is_node(mapping: Mapping[str, Any]) -> bool:
    """Whether the first entry is a node of the tree."""
    first = next(iter(mapping.values()), None)
    return isinstance(first, dict) and "message" in first


@sound
def read(record: Record) -> list[Row]:
    """All branches of a conversation."""
    chat = words(record, "conversation_id", "id")
    extra = {"source": "ChatGPT", "title": words(record, "title"), "conversation": chat}
    mapping: Mapping[str, Any] = record["mapping"]
    told = {name: value for name, value in extra.items() if value}
    rows = branches.rows_of([said(name, node) for name, node in mapping.items()], told, column="mapping")
    if not rows:
        raise Unreadable("This conversation holds no answer to anything that was asked.", column="mapping")
    return rows


def said(name: str, node: object) -> branches.Said:
    """A node as a message; hidden ones say nothing."""
    node = object_in(node, f"mapping.{name}"[:80])
    message = object_in(node.get("message"), "message")
    content = object_in(message.get("content"), "content")
    about = object_in(message.get("metadata"), "metadata")
    hidden = about.get("is_visually_hidden_from_conversation") or content.get("content_type") in HIDDEN
    parent, model = node.get("parent"), about.get("model_slug")
    return branches.Said(
        id=name, parent=said_in(parent, "parent"), role="" if hidden else role_of(message),
        text="" if hidden else said_in(content.get("parts") or content.get("text") or content.get("result"), "content"),
        model=str(model) if isinstance(model, str) else "",
    )  # fmt: skip
