"""Words: what is good about a response (kudos) and what is not (critique)."""

from __future__ import annotations

from typing import Unpack

from feedback.capture.history import How, record, said
from feedback.errors import Refused
from feedback.models import Critique, Response


def record_critique(response: Response, *, polarity: str, text: str, **how: Unpack[How]) -> Critique:
    """Record kudos or a critique in the rater's own words."""
    if polarity not in Critique.Polarity.values:
        raise Refused(f"Words are either kudos or a critique, not {polarity!r}.")
    return record(Critique, response, how, response=response, polarity=polarity, text=said(text, what=polarity))
