"""All judgements of pairs in a project, grouped by the two texts, streamed by example in a fixed order.

Preferences and rewrites are read together, a stretch of examples at a time (`sided.py`), so memory does not grow and
the first pair comes at once. What a pair is made of may be rows of the models or the plain tuples that stand for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from feedback.datasets.choosing import chosen
from feedback.datasets.pieces import Wish
from feedback.datasets.sided import NEW, Chose, Rewrote, Sided, Sides
from feedback.datasets.writers.deciding import ANY, FIRST, SECOND, Decision, Rule, Vote, alone, settle
from feedback.desk.spread import ADJUDICATION
from feedback.models import Edit, Preference, Project, Rater

KEY = attrgetter("key")
REWRITES = frozenset({Edit, Rewrote})
NAMES: dict[type, str] = {Preference: "preference", Chose: "preference", Edit: "edit", Rewrote: "edit"}
ALONE = {kind: {name} for kind, name in NAMES.items()}
SIDES, SWAPPED = {"a": FIRST, "b": SECOND}, {"a": SECOND, "b": FIRST}
MACHINES = frozenset({Rater.Kind.JUDGE.value, Rater.Kind.CHECK.value})
Key = tuple[int, str, str]


class Judgement(NamedTuple):
    """One rater's word on a pair: "first" (the one with the lower hash), "second", or a way of not deciding."""

    row: Any
    key: Key
    example: Any
    first: Any
    second: Any
    outcome: str
    rater: Rater


class JudgedPair:
    """All that counts of what was said about two texts, and what it comes to."""

    __slots__ = ("agreement", "chosen", "decision", "example", "first", "judgements", "rejected", "second", "simulated")

    def __init__(self, judgements: list[Judgement], decision: Decision) -> None:
        one = judgements[0]
        first, second = one.first, one.second
        self.judgements = judgements
        self.decision = decision
        self.example = one.example  # what both answer
        self.first, self.second = first, second  # the first has the lower hash
        self.chosen, self.rejected = (first, second) if decision.winner == FIRST else (second, first)  # once decided
        self.simulated = bool(first.simulated or second.simulated)  # whether the simulated model wrote one of them
        self.agreement = decision.votes, decision.unanimous  # how many judged it, and whether they were of one mind

    @property
    def sources(self) -> set[str]:
        """The kinds of what was said."""
        if len(self.judgements) == 1:
            return ALONE[type(self.judgements[0].row)]
        return {NAMES[type(one.row)] for one in self.judgements}

    @property
    def responses(self) -> list[int]:
        """Both."""
        return [self.first.id, self.second.id]


def judged_pairs(project: Project, wish: Wish) -> Iterator[JudgedPair | None]:
    """Every judged pair of texts, by example and hashes; None for one that only raters of other kinds judged."""
    kinds, rule = wish.kinds, wish.rule
    for _, group in groupby(judgements(project, wish), key=KEY):
        counted = [judgement for judgement in group if judgement.rater.kind in kinds]
        if not counted:
            yield None
            continue
        yield JudgedPair(counted, decision_on(counted, rule))


def decision_on(counted: list[Judgement], rule: Rule) -> Decision:
    """What the judgements of a pair come to, whatever the order they are given in."""
    if len(counted) > 1:
        return settle([vote_of(one) for one in sorted(counted, key=lambda one: one.row.created_at)], rule)
    only = counted[0]
    if rule is not ANY or only.row.protocol == ADJUDICATION:
        return settle([vote_of(only)], rule)
    strength = None if type(only.row) in REWRITES else only.row.strength
    return alone(only.outcome, abs(strength) if strength else None, only.rater.kind in MACHINES)


def vote_of(one: Judgement) -> Vote:
    """A judgement as a vote: which order it was made in is known where both texts were shown side by side."""
    row = one.row
    order = row.shown.get("order") if row.shown else None
    swapped = {one.first.pk: False, one.second.pk: True}.get(order[0]) if order else None
    rewrite = type(row) in REWRITES
    strength = None if rewrite else row.strength
    return Vote(
        one.rater.pk, one.outcome, abs(strength) if strength else None, swapped, one.rater.kind in MACHINES,
        row.protocol == ADJUDICATION, rewrite,
    )  # fmt: skip


def judgements(project: Project, wish: Wish) -> Iterator[Judgement]:
    """Standing preferences and rewrites in the order of their pairs; a rewrite is better than what was rewritten.

    With an aspect or a time of asking only preferences of it count: a rewrite says nothing of either.
    """
    asked = {name: value for name, value in (("aspect", wish.aspect), ("timing", wish.timing)) if value}
    kinds = [Sides(chosen(Preference, project, wish).filter(**asked), Chose, "response_a", "response_b")]
    if not asked:
        kinds.append(Sides(chosen(Edit, project, wish), Rewrote, "response", "result"))
    for found in Sided(project, wish, *kinds):
        both = [placed(*one) for one in found]
        both.sort(key=KEY)
        yield from both


def judgement(row: Any, left: Any, right: Any) -> Judgement:
    """A row as a word on the pair with the lower hash first."""
    return placed(row, left.example, left, right, row.rater)


def placed(row: Any, example: Any, left: Any, right: Any, rater: Any) -> Judgement:
    """The same, with what it names at hand."""
    number, low, high = example.number, left.content_hash, right.content_hash
    outcome = "b" if type(row) in REWRITES else row.outcome
    if low <= high:
        return NEW(Judgement, (row, (number, low, high), example, left, right, SIDES.get(outcome, outcome), rater))
    return NEW(Judgement, (row, (number, high, low), example, right, left, SWAPPED.get(outcome, outcome), rater))
