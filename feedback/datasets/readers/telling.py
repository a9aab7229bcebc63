"""A row put together from attempts: answers by their words, what was said of each, and what came of it.

For readers of files in which attempts follow one another. A text that comes twice is one answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from feedback.datasets.readers.checks import checked_text, column_of, kind_of, storable
from feedback.datasets.readers.guidance import Taken
from feedback.datasets.readers.rows import (
    CHECK,
    MODEL,
    PERSON,
    SIMULATED,
    Answer,
    Comment,
    Fulfilment,
    Mark,
    Record,
    Rewrite,
    Row,
    Score,
    Shown,
    Unreadable,
    Verdict,
)

RATER = "Precept research view"
VOICES = {"person": PERSON, "model": MODEL, "check": CHECK, "simulated": SIMULATED}
SCALE = 1001  # so that a score with three places behind the point comes back as it was
TAKEN = ("yes", "partly", "no", "worse")


@dataclass
class Telling:
    """A row in the making."""

    messages: tuple[dict[str, str], ...]
    answers: list[Answer] = field(default_factory=list)
    columns: list[str] = field(default_factory=list)  # where each answer stands
    comments: list[Comment] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    fulfilments: list[Fulfilment] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)
    rewrites: list[Rewrite] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    reference: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    def answer(self, text: object, name: str, *, model: str = "", **more: Any) -> int:
        """The place of an answer with that text."""
        words, model = spoken(text, name), "" if model == "unknown" else model
        for place, one in enumerate(self.answers):
            if one.text == words:
                self.answers[place] = replace(one, model=one.model or model)
                return place
        self.answers.append(Answer(words, model, **more))
        self.columns.append(column_of(name))
        return len(self.answers) - 1

    def said(self, answer: int, text: object, name: str, *, rater: str = RATER, by: str = PERSON, **more: Any) -> int:
        """The place of words about an answer."""
        self.comments.append(Comment(answer=answer, text=spoken(text, name), rater=rater, by=by, **more))
        return len(self.comments) - 1

    def led(self, comment: int | None, before: int, after: int, *, outcome: str = "made", by: str = MODEL) -> None:
        """An answer was made of another, and words led to it."""
        words = self.comments[comment].text if comment is not None else ""
        if before == after:
            raise Unreadable("An answer cannot be made of itself: both texts are the same.", column=self.columns[after])
        rater = self.comments[comment].rater if comment is not None and self.comments[comment].by == by else RATER
        self.rewrites.append(Rewrite(answer=before, text=self.answers[after].text, rater=rater, reason=words, by=by))
        if comment is not None and outcome in TAKEN:
            self.taken.append(Taken(comment=comment, answer=after, outcome=outcome, rater=RATER))

    def scored(self, answer: int, value: object, column: str, *, by: str = PERSON, comment: int | None = None) -> None:
        """A score from 0 to 1, in that column; nothing where there is none."""
        if value is None:
            return
        if isinstance(value, bool):
            value = float(value)
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise Unreadable(f"A score should be a number from 0 to 1 but is {str(value)[:40]}.", column=column)
        score = round(value * (SCALE - 1)) + 1
        self.scores.append(Score(answer=answer, score=score, rater=RATER, scale=SCALE, by=by, comment=comment))

    def checked(self, answer: int, asks: object, passes: object) -> None:
        """Whether an answer passes a check."""
        if not isinstance(passes, bool):
            raise Unreadable(
                f"Whether a check passes should be true or false but is {kind_of(passes)}.", column="checks"
            )
        self.fulfilments.append(
            Fulfilment(answer=answer, asks=spoken(asks, "asks"), passes=passes, rater=RATER, by=CHECK)
        )

    def better(self, worse: int, better: int, reason: str = "") -> None:
        """One answer is better than another."""
        if worse == better:
            raise Unreadable(
                "The two answers are the same, so neither can be the better one.", column=self.columns[better]
            )
        self.verdicts.append(Verdict("b", RATER, reason, first=worse, second=better))

    def shows(self, answer: int) -> None:
        """A person wrote this answer from nothing."""
        self.shown.append(Shown(text=self.answers[answer].text, rater=RATER))

    def row(self) -> Row:
        """The row."""
        if not self.answers:
            raise Unreadable("There is no answer in this row.", column="")  # not in any of them
        return Row(
            messages=self.messages, answers=tuple(self.answers), verdicts=tuple(self.verdicts),
            scores=tuple(self.scores), comments=tuple(self.comments), fulfilments=tuple(self.fulfilments),
            demonstrations=tuple(self.shown), marks=tuple(self.marks), rewrites=tuple(dict.fromkeys(self.rewrites)),
            guidance=tuple(self.taken), reference=self.reference, extra=self.extra,
        )  # fmt: skip


def spoken(value: object, name: str) -> str:
    """Text that says something."""
    if not isinstance(value, str):
        raise Unreadable(f"{name!r} should be text but is {kind_of(value)}.", column=name)
    return checked_text(value, name)


def voice(record: Record, name: str) -> str:
    """Whose word it is, by a column that says so."""
    value = record.get(name)
    if not isinstance(value, str) or value not in VOICES:
        raise Unreadable(f"{name!r} should be one of {', '.join(VOICES)} but is {str(value)[:40]!r}.", column=name)
    return VOICES[value]


def yes_no(record: Record, name: str) -> bool | None:
    """True, false or nothing."""
    value = record.get(name)
    if value is not None and not isinstance(value, bool):
        raise Unreadable(f"{name!r} should be true or false but is {kind_of(value)}.", column=name)
    return value


def listed(record: Record, name: str) -> list[Record]:
    """A list of objects."""
    value = record.get(name)
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise Unreadable(f"{name!r} should be a list of objects but is {kind_of(value)}.", column=name)
    return value


def named(record: Record, name: str) -> str:
    """A name of a model or rater."""
    value = record.get(name)
    if not isinstance(value, str):
        raise Unreadable(f"{name!r} should be text but is {kind_of(value)}.", column=name)
    return storable(value, name)[:120]
