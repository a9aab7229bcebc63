"""All marks one person makes in one response in one go: new ones, changed ones, ones taken away, words about them.

One transaction. It does not know how the places were found.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Unpack

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from feedback.capture.critiques import record_critique
from feedback.capture.forms import form_of
from feedback.capture.history import How, checked_key, withdraw
from feedback.capture.spans import Marked, record_span
from feedback.errors import NotAllowed
from feedback.models import Critique, Response, Span, User
from feedback.models.feedback import Feedback


@dataclass(frozen=True)
class Mark:
    """A mark, what is said of it in words (a critique of its own), and the person's own span that it changes."""

    marked: Marked
    words: str = ""
    improve: str = ""
    changes: int | None = None


@transaction.atomic
def record_marks(
    response: Response, marks: Sequence[Mark], *, by: User, removed: Sequence[int] = (), **how: Unpack[How]
) -> list[Feedback]:
    """Take down all marks and give back their rows. `removed` are the person's own spans to be taken back.

    Each row's key is made of `key` and what it says, so the same form twice adds nothing.
    Raises `NotAllowed` when a span to be changed or removed is not the person's own on this response.
    """
    how = {**how, "by": by}
    rows: list[Feedback] = []
    for number in removed:
        span = own_span(response, number, by)
        for row in [*Critique.objects.standing().filter(span=span, rater=span.rater), span]:
            take_back(row, how)
    for mark in marks:
        old = None if mark.changes is None else own_span(response, mark.changes, by)
        old = None if old is not None and old.withdrawn_at is not None else old  # put back after it was taken away
        span = record_span(response, mark.marked, **keyed(how, "span", asdict(mark.marked), old))
        rows += [span, *words_about(span, mark, old, how)]
    return rows


def words_about(span: Span, mark: Mark, old: Span | None, how: Any) -> list[Feedback]:
    """What is said of a span, in place of what was said of the one it changes."""
    before = None if old is None else Critique.objects.standing().filter(span=old, rater=old.rater).first()
    if not (mark.words.strip() or mark.improve.strip()):
        if before is not None:
            take_back(before, how)
        return []
    said = {"text": mark.words, "improve": mark.improve}
    what = {**said, "polarity": polarity_of(span), "scope": Critique.Scope.SPAN, "span": span, "turn": span.turn}
    return [record_critique(span.response, **what, **keyed(how, "on-span", {**said, "span": span.pk}, before))]


def polarity_of(span: Span) -> str:
    """Whether a kind of mark praises or blames, by the form it was made with."""
    category = form_of(span.project, span.form_version)[1].category(span.category)
    return category.polarity if category else Critique.Polarity.CRITIQUE


def own_spans(response: Response, by: User) -> QuerySet[Span]:
    """The person's standing marks in a response, in the order of the text, with what they say of each. Two queries."""
    said = Critique.objects.standing().filter(rater__user=by)
    spans = Span.objects.standing().filter(response=response, rater__user=by).order_by("start", "pk")
    return spans.prefetch_related(Prefetch("critiques", queryset=said))


def own_span(response: Response, number: int, by: User) -> Span:
    """The person's own span on this response."""
    span = Span.objects.select_related("rater").filter(pk=number, response=response, rater__user=by).first()
    if span is None:
        raise NotAllowed("Only the person who made a mark can change it.")
    return span


def take_back(row: Span | Critique, how: Any) -> None:
    """Withdraw a row, and note on it which submission did, so that undoing that lets it stand again."""
    row = withdraw(row, by=how["by"])
    if how.get("submission") is not None:
        shown = {**row.shown, "taken_in": how["submission"].pk}
        type(row)._default_manager.filter(pk=row.pk).update(shown=shown)


def keyed(how: Any, kind: str, content: dict[str, Any], old: Feedback | None) -> dict[str, Any]:
    """How to record one of the rows: with a key of its own, and what it replaces."""
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8", "replace")).hexdigest()[:16]
    return {**how, "key": f"{checked_key(how)[:48]}:{kind}:{digest}", "replaces": old}
