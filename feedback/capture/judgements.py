"""What one person says about one response in one go: scores, kudos, a critique, marks and a rewrite, each its own row.

One transaction: all of it is taken down or none. It does not know how it was asked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Unpack

from django.db import transaction

from feedback.capture.critiques import record_critique
from feedback.capture.edits import record_edit
from feedback.capture.history import How, checked_key
from feedback.capture.marking import Mark, record_marks
from feedback.capture.ratings import record_rating
from feedback.errors import Refused
from feedback.models import Critique, Edit, Rating, Response, Span, User
from feedback.models.feedback import Feedback

KINDS: list[type[Feedback]] = [Rating, Critique, Span, Edit]


@dataclass(frozen=True, kw_only=True)
class Score:
    """A score on one aspect, in its scale; None is "can't judge"."""

    aspect: str
    score: int | None
    scale: int = 5
    objective: str = ""


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What was said; whatever is empty was not.

    With `turn` scores and words are about that turn, with `scope` "dialogue" the words are about the whole of it.
    `changing` is the person's own critique or kudos to be replaced, `picked` the suggestions of a model that the words
    began as, `removed` the person's own marks that go.
    """

    scores: Sequence[Score] = ()
    kudos: str = ""
    critique: str = ""
    improve: str = ""
    failure: str = ""
    stage: str = ""
    perspective: str = ""
    scope: str = ""
    turn: int | None = None
    rewrite: str = ""
    reason: str = ""
    changing: Critique | None = None
    picked: Sequence[Critique] = ()
    marks: Sequence[Mark] = ()
    removed: Sequence[int] = ()
    about: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        place = {"scope": self.scope, "turn": self.turn, "perspective": self.perspective}
        object.__setattr__(self, "about", place)


@transaction.atomic
def record_judgement(response: Response, said: Judgement, *, by: User, **how: Unpack[How]) -> list[Feedback]:
    """Take down everything said at once and return its rows. A new score or rewrite replaces the person's last one.

    Each row's key is made of `key` and its words, so the same form twice adds nothing and a corrected one is not lost.
    Raises `Refused` when nothing was said.
    """
    how = {**how, "by": by}
    rows: list[Feedback] = [rated(response, score, said.turn, how) for score in said.scores]
    rows += words(response, said, how)
    if said.marks or said.removed:
        rows += record_marks(response, said.marks, removed=said.removed, **how)
    if said.rewrite.strip():
        rows.append(rewrite(response, said, how))
    if not rows and not said.removed:
        raise Refused("Nothing was said yet. Give a rating, some words or a rewrite; one of them is enough.")
    return rows


def rated(response: Response, said: Score, turn: int | None, how: How) -> Rating:
    """The score; the one that stands already when it is the same."""
    last = own(Rating, response, how["by"]).filter(aspect=said.aspect, turn=turn).last()
    if last is not None and (last.score, last.scale) == (said.score, said.scale):
        return last  # type: ignore[no-any-return]
    given = {"score": said.score, "scale": said.scale, "aspect": said.aspect, "turn": turn}
    how = {**how, "objective": said.objective}
    return record_rating(response, **given, **keyed(how, "rating", f"{said.aspect}:{turn}:{said.score}", last))


def words(response: Response, said: Judgement, how: How) -> list[Critique]:
    """Critique and kudos, each in place of the one that is being changed if it is of this polarity."""
    parts: list[tuple[str, dict[str, str]]] = [
        ("critique", {"text": said.critique, "improve": said.improve, "failure": said.failure, "stage": said.stage}),
        ("kudos", {"text": said.kudos}),
    ]
    rows = []
    for polarity, given in parts:
        if any(given[name].strip() for name in given if name != "stage"):
            old = said.changing if said.changing is not None and said.changing.polarity == polarity else None
            picked = next((one for one in said.picked if one.polarity == polarity), None)
            key = keyed(how, polarity, "\x1f".join(given.values()), old)
            rows.append(record_critique(response, polarity=polarity, picked_from=picked, **given, **said.about, **key))
    return rows


def rewrite(response: Response, said: Judgement, how: How) -> Edit:
    """The person's version of the response."""
    last = own(Edit, response, how["by"]).filter(turn=None).last()
    return record_edit(response, text=said.rewrite, reason=said.reason, **keyed(how, "rewrite", said.rewrite, last))


def keyed(how: How, kind: str, text: str, old: Feedback | None) -> dict[str, Any]:
    """How to record one of the rows: with a key of its own, and what it replaces."""
    digest = hashlib.sha256(text.replace("\r\n", "\n").strip().encode("utf-8", "replace")).hexdigest()[:12]
    return {**how, "key": f"{checked_key(how)[:50]}:{kind}:{digest}", "replaces": old}


def own(kind: Any, response: Response, user: User | None) -> Any:
    """What stands of one kind by this person on this response."""
    rows = kind.objects.standing().filter(response=response, rater__user=user).order_by("pk")
    return rows.filter(critique=None) if kind is Rating else rows


def judgement_of(response: Response, user: User) -> list[Feedback]:
    """All that this person said about this response and that stands, oldest first. A query for each kind."""
    rows: list[Feedback] = []
    for kind in KINDS:
        found = own(kind, response, user).select_related("rater", "response__example")
        rows += list(found.select_related("result") if kind is Edit else found)
    return sorted(rows, key=lambda row: row.created_at)
