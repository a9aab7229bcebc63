"""All judgements of pairs in a project, grouped by the two texts, streamed by server-side cursors in a fixed order.

Preferences and rewrites come in one stream: two cursors sorted alike and merged, so that memory does not grow.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest, Least

from feedback.datasets.choosing import chosen
from feedback.datasets.pieces import Wish
from feedback.datasets.writers.deciding import FIRST, SECOND, Decision, Vote, settle
from feedback.desk.spread import ADJUDICATION
from feedback.models import Edit, Example, Preference, Project, Rater, Response

CHUNK = 100
MACHINES = frozenset({Rater.Kind.JUDGE.value, Rater.Kind.CHECK.value})
Key = tuple[int, str, str]
LINEAGE = ("produced_by__run__constitution", "example__imported_in")


@dataclass(frozen=True)
class Judgement:
    """One rater's word on a pair: "first" (the one with the lower hash), "second", or a way of not deciding."""

    row: Any
    key: Key
    first: Response
    second: Response
    outcome: str

    @property
    def rater(self) -> Rater:
        """Who said so."""
        rater: Rater = self.row.rater
        return rater


@dataclass(frozen=True)
class JudgedPair:
    """All that counts of what was said about two texts, and what it comes to."""

    judgements: list[Judgement]
    decision: Decision

    @property
    def first(self) -> Response:
        """The text with the lower hash."""
        return self.judgements[0].first

    @property
    def example(self) -> Example:
        """What both answer."""
        example: Example = self.first.example
        return example

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote one of them."""
        return bool(self.first.simulated or self.judgements[0].second.simulated)

    @property
    def sources(self) -> set[str]:
        """The kinds of what was said."""
        return {type(one.row).__name__.lower() for one in self.judgements}

    @property
    def responses(self) -> list[int]:
        """Both."""
        return [self.first.pk, self.judgements[0].second.pk]

    @property
    def agreement(self) -> tuple[int, bool]:
        """How many judged it, and whether they were of one mind."""
        return self.decision.votes, self.decision.unanimous

    @property
    def chosen(self) -> Response:
        """The better one; only when decided."""
        return self.first if self.decision.winner == FIRST else self.judgements[0].second

    @property
    def rejected(self) -> Response:
        """The worse one; only when decided."""
        return self.judgements[0].second if self.decision.winner == FIRST else self.first


def judged_pairs(project: Project, wish: Wish) -> Iterator[JudgedPair | None]:
    """Every judged pair of texts, by example and hashes; None for one that only raters of other kinds judged.

    With an aspect or a time of asking only preferences of it count: a rewrite says nothing of either.
    """
    rewrites = iter(()) if wish.aspect or wish.timing else edits(project, wish)
    merged = heapq.merge(preferences(project, wish), rewrites, key=lambda judgement: judgement.key)
    for _, group in groupby(merged, key=lambda judgement: judgement.key):
        counted = [judgement for judgement in group if judgement.rater.kind in wish.kinds]
        votes = [vote_of(one) for one in sorted(counted, key=lambda one: one.row.created_at)]
        yield JudgedPair(counted, settle(votes, wish.rule)) if counted else None


def vote_of(one: Judgement) -> Vote:
    """A judgement as a vote: which order it was made in is known where both texts were shown side by side."""
    order = (one.row.shown or {}).get("order") or [None]
    sides = {one.first.pk: False, one.second.pk: True}
    return Vote(
        one.rater.pk, one.outcome, abs(getattr(one.row, "strength", None) or 0) or None, sides.get(order[0]),
        one.rater.kind in MACHINES, one.row.protocol == ADJUDICATION, isinstance(one.row, Edit),
    )  # fmt: skip


def preferences(project: Project, wish: Wish) -> Iterator[Judgement]:
    """Standing preferences in the order of their pairs."""
    asked = {name: value for name, value in (("aspect", wish.aspect), ("timing", wish.timing)) if value}
    sides = [f"response_{side}__{path}" for side in "ab" for path in LINEAGE]
    rows: Any = chosen(Preference, project, wish).filter(**asked).select_related("rater", *sides)
    for row in sorted_by_pair(rows, "response_a", "response_b"):
        better = {"a": row.response_a, "b": row.response_b}.get(row.outcome)
        yield judgement(row, row.response_a, row.response_b, better)


def edits(project: Project, wish: Wish) -> Iterator[Judgement]:
    """Standing rewrites in the same order: the rewrite is better than what was rewritten."""
    sides = [f"{side}__{path}" for side in ("response", "result") for path in LINEAGE]
    rows: Any = chosen(Edit, project, wish).select_related("rater", *sides)
    for row in sorted_by_pair(rows, "response", "result"):
        yield judgement(row, row.response, row.result, row.result)


def sorted_by_pair(rows: Any, left: str, right: str) -> Iterator[Any]:
    """The rows by example, lower and higher hash, through a server-side cursor."""
    hashes = f"{left}__content_hash", f"{right}__content_hash"
    ordered = rows.annotate(number=F(f"{left}__example__number"), low=Least(*hashes), high=Greatest(*hashes))
    iterator: Iterator[Any] = ordered.order_by("number", "low", "high", "pk").iterator(chunk_size=CHUNK)
    return iterator


def judgement(row: Any, left: Response, right: Response, better: Response | None) -> Judgement:
    """A row as a word on the pair with the lower hash first."""
    first, second = (left, right) if left.content_hash <= right.content_hash else (right, left)
    undecided = getattr(row, "outcome", "tie")
    outcome = undecided if better is None else FIRST if better is first else SECOND
    return Judgement(row, (row.number, row.low, row.high), first, second, outcome)
