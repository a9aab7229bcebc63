"""The formats by name, and which of them a record has: the first that fits, so the narrower ones come first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from feedback.datasets.readers import (
    alpaca,
    chat,
    chat_log,
    chosen,
    fine_grained,
    icai,
    llmbar,
    oasst,
    own,
    plain,
    published,
    research,
    sharegpt,
    tools,
)
from feedback.datasets.readers.rows import Record, Row, Unreadable

READERS: tuple[ModuleType, ...] = (
    oasst,
    own,
    *tools.READERS,
    *research.READERS,
    *published.READERS,
    fine_grained,
    llmbar,
    icai,
    *published.LATER,
    chosen,
    chat_log,
    chat,
    sharegpt,
    alpaca,
    plain,
    *published.LAST,
)
FORMATS = {reader.NAME: reader for reader in READERS}
LABELS = {reader.NAME: reader.LABEL for reader in READERS}
CATEGORIES = {one.name: one for reader in READERS for one in getattr(reader, "CATEGORIES", ())}
COLUMNS = ("prompt", "response", "chosen", "rejected", "messages", "conversations", "instruction", "input", "output",
           "output_1", "output_2", "label", "text_a", "text_b", "preferred_text", "system", "reference", "id", "model",
           "rater", "reason", "next_message", "consequence", "reaction", "conversation", "response_a", "response_b",
           "winner", "model_a", "model_b", "margin", "rating", "scale", "completions", "labels", "context",
           "text")  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """How a file is to be read: the format's name, and its columns renamed (`{"prompt": "question"}`)."""

    format: str
    mapping: Mapping[str, str]

    def read(self, record: object) -> list[Row]:
        """One record as rows, mostly one; a tree of messages makes several. Raises `Unreadable`."""
        if not isinstance(record, dict):
            raise Unreadable("This is not an object with named columns.")
        fitted = renamed(record, self.mapping)
        reader = FORMATS[self.format]
        if not reader.fits(fitted):
            raise Unreadable(f"This row does not have {reader.LABEL}; it has {listed(list(record))}.")
        found: Row | list[Row] = reader.read(fitted)
        return found if isinstance(found, list) else [found]


def detect(record: object, mapping: Mapping[str, str]) -> str | None:
    """The format of a record, or None."""
    if not isinstance(record, dict):
        return None
    fitted = renamed(record, mapping)
    return next((reader.NAME for reader in READERS if reader.fits(fitted)), None)


def renamed(record: Record, mapping: Mapping[str, str]) -> dict[str, Any]:
    """The record under the names the formats know."""
    if not mapping:
        return dict(record)
    taken = set(mapping.values())
    kept = {name: value for name, value in record.items() if name not in taken and name not in mapping}
    return {**kept, **{name: record[source] for name, source in mapping.items() if source in record}}


def listed(names: Sequence[str]) -> str:
    """Column names in a sentence, not too many."""
    shown = ", ".join(repr(str(name)[:40]) for name in names[:12])
    return f"{shown} and {len(names) - 12} more" if len(names) > 12 else shown or "no columns"
