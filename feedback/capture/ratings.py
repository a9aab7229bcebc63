"""Scores: how good a response, or one turn of its dialogue, is on one aspect; or that a person cannot judge it."""

from __future__ import annotations

from typing import Unpack

from feedback.capture.history import How, record
from feedback.errors import Refused
from feedback.models import Critique, Rating, Response


def record_rating(
    response: Response, *, score: int | None, scale: int = 5, aspect: str = "overall", turn: int | None = None,
    critique: Critique | None = None, **how: Unpack[How],
) -> Rating:  # fmt: skip
    """Record a score from 1 to `scale`; None is "can't judge". `turn` is an index into `response.messages`.

    With `critique` it is about what somebody said of the response, not about the response.
    """
    if not 2 <= scale <= 100:
        raise Refused(f"A scale runs from 1 to between 2 and 100, not to {scale}.")
    if score is not None and not 1 <= score <= scale:
        raise Refused(f"A score runs from 1 to {scale}; {score} is outside.")
    return record(
        Rating, response, how, response=response, score=score, scale=scale, aspect=aspect, cannot_judge=score is None,
        turn=checked_turn(response, turn), critique=critique,
    )  # fmt: skip


def checked_turn(response: Response, turn: int | None) -> int | None:
    """The turn, if the response's dialogue has it."""
    if turn is not None and not 0 <= turn < len(response.messages):
        raise Refused("This dialogue has no such turn. Load the page again and choose once more.")
    return turn
