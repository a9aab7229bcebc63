"""Items with a known answer: mixed into a queue at its rate, held against what a rater said, told or kept quiet.

The known answer of an item is JSON by what its queue asks: `{"scores": {aspect: [accepted scores]}}` for a response,
`{"outcomes": [accepted outcomes]}` for a pair (as its `response_a` against `response_b`), `{"best": [response ids]}`
for a ranking (whatever stands first must be among them). It does not know how often is often enough: see `agreement`.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Max, Q, QuerySet, Value
from django.db.models.functions import MD5, Cast, Concat

from feedback.models import Place, Preference, Queue, QueueItem, Ranking, Rater, Rating, Slot, Submission

TURNED = {Preference.Outcome.A: Preference.Outcome.B, Preference.Outcome.B: Preference.Outcome.A}


@dataclass(frozen=True)
class GoldVerdict:
    """Whether a rater gave the known answer. `expected` and `given` say both in words."""

    right: bool
    is_check: bool
    expected: str
    given: str
    explanation: str


def gold_slot(queue: Queue, rater: Rater, *, draw: float | None = None) -> int | None:
    """With the queue's share as chance, a slot of a gold item this rater has not met, made for them; else None.

    `draw` stands in for the dice. The order of gold items is each rater's own.
    """
    if queue.gold_share <= 0 or (random.random() if draw is None else draw) >= queue.gold_share:
        return None
    items = QueueItem.objects.filter(queue=queue, gold__isnull=False)
    unmet = items.exclude(slots__reserved_for=rater)
    own = MD5(Concat(Value(f"{rater.pk}-"), Cast("pk", CharField()), output_field=CharField()))
    item = unmet.order_by(own).values_list("pk", flat=True).first()
    return make_gold_slot(item, queue, rater) if item is not None else None


def make_gold_slot(item: int, queue: Queue, rater: Rater) -> int:
    """One more slot of a gold item, kept for this rater. The item's row is held meanwhile, so numbers do not meet."""
    QueueItem.objects.select_for_update(no_key=True).get(pk=item)
    last = Slot.objects.filter(item=item).aggregate(last=Max("number"))["last"] or 0
    return Slot.objects.create(item_id=item, queue=queue, number=last + 1, rank=-1.0, reserved_for=rater).pk


def verdict(submission: Submission) -> GoldVerdict | None:
    """What to tell the rater after a submission: None unless it answered a gold item of a queue that tells."""
    slot = submission.slot
    if slot is None or slot.item.gold is None or not slot.queue.gold_feedback:
        return None
    return held_against(slot.item, submission.rater)


def held_against(item: QueueItem, rater: Rater) -> GoldVerdict | None:
    """What a rater said of a gold item, held against the known answer; None while nothing stands."""
    return judged(item, Said.of([item.pk], [rater.pk]), rater.pk)


def verdicts(slots: Sequence[Slot]) -> dict[int, GoldVerdict]:
    """The same for many finished slots of gold items, by slot. Three queries, and those of the slots' items."""
    said = Said.of({slot.item_id for slot in slots}, {slot.rater_id for slot in slots if slot.rater_id})
    found = {slot.pk: judged(slot.item, said, slot.rater_id) for slot in slots if slot.rater_id}
    return {slot: one for slot, one in found.items() if one is not None}


@dataclass(frozen=True)
class Said:
    """What raters said of gold items: `scores` by (rater, response, aspect), `outcomes` by (rater, first, second),
    whichever way round, and in `firsts` what they put first by (rater, example)."""

    scores: dict[tuple[int, int, str], int | None]
    outcomes: dict[tuple[int, int, int], str]
    firsts: dict[tuple[int, int], set[int]]

    @classmethod
    def of(cls, items: Collection[int], raters: Collection[int]) -> Said:
        """Read it. Three queries; the newest of several counts."""
        about = QueueItem.objects.filter(pk__in=items)
        return cls(scores_by(raters, about), outcomes_by(raters, about), firsts_by(raters, about))


