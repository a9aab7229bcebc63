"""The rule for pairs over very many judgements: which pairs fall to it, from ids and hashes alone, no text is read.

`judged.py` streams the same pairs with their texts, to write them; both settle them by `writers/deciding.py`.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.db.models import F, IntegerField, Value
from django.db.models.functions import Greatest, Least

from feedback.datasets.writers.deciding import ANY, FIRST, SECOND, Decision, Rule, Vote, settle
from feedback.desk.spread import ADJUDICATION
from feedback.models import Edit, Preference, Rater

CHUNK = 5000
MACHINES = frozenset({Rater.Kind.JUDGE.value, Rater.Kind.CHECK.value})
UNDECIDED = ("tie", "both-good", "both-bad", "balanced")
Judged = tuple[Decision, list[tuple[str, int]]]


def settled_pairs(preferences: Any, edits: Any, rule: Rule) -> Iterator[Judged]:
    """What every judged pair of texts comes to, with the rows (kind, id) that speak of it."""
    rule = ANY if rule == ANY else rule  # the one that most pairs are settled under at once
    merged = heapq.merge(votes_of(preferences, "preference"), votes_of(edits, "edit"), key=lambda row: row[:3])
    for _, group in groupby(merged, key=lambda row: row[:3]):
        rows = sorted(group, key=lambda row: row[3])
        yield settle([vote_in(row) for row in rows], rule), [(row[-1], row[4]) for row in rows]


def votes_of(rows: Any, kind: str) -> Iterator[Any]:
    """(number, low hash, high hash, when, id, rater, its kind, protocol, outcome, strength, order, sides …, kind)."""
    left, right = ("response_a", "response_b") if kind == "preference" else ("response", "result")
    said = ("outcome", "strength") if kind == "preference" else (Value("b"), Value(None, output_field=IntegerField()))
    hashes = F(f"{left}__content_hash"), F(f"{right}__content_hash")
    rows = rows.annotate(
        on=F(f"{left}__example__number"), low=Least(*hashes), high=Greatest(*hashes), one=hashes[0],
        first=F("shown__order__0"), left=F(left), kind=Value(kind),
    ).order_by("on", "low", "high", "pk")  # fmt: skip
    columns = (
        "on",
        "low",
        "high",
        "created_at",
        "pk",
        "rater",
        "rater__kind",
        "protocol",
        *said,
        "first",
        "left",
        "one",
    )
    iterator: Iterator[Any] = rows.values_list(*columns, "kind").iterator(chunk_size=CHUNK)
    return iterator


def vote_in(row: Any) -> Vote:
    """A row as a vote on the pair with the lower hash first."""
    _, low, _, _, _, rater, rater_kind, protocol, outcome, strength, shown, left, one, kind = row
    is_first = one == low
    side = {"a": FIRST if is_first else SECOND, "b": SECOND if is_first else FIRST}.get(outcome, outcome)
    swapped = None if shown is None else (shown == left) != is_first
    return Vote(
        rater, side, abs(strength or 0) or None, swapped, rater_kind in MACHINES, protocol == ADJUDICATION,
        kind == "edit",
    )  # fmt: skip


class Weighing:
    """What a rule leaves of the pairs that go by, and why the others fall."""

    def __init__(self) -> None:
        self.pairs = self.several = self.of_one_mind = 0
        self.certainty = 0.0
        self.fallen: Counter[str] = Counter()

    def take(self, decision: Decision) -> bool:
        """Count a pair; whether the rule lets it be. Pairs that people found equal are kept: they are said, too."""
        self.several += decision.votes > 1
        self.of_one_mind += decision.votes > 1 and decision.unanimous
        if decision.winner:
            self.pairs += 1
            self.certainty += decision.certainty
        elif decision.why not in UNDECIDED:
            self.fallen[decision.why] += 1
            return False
        return True

    def facts(self) -> dict[str, Any]:
        """As the snapshot has it."""
        mean = round(self.certainty / self.pairs, 4) if self.pairs else None
        agreement = {"pairs_judged_by_several": self.several, "of_one_mind": self.of_one_mind}
        return {"pairs": self.pairs, "mean_certainty": mean, **agreement}


def rows_of_pairs(project: Any, wish: Any, chosen: Any) -> tuple[Any, Any]:
    """Preferences and rewrites that count as votes. With an aspect or a time of asking rewrites say nothing."""
    counted = {"rater__kind__in": sorted(wish.kinds)}
    edits = chosen(Edit, project, wish).filter(**counted)
    return chosen(Preference, project, wish).filter(**counted), edits.none() if wish.aspect or wish.timing else edits
