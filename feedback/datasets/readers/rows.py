"""What every reader gives: neutral rows, whatever the file looked like. The checks they share are in `checks`.

A reader takes one record (a dict) and returns a `Row`, or raises `Unreadable` with a sentence about what is wrong.
Nothing changes a row once it is read; those made by the hundred thousand are not frozen, which would cost a third more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from feedback.datasets.readers.guidance import Guidance

PERSON, MODEL, CHECK, SIMULATED = "imported", "judge", "check", "simulated"  # whose word it is: kinds of raters
Record = Mapping[str, Any]


class Unreadable(ValueError):
    """A record that cannot be read; the text is a sentence for the person, `column` where in the record it is."""

    def __init__(self, sentence: str, *, column: str = "") -> None:
        super().__init__(sentence)
        self.column = column


@dataclass
class Answer:
    """One response to the example; what the user wrote next, what came of it and whether users reacted, if known.

    `extra` is what the source told of it beside the text. With `turns` it ends that dialogue instead of the example's.
    """

    text: str
    model: str = ""
    next_message: str = ""
    consequence: str = ""
    reaction: bool | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    turns: tuple[dict[str, str], ...] | None = None


@dataclass
class Verdict:
    """Which of two answers is better ("a", "b", "tie") and who says so; by default of the first two."""

    outcome: str
    rater: str
    reason: str = ""
    first: int = 0
    second: int = 1
    strength: int | None = None
    aspect: str = "overall"
    timing: str = "now"
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Score:
    """A score from 1 to `scale` for the answer at that place; None for "cannot judge".

    `turn` is an earlier turn, as in `messages`; `comment` the place of the words it is about.
    """

    answer: int
    score: int | None
    rater: str
    scale: int = 5
    aspect: str = "overall"
    turn: int | None = None
    comment: int | None = None
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Comment:
    """Words about the answer at that place: "kudos" or "critique". `beside` is the other answer of a pair.

    `failure` names the kind of failure, `objective` the aspect it is about; `turn` an earlier turn, as in `messages`;
    `mark` is the place of the mark it is about, `whole` says that it is about the whole dialogue, `with_reference` that
    it was written with the right answer in view.
    """

    answer: int
    text: str
    rater: str
    polarity: str = "critique"
    improve: str = ""
    failure: str = ""
    objective: str = ""
    turn: int | None = None
    beside: int | None = None
    mark: int | None = None
    whole: bool = False
    stage: str = ""
    perspective: str = ""
    looks: str = ""
    informative: bool | None = None
    with_reference: bool = False
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Fulfilment:
    """Whether the answer at that place does what a principle or check asks."""

    answer: int
    asks: str
    passes: bool
    rater: str
    by: str = MODEL


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A typed mark on the answer at that place, in code points of its text; without `start` an omission.

    `shown` is what the rater saw that the mark refers to.
    """

    answer: int
    category: str
    rater: str
    start: int | None = None
    end: int | None = None
    severity: str = ""
    reason: str = ""
    replacement: str | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    turn: int | None = None
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """What somebody made of the answer at that place."""

    answer: int
    text: str
    rater: str
    reason: str = ""
    turn: int | None = None
    ideal: bool = False
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An answer that a rater wrote from nothing, to show the way."""

    text: str
    rater: str
    reason: str = ""
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Order:
    """A ranking of all answers: their places in the answers' order, 1 is best and equal places are ties."""

    places: tuple[int, ...]
    rater: str
    reason: str = ""
    aspect: str = "overall"
    by: str = PERSON


@dataclass(kw_only=True)
class Row:
    """An example with its responses, and the preference between the first two or the ranking of all if there is one.

    `root` is what the dialogue began with, where several rows are cut from one: they share a split by it.
    """

    messages: tuple[dict[str, str], ...]
    answers: tuple[Answer, ...] = ()
    verdict: Verdict | None = None
    verdicts: tuple[Verdict, ...] = ()
    order: Order | None = None
    scores: tuple[Score, ...] = ()
    comments: tuple[Comment, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()
    demonstrations: tuple[Shown, ...] = ()
    tags: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    root: str = ""
    reference: str = ""
    external_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def all_verdicts(self) -> tuple[Verdict, ...]:
        """The verdict on the first two, if there is one, and all others."""
        return (self.verdict, *self.verdicts) if self.verdict else self.verdicts