def scores_by(raters: Collection[int], about: QuerySet[QueueItem]) -> dict[tuple[int, int, str], int | None]:
    """Scores of the items' responses."""
    rows = Rating.objects.standing().filter(rater__in=raters, response__in=about.values("response_a")).order_by("pk")
    columns = rows.values_list("rater", "response", "aspect", "score")
    return {(rater, response, aspect): score for rater, response, aspect, score in columns}


def outcomes_by(raters: Collection[int], about: QuerySet[QueueItem]) -> dict[tuple[int, int, int], str]:
    """Preferences that have one of the items' first responses on either side."""
    side = about.exclude(response_b=None).values("response_a")
    rows = Preference.objects.standing().filter(Q(response_a__in=side) | Q(response_b__in=side), rater__in=raters)
    rows = rows.exclude(timing=Preference.Timing.HINDSIGHT).order_by("pk")
    found: dict[tuple[int, int, int], str] = {}
    for rater, a, b, outcome in rows.values_list("rater", "response_a", "response_b", "outcome"):
        found[rater, a, b], found[rater, b, a] = outcome, TURNED.get(outcome, outcome)
    return found


def firsts_by(raters: Collection[int], about: QuerySet[QueueItem]) -> dict[tuple[int, int], set[int]]:
    """What the newest ranking of each rater puts first."""
    rankings = Ranking.objects.standing().filter(rater__in=raters, example__in=about.values("example"))
    rows = Place.objects.filter(ranking__in=rankings, place=1).order_by("ranking")
    found: dict[tuple[int, int], dict[int, set[int]]] = {}
    columns = rows.values_list("ranking__rater", "ranking__example", "ranking", "response")
    for rater, example, ranking, response in columns:
        found.setdefault((rater, example), {}).setdefault(ranking, set()).add(response)
    return {key: by_ranking[max(by_ranking)] for key, by_ranking in found.items()}


def judged(item: QueueItem, said: Said, rater: int) -> GoldVerdict | None:
    """One rater's answer to one gold item, against each kind of known answer."""
    for kind, look in (("scores", of_scores), ("outcomes", of_outcomes), ("best", of_ranking)):
        found = look(item, said, rater, item.gold[kind]) if item.gold and item.gold.get(kind) else None
        if found is not None:
            right, expected, given = found
            return GoldVerdict(right, item.is_check, expected, given, item.explanation)
    return None


Found = tuple[bool, str, str] | None


def of_scores(item: QueueItem, said: Said, rater: int, accepted: dict[str, list[int]]) -> Found:
    """Scores of the response by aspect: each must be one of the accepted."""
    keys = {aspect: (rater, item.response_a_id or 0, aspect) for aspect in accepted}
    given = {aspect: said.scores[key] for aspect, key in keys.items() if key in said.scores}
    if not given:
        return None
    right = all(aspect in given and given[aspect] in scores for aspect, scores in accepted.items())
    expected = ", ".join(f"{aspect}: {' or '.join(map(str, scores))}" for aspect, scores in accepted.items())
    return right, expected, ", ".join(f"{aspect}: {score or 'cannot judge'}" for aspect, score in given.items())


def of_outcomes(item: QueueItem, said: Said, rater: int, accepted: list[str]) -> Found:
    """A preference over the pair, whichever way round it was stored."""
    given = said.outcomes.get((rater, item.response_a_id or 0, item.response_b_id or 0))
    if given is None:
        return None
    return given in accepted, " or ".join(map(outcome_words, accepted)), outcome_words(given)


def of_ranking(item: QueueItem, said: Said, rater: int, accepted: list[int]) -> Found:
    """A ranking: whatever it puts first must be accepted as best."""
    first = said.firsts.get((rater, item.example_id))
    if first is None:
        return None
    return bool(first) and first <= set(accepted), "another answer first", "this order"


def outcome_words(outcome: str) -> str:
    """An outcome as a person would say it."""
    labels: dict[str, Any] = dict(Preference.Outcome.choices)
    return str(labels.get(outcome, outcome)).lower()
