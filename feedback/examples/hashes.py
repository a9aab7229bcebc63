"""What makes two conversations or two texts the same: SHA-256 of a canonical writing. Knows no database."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import orjson


def conversation_hash(messages: Sequence[Mapping[str, str]]) -> str:
    """The hash of a conversation: roles and words, whatever the order of keys."""
    turns = orjson.dumps([[turn["role"], turn["content"]] for turn in messages])
    return hashlib.sha256(turns).hexdigest()


def text_hash(text: str) -> str:
    """The hash of a text, to the last space."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def answer_hash(text: str, turns: Sequence[Mapping[str, str]] | None = None) -> str:
    """The hash of an answer; of one that ends a dialogue of its own, of that dialogue with it."""
    return text_hash(text) if turns is None else conversation_hash([*turns, {"role": "assistant", "content": text}])
