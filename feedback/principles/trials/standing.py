"""Examples people have judged, for telling whether a new answer is right: what they preferred, what they liked less.

Only the split `select`: examples of the split `feedback` were learned from, and the holdout is not looked at here. A
choice between two counts first; where there is none, the best and the worst rated response stand for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.models import Example, Preference, Project, Rating, Response, Split
from feedback.principles.trials.pairs import LEARN, Pair, pairs_of

GOOD, BAD = 0.6, 0.4
PEOPLE = ("person", "imported")


@dataclass(frozen=True)
class Standing:
    """One example with what people said of its responses; `preferred` or `rejected` may be missing, not both."""

    example: Example
    preferred: str
    rejected: str
    reasons: str


def standings(project: Project, *, last: int | None, at_most: int) -> list[Standing]:
    """The first so many examples of the split that people have judged. Five queries at most."""
    if at_most <= 0:
        return []
    found = by_choice(project, last)
    if len(found) < at_most:
        found |= by_rating(project, but_not=found)
    return [found[pk] for pk in sorted(found)][:at_most]


def select_pairs(project: Project, *, last: int | None, at_most: int) -> list[Pair]:
    """The pairs of the split that somebody chose between, the first so many."""
    pairs = pairs_of(project, which=LEARN, last=last)
    ours = set(
        Response.objects.filter(pk__in=[pair.a for pair in pairs], example__split=Split.SELECT).values_list(
            "pk", flat=True
        )
    )
    return [pair for pair in pairs if pair.a in ours][: max(0, at_most)]


def by_choice(project: Project, last: int | None) -> dict[int, Standing]:
    """By example: the pair most people agreed on, with their reasons."""
    pairs = select_pairs(project, last=last, at_most=10_000)
    examples = {
        row.pk: row.example
        for row in Response.objects.filter(pk__in=[pair.a for pair in pairs]).select_related("example")
    }
    reasons = reasons_of(pairs)
    found: dict[int, Standing] = {}
    for pair in pairs:
        texts = (pair.text_a, pair.text_b) if pair.label == "a" else (pair.text_b, pair.text_a)
        example = examples[pair.a]
        found.setdefault(example.pk, Standing(example, *texts, reasons.get(pair.key, "")))
    return found


def reasons_of(pairs: Sequence[Pair]) -> dict[tuple[int, int], str]:
    """What people said for the side most chose, by pair. One query."""
    keys = {pk: pair.key for pair in pairs for pk in pair.preferences}
    rows = Preference.objects.filter(pk__in=keys).exclude(reason="").order_by("pk").values_list("pk", "reason")
    said: dict[tuple[int, int], list[str]] = defaultdict(list)
    for pk, reason in rows:
        said[keys[pk]].append(reason)
    return {key: "\n".join(some) for key, some in said.items()}


def by_rating(project: Project, *, but_not: Iterable[int]) -> dict[int, Standing]:
    """By example: the best rated response where it is good, the worst where it is bad. Two queries."""
    rows = Rating.objects.standing().filter(project=project, aspect="overall", score__isnull=False, turn__isnull=True)
    rows = rows.filter(rater__kind__in=PEOPLE, response__example__split=Split.SELECT)
    scores: dict[Any, list[float]] = defaultdict(list)
    for row in rows.exclude(response__example__in=list(but_not)).select_related("response__example"):
        scores[row.response].append((row.score - 1) / max(1, row.scale - 1))
    by_example: dict[int, list[tuple[float, Response]]] = defaultdict(list)
    for response, some in scores.items():
        by_example[response.example_id].append((sum(some) / len(some), response))
    told = (standing_of(sorted(some, key=lambda one: (one[0], one[1].pk))) for some in by_example.values())
    return {one.example.pk: one for one in told if one is not None}


def standing_of(rated: Sequence[tuple[float, Response]]) -> Standing | None:
    """The ends of a list from bad to good; None where neither is clearly one or the other."""
    (low, worst), (high, best) = rated[0], rated[-1]
    preferred, rejected = best.text if high >= GOOD else "", worst.text if low <= BAD else ""
    return Standing(best.example, preferred, rejected, "") if preferred or rejected else None
