"""What one person says about one response in one go: a score, kudos, a critique and a rewrite, each as its own row.

One transaction: all of it is taken down or none. It does not know how it was asked.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Unpack

from django.db import transaction

from feedback.capture.critiques import record_critique
from feedback.capture.edits import record_edit
from feedback.capture.history import How, checked_key
from feedback.capture.ratings import record_rating
from feedback.errors import Refused
from feedback.models import Critique, Edit, Rating, Response, User
from feedback.models.feedback import Feedback

KINDS: list[type[Feedback]] = [Rating, Critique, Edit]


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What was said; whatever is empty was not. `changing` is the person's own critique or kudos to be replaced."""

    score: int | None = None
    kudos: str = ""
    critique: str = ""
    rewrite: str = ""
    changing: Critique | None = None


@transaction.atomic
def record_judgement(response: Response, said: Judgement, *, by: User, **how: Unpack[How]) -> list[Feedback]:
    """Take down everything said at once and return its rows. A new score or rewrite replaces the person's last one.

    Each row's key is made of `key` and its words, so the same form twice adds nothing and a corrected one is not lost.
    Raises `Refused` when nothing was said.
    """
    how = {**how, "by": by}
    rows: list[Feedback] = []
    if said.score is not None:
        rows.append(score(response, said.score, how))
    for polarity, text in (("kudos", said.kudos), ("critique", said.critique)):
        if text.strip():
            rows.append(words(response, polarity, text, said.changing, how))
    if said.rewrite.strip():
        rows.append(rewrite(response, said.rewrite, how))
    if not rows:
        raise Refused("Nothing was said yet. Give a rating, some words or a rewrite; one of them is enough.")
    return rows


def score(response: Response, given: int, how: How) -> Rating:
    """The score; the one that stands already when it is the same."""
    last = own(Rating, response, how["by"]).filter(aspect="overall").last()
    if last is not None and last.score == given:
        return last
    return record_rating(response, score=given, **keyed(how, "rating", str(given), last))


def words(response: Response, polarity: str, text: str, changing: Critique | None, how: How) -> Critique:
    """Kudos or a critique, in place of the one that is being changed if it is of this polarity."""
    old = changing if changing is not None and changing.polarity == polarity else None
    return record_critique(response, polarity=polarity, text=text, **keyed(how, polarity, text, old))


def rewrite(response: Response, text: str, how: How) -> Edit:
    """The person's version of the response."""
    return record_edit(response, text=text, **keyed(how, "rewrite", text, own(Edit, response, how["by"]).last()))


def keyed(how: How, kind: str, text: str, old: Feedback | None) -> dict[str, Any]:
    """How to record one of the rows: with a key of its own, and what it replaces."""
    digest = hashlib.sha256(text.replace("\r\n", "\n").strip().encode("utf-8", "replace")).hexdigest()[:12]
    return {**how, "key": f"{checked_key(how)[:50]}:{kind}:{digest}", "replaces": old}


def own(kind: Any, response: Response, user: User | None) -> Any:
    """What stands of one kind by this person on this response."""
    return kind.objects.standing().filter(response=response, rater__user=user).order_by("pk")


def judgement_of(response: Response, user: User) -> list[Feedback]:
    """All that this person said about this response and that stands, oldest first. Three queries."""
    rows: list[Feedback] = []
    for kind in KINDS:
        found = own(kind, response, user).select_related("rater", "response__example")
        rows += list(found.select_related("result") if kind is Edit else found)
    return sorted(rows, key=lambda row: row.created_at)
