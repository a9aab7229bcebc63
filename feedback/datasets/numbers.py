"""A snapshot in numbers: its facets, how they change when only better rows are kept, its rounds, what all solve.

Up to `MOST` of its examples are looked at, picked by their ids with all that was said of them, so that agreement is
not cut. What a snapshot holds never changes, so the numbers are found once and kept. After the survey of quality,
diversity and complexity (QDC), Temporal Self-Rewarding (the gap between chosen and rejected, round by round),
self-consuming models (people's share and drift between rounds) and SuperGPQA (what all solve or dispute).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from django.core.cache import cache
from django.db.models.functions import Mod

from feedback.datasets.cautions import round_of
from feedback.datasets.facets import Facets, at_least, maker_of, measures_of, place_of
from feedback.datasets.judged import JudgedPair, Judgement, judgement, vote_of
from feedback.datasets.pieces import Wish
from feedback.datasets.snapshots import wish_for
from feedback.datasets.writers.deciding import settle
from feedback.models import Edit, Preference, Rating, Snapshot, SnapshotExample, SnapshotRow

MOST, FEW = 1500, 200
BARS = (0.0, 0.25, 0.5, 0.75, 1.0)
KEPT_FOR = 7 * 24 * 3600
EASY, HARD, DISPUTED = "all-solve", "none-solves", "disputed"
GOOD, BAD = 0.75, 0.25
SIDES = ("produced_by__run__constitution", "author", "imported_in")


@dataclass(frozen=True, kw_only=True)
class Bar:
    """What is left when only rows of at least this quality are kept."""

    quality: float
    rows: int
    diversity: float | None
    complexity: float | None
    length: float | None


@dataclass(frozen=True, kw_only=True)
class Round:
    """The pairs of one run (0: before any): people's share, how unlike the two sides are, how clear the choice is."""

    number: int
    rows: int
    by_people: float
    unlike: float
    quality: float
    chosen_longer: float


@dataclass(frozen=True, kw_only=True)
class Flag:
    """An example that all solve, none solves, or raters dispute."""

    number: int
    why: str


@dataclass(kw_only=True)
class Numbers:
    """All of it; `one_in` says which part of the examples was looked at, `sources` are (maker, model, run)."""

    examples: int
    one_in: int
    rows: int
    facets: dict[str, Any]
    bars: list[Bar]
    strengths: dict[str, int]
    rounds: list[Round]
    flags: list[Flag]
    sources: dict[tuple[str, str, int], int] = field(default_factory=dict)


def numbers_of(snapshot: Snapshot) -> Numbers:
    """The numbers of a snapshot; found once when it is frozen."""
    found: Numbers | None = cache.get(kept_as(snapshot))
    if found is None:
        found = counted(snapshot)
        if snapshot.frozen_at:
            cache.set(kept_as(snapshot), found, KEPT_FOR)
    return found


def kept_as(snapshot: Snapshot) -> str:
    """What its numbers are kept as."""
    return f"snapshot-numbers-2:{snapshot.pk}:{snapshot.sha256}"


def at_hand(snapshot: Snapshot) -> bool:
    """Whether its numbers are there at once: they are kept, or it is small."""
    small = snapshot.frozen_at is not None and snapshot.facts.get("examples", {}).get("all", 0) <= FEW
    return bool(small or cache.has_key(kept_as(snapshot)))


def counted(snapshot: Snapshot) -> Numbers:
    """The numbers, found anew. A handful of queries."""
    there = SnapshotExample.objects.filter(snapshot=snapshot)
    whole = there.count()
    one_in = 1 + whole // MOST
    examples = list(there.annotate(left=Mod("example_id", one_in)).filter(left=0).values_list("example", flat=True))
    wish = wish_for(snapshot)
    pairs = pairs_of(snapshot, examples, wish)
    facets = Facets()
    decided = [pair for pair in pairs if pair.decision.winner]
    for pair in decided:
        facets.take({"chosen": pair.chosen.text, "rejected": pair.rejected.text}, pair)
    ratings = list(rows_of(Rating, snapshot, "response__example", examples).select_related(*said("response")))
    if not decided:
        for row in ratings:
            facets.take({"response": row.response.text}, Rated(row))
    kept = list(facets.kept.values())
    return Numbers(
        examples=whole, one_in=one_in, rows=facets.rows, facets=facets.as_dict(), strengths=strengths_of(pairs),
        bars=[bar_of(kept, quality) for quality in BARS] if kept else [], rounds=rounds_of(decided),
        flags=flags_of(pairs, ratings), sources=sources_of(pairs, ratings),
    )  # fmt: skip


class Rated:
    """A rating as a piece."""

    def __init__(self, row: Any) -> None:
        self.row, self.response, self.example = row, row.response, row.response.example
        self.simulated, self.agreement = row.response.simulated, (1, True)


def rows_of(kind: Any, snapshot: Snapshot, example: str, examples: Sequence[int]) -> Any:
    """The frozen rows of a kind on these examples."""
    frozen = SnapshotRow.objects.filter(snapshot=snapshot, kind=kind._meta.model_name)
    return kind._default_manager.filter(pk__in=frozen.values("row"), **{f"{example}__in": examples}).order_by("pk")


