"""Neutral rows for what only this product writes: hints, presses, words found in a next message, and uptake.

Like `rows`, it knows no file and no table.
"""

from __future__ import annotations

from dataclasses import dataclass

PERSON = "imported"


@dataclass(frozen=True, kw_only=True)
class Hinting:
    """How to go about the example, without the answer."""

    text: str
    rater: str
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Press:
    """Plus (1) or minus (-1) while the answer at that place streamed: after so many characters, and milliseconds."""

    answer: int
    direction: int
    at: int
    milliseconds: int
    rater: str
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Followed:
    """What somebody found in the user's message after the answer at that place; `turn` where it is one of its turns.

    `detected` is what a detector had proposed, "" for nothing.
    """

    answer: int
    mark: str
    rater: str
    says: str = ""
    prompt_quality: int | None = None
    detected: str = ""
    turn: int | None = None
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Taken:
    """Whether the answer at that place took the comment at its place in: "yes", "partly", "no" or "worse"."""

    comment: int
    answer: int
    outcome: str
    rater: str
    note: str = ""
    by: str = PERSON


Guidance = Hinting | Press | Followed | Taken
