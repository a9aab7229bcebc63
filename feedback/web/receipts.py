"""What the desk says after something was sent: what was kept, what of it was known beforehand, and how to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from feedback.desk.gold import verdict
from feedback.desk.submitting import last_undone, own, rows_of
from feedback.models import Critique, Demonstration, Edit, Preference, Project, Ranking, Rating, Span, Submission
from feedback.models.feedback import Feedback
from feedback.web.answering import person
from feedback.web.thread import Line, lines_of


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """A submission as it is shown to the person who sent it."""

    submission: Submission
    words: str
    about: str = ""
    lines: list[Line] = field(default_factory=list)
    gold: Any = None


def receipt_of(project: Project, submission: Submission) -> Receipt:
    """What was kept by it, in a few words, with what can be drafted from it."""
    rows = list(rows_of(submission))
    lines = lines_of(project, [row for row in with_texts(rows) if isinstance(row, Critique | Edit | Preference | Span)])
    gold = verdict(submission) if submission.slot_id else None
    return Receipt(submission=submission, words=in_words(rows), about=about(rows), lines=lines, gold=gold)


def asked_for(request: HttpRequest, project: Project) -> Receipt | None:
    """The receipt of the submission named by ?after=, if it is one's own."""
    submission = own_submission(request, project, request.GET.get("after", ""))
    return receipt_of(project, submission) if submission else None


def own_submission(request: HttpRequest, project: Project, number: str) -> Submission | None:
    """The person's own submission of that number."""
    if not number.isdecimal() or len(number) > 18:
        return None
    found: Submission | None = own(project, person(request)).filter(pk=number).first()
    return found


def may_be_redone(request: HttpRequest, project: Project, submission: Submission) -> bool:
    """Whether this is what redo would redo."""
    last = last_undone(project, person(request)) if submission.undone_at else None
    return last == submission


def with_texts(rows: Sequence[Feedback]) -> list[Feedback]:
    """The rows again, each with the responses it is about: one query for each kind."""
    found: list[Feedback] = []
    for kind, paths in ((Critique, ["response__example"]), (Edit, ["response__example", "result"]),
                        (Span, ["response__example"]), (Preference, ["response_a__example", "response_b"])):  # fmt: skip  # noqa: E501
        numbers = [row.pk for row in rows if isinstance(row, kind)]
        if numbers:
            found += kind._default_manager.filter(pk__in=numbers).select_related("rater", *paths)
    return found


def about(rows: Sequence[Feedback]) -> str:
    """The number of the example it was about."""
    for row in rows:
        for path in ("response", "response_a", "example"):
            found = getattr(row, path, None)
            if found is not None:
                return str(getattr(found, "example", found).number)
    return ""


def in_words(rows: Sequence[Feedback]) -> str:
    """What was taken down, in a few words."""
    words = [rating_in_words(row) for row in rows if isinstance(row, Rating)]
    for polarity, one in (("critique", _("a critique")), ("kudos", _("kudos"))):
        if any(isinstance(row, Critique) and row.polarity == polarity for row in rows):
            words.append(one)
    marks = sum(isinstance(row, Span) for row in rows)
    if marks:
        words.append(ngettext("%(n)d mark", "%(n)d marks", marks) % {"n": marks})
    for kind, one in ((Edit, _("a rewrite")), (Ranking, _("a ranking")), (Demonstration, _("an answer of your own"))):
        if any(isinstance(row, kind) for row in rows):
            words.append(one)
    words += [preference_in_words(row) for row in rows if isinstance(row, Preference)]
    return ", ".join(words) or _("nothing new")


def preference_in_words(row: Preference) -> str:
    """Which of two was better, as they were shown."""
    if row.outcome not in "ab":
        return str(row.get_outcome_display()).lower()
    better = row.response_a_id if row.outcome == "a" else row.response_b_id
    order = row.shown.get("order") or [row.response_a_id]
    return _("left better") if order[0] == better else _("right better")


def rating_in_words(row: Rating) -> str:
    """One rating in a few words."""
    aspect = "" if row.aspect == "overall" else f" {row.aspect}"
    if row.cannot_judge:
        return _("can't judge%(aspect)s") % {"aspect": aspect}
    if row.scale == 2:
        return (_("thumb up") if row.score == 2 else _("thumb down")) + aspect
    return _("%(score)s of %(scale)s") % {"score": row.score, "scale": row.scale} + aspect
