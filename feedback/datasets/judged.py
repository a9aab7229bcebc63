"""All judgements of pairs in a project, grouped by the two texts, streamed by example in a fixed order.

Preferences and rewrites are read together, a stretch of examples at a time (`fetching.py`), so memory does not grow and
the first pair comes at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any

from feedback.datasets.choosing import chosen
from feedback.datasets.fetching import Asks, Stretches
from feedback.datasets.pieces import Wish
from feedback.datasets.writers.deciding import FIRST, SECOND, Decision, Vote, settle
from feedback.desk.spread import ADJUDICATION
from feedback.models import Edit, Example, Preference, Project, Rater, Response

KEY = attrgetter("key")
NAMES = {Preference: "preference", Edit: "edit"}
SIDES, SWAPPED = {"a": FIRST, "b": SECOND}, {"a": SECOND, "b": FIRST}
UNASKED = ("project_id", "submission_id", "replaces_id", "withdrawn_at", "key", "imported_in_id", "seconds")
MACHINES = frozenset({Rater.Kind.JUDGE.value, Rater.Kind.CHECK.value})
Key = tuple[int, str, str]


@dataclass(slots=True)
class Judgement:
    """One rater's word on a pair: "first" (the one with the lower hash), "second", or a way of not deciding."""

    row: Any
    key: Key
    first: Response
    second: Response
    outcome: str
    rater: Rater


class JudgedPair:
    """All that counts of what was said about two texts, and what it comes to."""

    __slots__ = ("decision", "example", "first", "judgements", "second")

    def __init__(self, judgements: list[Judgement], decision: Decision) -> None:
        self.judgements = judgements
        self.decision = decision
        self.first: Response = judgements[0].first  # the text with the lower hash
        self.second: Response = judgements[0].second
        self.example: Example = self.first.example  # what both answer

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote one of them."""
        return bool(self.first.simulated or self.second.simulated)

    @property
    def sources(self) -> set[str]:
        """The kinds of what was said."""
        return {NAMES[type(one.row)] for one in self.judgements}

    @property
    def responses(self) -> list[int]:
        """Both."""
        return [self.first.pk, self.second.pk]

    @property
    def agreement(self) -> tuple[int, bool]:
        """How many judged it, and whether they were of one mind."""
        return self.decision.votes, self.decision.unanimous

    @property
    def chosen(self) -> Response:
        """The better one; only when decided."""
        return self.first if self.decision.winner == FIRST else self.second

    @property
    def rejected(self) -> Response:
        """The worse one; only when decided."""
        return self.second if self.decision.winner == FIRST else self.first


def judged_pairs(project: Project, wish: Wish) -> Iterator[JudgedPair | None]:
    """Every judged pair of texts, by example and hashes; None for one that only raters of other kinds judged."""
    kinds, rule = wish.kinds, wish.rule
    for _, group in groupby(judgements(project, wish), key=KEY):
        counted = [judgement for judgement in group if judgement.rater.kind in kinds]
        if not counted:
            yield None
            continue
        cast = counted if len(counted) == 1 else sorted(counted, key=lambda one: one.row.created_at)
        yield JudgedPair(counted, settle([vote_of(one) for one in cast], rule))


def vote_of(one: Judgement) -> Vote:
    """A judgement as a vote: which order it was made in is known where both texts were shown side by side."""
    row = one.row
    order = row.shown.get("order") if row.shown else None
    swapped = {one.first.pk: False, one.second.pk: True}.get(order[0]) if order else None
    strength = row.strength if type(row) is Preference else None
    return Vote(
        one.rater.pk, one.outcome, abs(strength) if strength else None, swapped, one.rater.kind in MACHINES,
        row.protocol == ADJUDICATION, type(row) is Edit,
    )  # fmt: skip


def judgements(project: Project, wish: Wish) -> Iterator[Judgement]:
    """Standing preferences and rewrites in the order of their pairs; a rewrite is better than what was rewritten.

    With an aspect or a time of asking only preferences of it count: a rewrite says nothing of either.
    """
    asked = {name: value for name, value in (("aspect", wish.aspect), ("timing", wish.timing)) if value}
    said = chosen(Preference, project, wish).filter(**asked)
    asks = {"preferences": Asks(said, "response_a__example", ("response_a", "response_b"), UNASKED)}
    if not asked:
        asks["edits"] = Asks(chosen(Edit, project, wish), "response__example", ("response", "result"), UNASKED)
    for found in Stretches(project, wish, **asks):
        both = [judgement(row, row.response_a, row.response_b, row.outcome) for row in found["preferences"]]
        both += [judgement(row, row.response, row.result, "b") for row in found.get("edits", ())]
        both.sort(key=KEY)
        yield from both


def judgement(row: Any, left: Response, right: Response, outcome: str) -> Judgement:
    """A row as a word on the pair with the lower hash first."""
    number, low, high = left.example.number, left.content_hash, right.content_hash
    if low <= high:
        return Judgement(row, (number, low, high), left, right, SIDES.get(outcome, outcome), row.rater)
    return Judgement(row, (number, high, low), right, left, SWAPPED.get(outcome, outcome), row.rater)
