"""The thread from words on: what was drafted from a piece of feedback and which principles rest on it.

It takes rows of feedback of any kind and asks a fixed number of queries, however many they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from feedback.models import (
    Critique,
    Drafting,
    Edit,
    Evidence,
    Preference,
    Principle,
    Project,
    Ranking,
    Rating,
    Span,
    Split,
)
from feedback.models.feedback import Feedback
from feedback.principles.sources import example_of, may_draft_from
from feedback.web.drafts import card
from feedback.web.evidence import with_words

COLUMNS: dict[type[Feedback], str] = {
    Critique: "critique", Edit: "edit", Preference: "preference", Span: "span", Rating: "rating",
    Ranking: "ranking",
}  # fmt: skip
KINDS: dict[str, type[Feedback]] = {
    "rating": Rating, "critique": Critique, "rewrite": Edit, "preference": Preference, "mark": Span,
    "ranking": Ranking,
}  # fmt: skip

UNDER_WAY = {"waiting", "leased"}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One piece of feedback and what became of it.

    `kind` is rating, kudos, critique, rewrite, mark, preference or ranking.
    """

    row: Any
    kind: str
    address: str
    draftings: list[Drafting] = field(default_factory=list)
    cards: list[dict[str, Any]] = field(default_factory=list)
    may_draft: bool = False

    @property
    def drafting(self) -> Drafting | None:
        """The last request to draft from it."""
        return self.draftings[-1] if self.draftings else None

    @property
    def waiting(self) -> Drafting | None:
        """A request that a worker has yet to finish."""
        return next((job for job in self.draftings if job.state in UNDER_WAY), None)

    @property
    def offers_draft(self) -> bool:
        """Whether a draft can be asked for now."""
        turned = {job.principle_id for job in self.draftings if job.turned}
        rests = any(one["principle"].pk not in turned for one in self.cards)
        return self.may_draft and not rests and not self.under_way(turned=False)

    @property
    def offers_turned(self) -> bool:
        """Whether a draft that speaks for the other response of a comparison can be asked for now."""
        shown = {one["principle"].pk for one in self.cards}
        rests = any(job.principle_id in shown for job in self.draftings if job.turned)
        return self.may_draft and self.kind == "preference" and not rests and not self.under_way(turned=True)

    def under_way(self, *, turned: bool) -> bool:
        """Whether a draft of this direction is being made."""
        return any(job.state in UNDER_WAY for job in self.draftings if job.turned == turned)


def lines_of(project: Project, rows: Sequence[Feedback]) -> list[Line]:
    """Each row with its latest drafting and its principles. At most five queries."""
    if not rows:
        return []
    about = any_of(rows)
    draftings: dict[Any, list[Drafting]] = {}
    for job in Drafting.objects.filter(about).order_by("pk"):
        draftings.setdefault(source_key(job), []).append(job)
    found = list(Evidence.objects.filter(about).order_by("pk"))
    wanted = project.principles.with_status().filter(pk__in={one.principle_id for one in found})
    cards = {principle.pk: card(principle) for principle in with_words(wanted)}
    resting: dict[Any, list[dict[str, Any]]] = {}
    for one in found:
        resting.setdefault(source_key(one), []).append(cards[one.principle_id])
    return [line_of(row, draftings.get(key_of(row), []), resting.get(key_of(row), [])) for row in rows]


def line_of(row: Feedback, draftings: list[Drafting], cards: list[dict[str, Any]]) -> Line:
    """One row as a line."""
    address = next(name for name, kind in KINDS.items() if isinstance(row, kind))
    kind = row.polarity if isinstance(row, Critique) else address
    cards = [one for one in cards if one["principle"].status != Principle.Status.DROPPED]
    return Line(row=row, kind=kind, address=address, draftings=draftings, cards=cards, may_draft=may_draft(row))


def may_draft(row: Feedback) -> bool:
    """Whether a principle may be drafted from it at all."""
    return may_draft_from(row) and example_of(row).split != Split.HOLDOUT  # type: ignore[arg-type]


def any_of(rows: Sequence[Feedback]) -> Q:
    """Drafting or evidence that points at one of these rows."""
    about = Q(pk__in=[])
    for kind, column in COLUMNS.items():
        about |= Q(**{f"{column}__in": [row.pk for row in rows if isinstance(row, kind)]})
    return about


def key_of(row: Feedback) -> tuple[str, int]:
    """A row of feedback among all kinds."""
    return COLUMNS[type(row)], row.pk


def source_key(pointer: Drafting | Evidence) -> tuple[str, int]:
    """Which row of feedback a drafting or a piece of evidence points at."""
    return next((name, number) for name in COLUMNS.values() if (number := getattr(pointer, f"{name}_id")) is not None)
