"""Items with a known answer: mixed into a queue at its rate, held against what a rater said, told or kept quiet.

The known answer of an item is JSON by what its queue asks: `{"scores": {aspect: [accepted scores]}}` for a response,
`{"outcomes": [accepted outcomes]}` for a pair (as its `response_a` against `response_b`), `{"best": [response ids]}`
for a ranking (whatever stands first must be among them). It does not know how often is often enough: see `agreement`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Max, Value
from django.db.models.functions import MD5, Cast, Concat

from feedback.models import Preference, Queue, QueueItem, Ranking, Rater, Rating, Slot, Submission

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
    for kind, look in (("scores", of_scores), ("outcomes", of_outcomes), ("best", of_ranking)):
        if item.gold and kind in item.gold:
            found = look(item, rater, item.gold[kind])
            if found is not None:
                right, expected, given = found
                return GoldVerdict(right, item.is_check, expected, given, item.explanation)
    return None


Found = tuple[bool, str, str] | None


def of_scores(item: QueueItem, rater: Rater, accepted: dict[str, list[int]]) -> Found:
    """Scores of the response by aspect: each must be one of the accepted."""
    standing = Rating.objects.standing().filter(rater=rater, response=item.response_a_id, aspect__in=accepted)
    given = {row.aspect: row for row in standing.order_by("pk")}
    if not given:
        return None
    right = all(aspect in given and given[aspect].score in scores for aspect, scores in accepted.items())
    expected = ", ".join(f"{aspect}: {' or '.join(map(str, scores))}" for aspect, scores in accepted.items())
    return right, expected, ", ".join(f"{aspect}: {row.score or 'cannot judge'}" for aspect, row in given.items())


def of_outcomes(item: QueueItem, rater: Rater, accepted: list[str]) -> Found:
    """A preference over the pair, whichever way round it was stored."""
    sides = [item.response_a_id, item.response_b_id]
    rows = Preference.objects.standing().filter(rater=rater, response_a__in=sides, response_b__in=sides)
    row = rows.exclude(timing=Preference.Timing.HINDSIGHT).order_by("pk").last()
    if row is None:
        return None
    given = row.outcome if row.response_a_id == sides[0] else TURNED.get(row.outcome, row.outcome)
    return given in accepted, " or ".join(map(outcome_words, accepted)), outcome_words(given)


def of_ranking(item: QueueItem, rater: Rater, accepted: list[int]) -> Found:
    """A ranking: whatever it puts first must be accepted as best."""
    row = Ranking.objects.standing().filter(rater=rater, example=item.example_id).order_by("pk").last()
    if row is None:
        return None
    first = {place.response_id for place in row.places.all() if place.place == 1}
    return bool(first) and first <= set(accepted), "another answer first", "this order"


def outcome_words(outcome: str) -> str:
    """An outcome as a person would say it."""
    labels: dict[str, Any] = dict(Preference.Outcome.choices)
    return str(labels.get(outcome, outcome)).lower()
