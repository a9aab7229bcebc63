"""The thread from words on: what was drafted from a piece of feedback and which principles rest on it.

It takes rows of feedback of any kind and asks a fixed number of queries, however many they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from feedback.models import Critique, Drafting, Edit, Evidence, Preference, Principle, Project, Rating, Span, Split
from feedback.models.feedback import Feedback
from feedback.web.evidence import with_words
from feedback.web.principles import card

COLUMNS: dict[type[Feedback], str] = {Critique: "critique", Edit: "edit", Preference: "preference"}
KINDS: dict[str, type[Feedback]] = {
    "rating": Rating, "critique": Critique, "rewrite": Edit, "preference": Preference, "mark": Span,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Line:
    """One piece of feedback and what became of it. `kind` is rating, kudos, critique, rewrite or preference."""

    row: Any
    kind: str
    address: str
    drafting: Drafting | None = None
    cards: list[dict[str, Any]] = field(default_factory=list)
    may_draft: bool = False

    @property
    def offers_draft(self) -> bool:
        """Whether a draft can be asked for now."""
        open_or_done = self.drafting is not None and self.drafting.state in {"waiting", "leased"}
        return self.may_draft and not self.cards and not open_or_done


def lines_of(project: Project, rows: Sequence[Feedback]) -> list[Line]:
    """Each row with its latest drafting and its principles. At most five queries."""
    if not rows:
        return []
    about = any_of(rows)
    draftings = {source_key(job): job for job in Drafting.objects.filter(about).order_by("pk")}
    found = list(Evidence.objects.filter(about).order_by("pk"))
    wanted = project.principles.with_status().filter(pk__in={one.principle_id for one in found})
    cards = {principle.pk: card(principle) for principle in with_words(wanted)}
    resting: dict[Any, list[dict[str, Any]]] = {}
    for one in found:
        resting.setdefault(source_key(one), []).append(cards[one.principle_id])
    return [line_of(row, draftings.get(key_of(row)), resting.get(key_of(row), [])) for row in rows]


def line_of(row: Feedback, drafting: Drafting | None, cards: list[dict[str, Any]]) -> Line:
    """One row as a line."""
    address = next(name for name, kind in KINDS.items() if isinstance(row, kind))
    kind = row.polarity if isinstance(row, Critique) else address
    cards = [one for one in cards if one["principle"].status != Principle.Status.DROPPED]
    return Line(row=row, kind=kind, address=address, drafting=drafting, cards=cards, may_draft=may_draft(row))


def may_draft(row: Feedback) -> bool:
    """Whether a principle may be drafted from it at all."""
    if isinstance(row, Preference):
        return row.chosen is not None and row.response_a.example.split != Split.HOLDOUT
    return isinstance(row, Critique | Edit) and row.response.example.split != Split.HOLDOUT


def any_of(rows: Sequence[Feedback]) -> Q:
    """Drafting or evidence that points at one of these rows."""
    about = Q(pk__in=[])
    for kind, column in COLUMNS.items():
        about |= Q(**{f"{column}__in": [row.pk for row in rows if isinstance(row, kind)]})
    return about


def key_of(row: Feedback) -> tuple[str, int]:
    """A row of feedback among all kinds."""
    return COLUMNS.get(type(row), "rating"), row.pk


def source_key(pointer: Drafting | Evidence) -> tuple[str, int]:
    """Which row of feedback a drafting or a piece of evidence points at."""
    return next((name, number) for name in COLUMNS.values() if (number := getattr(pointer, f"{name}_id")) is not None)
