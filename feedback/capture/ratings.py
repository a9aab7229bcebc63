"""Scores: how good a response is on one aspect."""

from __future__ import annotations

from typing import Unpack

from feedback.capture.history import How, record
from feedback.errors import Refused
from feedback.models import Rating, Response


def record_rating(
    response: Response, *, score: int, scale: int = 5, aspect: str = "overall", **how: Unpack[How]
) -> Rating:
    """Record a score from 1 to `scale`."""
    if not 2 <= scale <= 100:
        raise Refused(f"A scale runs from 1 to between 2 and 100, not to {scale}.")
    if not 1 <= score <= scale:
        raise Refused(f"A score runs from 1 to {scale}; {score} is outside.")
    return record(Rating, response, how, response=response, score=score, scale=scale, aspect=aspect)
