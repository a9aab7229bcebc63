"""Hints for what all attempts failed at: how to go about it, not the answer (Guide)."""

from __future__ import annotations

from typing import Unpack

from feedback.capture.history import How, record, said
from feedback.models import Example, Hint

PROTOCOL = "hint"


def record_hint(example: Example, *, text: str, **how: Unpack[How]) -> Hint:
    """Record a hint for an example."""
    how.setdefault("protocol", PROTOCOL)
    return record(Hint, example, how, example=example, text=said(text, what="hint"))