def said(*sides: str) -> list[str]:
    """What is read of answers and raters."""
    return ["rater", *(f"{side}__{path}" for side in sides for path in ("example", *SIDES))]


def pairs_of(snapshot: Snapshot, examples: Sequence[int], wish: Wish) -> list[JudgedPair]:
    """The judged pairs on these examples, each with all that was said of it by raters whose word counts."""
    found: dict[Any, list[Judgement]] = defaultdict(list)
    preferences = rows_of(Preference, snapshot, "response_a__example", examples)
    for row in preferences.select_related(*said("response_a", "response_b")):
        take(found, judgement(row, row.response_a, row.response_b), wish)
    for row in rows_of(Edit, snapshot, "response__example", examples).select_related(*said("response", "result")):
        take(found, judgement(row, row.response, row.result), wish)
    return [JudgedPair(found[key], settle([vote_of(one) for one in found[key]], wish.rule)) for key in sorted(found)]


def take(found: dict[Any, list[Judgement]], one: Judgement, wish: Wish) -> None:
    """Put a judgement with the others on the same two texts, when it counts."""
    if one.rater.kind in wish.kinds:
        found[one.key].append(one)


def bar_of(rows: Sequence[Any], quality: float) -> Bar:
    """What is left of the sample above a bar."""
    left = at_least(rows, quality)
    found = measures_of(left)
    return Bar(
        quality=quality, rows=len(left), diversity=found["diversity"], complexity=found["complexity"]["median"],
        length=found["length"]["median"],
    )  # fmt: skip


def strengths_of(pairs: Iterable[JudgedPair]) -> dict[str, int]:
    """How strongly people preferred: "3" to "0", "" where it was not asked."""
    found: Counter[str] = Counter()
    for pair in pairs:
        for one in pair.judgements:
            strength = getattr(one.row, "strength", None)
            found["" if strength is None else str(abs(strength))] += 1
    return {name: found[name] for name in ("3", "2", "1", "0", "") if found[name]}


def rounds_of(pairs: Iterable[JudgedPair]) -> list[Round]:
    """The pairs by the newest run that made one of their answers."""
    found: dict[int, list[JudgedPair]] = defaultdict(list)
    for pair in pairs:
        found[max(round_of(pair.chosen), round_of(pair.rejected))].append(pair)
    return [round_in(number, found[number]) for number in sorted(found)]


def round_in(number: int, pairs: Sequence[JudgedPair]) -> Round:
    """The figures of a round."""
    facets = Facets()
    for pair in pairs:
        facets.take({"chosen": pair.chosen.text, "rejected": pair.rejected.text}, pair)
    said = facets.as_dict()
    return Round(
        number=number, rows=len(pairs), by_people=said["sources"]["by_people"], quality=said["quality"]["mean"] or 0.0,
        chosen_longer=said["length"]["chosen_longer"] or 0.0, unlike=round(fmean(unlike(pair) for pair in pairs), 4),
    )  # fmt: skip


def unlike(pair: JudgedPair) -> float:
    """How far apart the two texts are: 0 for the same words, 1 for none in common."""
    one, other = (place_of("", text.split()) for text in (pair.chosen.text, pair.rejected.text))
    return max(0.0, 1 - sum(a * b for a, b in zip(one, other, strict=True)))


def flags_of(pairs: Iterable[JudgedPair], ratings: Iterable[Any]) -> list[Flag]:
    """Examples of which everything said is good, everything is bad, or on which raters part."""
    good: dict[int, list[float]] = defaultdict(list)
    disputed: set[int] = set()
    for pair in pairs:
        why = pair.decision.why
        good[pair.example.number].append({"both-good": 1.0, "both-bad": 0.0}.get(why, 0.5))
        if pair.decision.votes > 1 and not pair.decision.unanimous:
            disputed.add(pair.example.number)
    for row in ratings:
        if row.score is not None and row.scale > 1:
            good[row.response.example.number].append((row.score - 1) / (row.scale - 1))
    found = [Flag(number=number, why=DISPUTED) for number in sorted(disputed)]
    for number, scores in sorted(good.items()):
        if number not in disputed and (min(scores) >= GOOD or max(scores) <= BAD):
            found.append(Flag(number=number, why=EASY if min(scores) >= GOOD else HARD))
    return found


def sources_of(pairs: Iterable[JudgedPair], ratings: Iterable[Any]) -> dict[tuple[str, str, int], int]:
    """The answers that were judged, by who made them (people, model, simulated, unknown), the model's name, the run."""
    answers: dict[int, Any] = {}
    for pair in pairs:
        for one in (pair.first, pair.second):
            answers[one.pk] = one
    answers |= {row.response_id: row.response for row in ratings}
    found: Counter[tuple[str, str, int]] = Counter()
    for answer in answers.values():
        found[maker_of(Made(answer)), answer.model, round_of(answer)] += 1
    return dict(found.most_common())


class Made:
    """An answer as a piece."""

    def __init__(self, response: Any) -> None:
        self.response, self.simulated = response, response.simulated
