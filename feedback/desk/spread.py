"""How far apart the raters of an item are, from 0 (of one mind) to 1 (as far as the scale goes).

For a response the widest gap between two raters' scores on any aspect; for a pair the widest between their preferences,
on the scale of seven; for a ranking the share of pairs of answers that two raters order differently. One answer is no
gap. Counted are the raters who finished the item in the queue; decisions of curators are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from django.db.models import Count, Exists, F, FloatField, Max, Min, OuterRef
from django.db.models.functions import Cast

from feedback.models import Place, Preference, Queue, QueueItem, Rating, Slot

ADJUDICATION = "adjudication"
PLAIN = 2
"""The strength a preference counts with where it was not asked for."""


def gaps_of(queue: Queue, items: Sequence[int] | None = None) -> dict[int, float]:
    """The gap of each item (or of these) that two raters or more have answered. At most three queries."""
    rows = queue.items.all() if items is None else queue.items.filter(pk__in=items)
    if queue.asks == Queue.Asks.RESPONSE:
        return of_responses(queue, rows)
    if queue.asks == Queue.Asks.PAIR:
        return of_pairs(queue, rows)
    return of_rankings(queue, rows) if queue.asks == Queue.Asks.RANKING else {}


def of_responses(queue: Queue, items: object) -> dict[int, float]:
    """The widest gap of scores on any aspect."""
    done = Slot.objects.filter(
        queue=queue, item__in=items, item__response_a=OuterRef("response"), rater=OuterRef("rater"), state="done"
    )
    rows = Rating.objects.standing().filter(Exists(done), cannot_judge=False, project=queue.project_id)
    share = Cast(F("score") - 1, FloatField()) / (F("scale") - 1)
    rows = rows.exclude(protocol=ADJUDICATION).order_by().values("response", "aspect")
    found: dict[int, float] = {}
    widest = rows.annotate(gap=Max(share) - Min(share), n=Count("rater", distinct=True)).filter(n__gte=2)
    for response, gap in widest.values_list("response", "gap"):
        found[response] = max(found.get(response, 0.0), gap)
    pairs = QueueItem.objects.filter(queue=queue, response_a__in=found).values_list("pk", "response_a")
    return {item: found[response] for item, response in pairs}


def of_pairs(queue: Queue, items: object) -> dict[int, float]:
    """The widest gap of preferences, whichever way round they were stored."""
    slots = Slot.objects.filter(queue=queue, item__in=items, rater=OuterRef("rater"), state="done")
    same = slots.filter(item__response_a=OuterRef("response_a"), item__response_b=OuterRef("response_b"))
    turned = slots.filter(item__response_a=OuterRef("response_b"), item__response_b=OuterRef("response_a"))
    rows = Preference.objects.standing().filter(Exists(same) | Exists(turned), project=queue.project_id)
    rows = rows.exclude(protocol=ADJUDICATION).exclude(timing=Preference.Timing.HINDSIGHT)
    values: dict[tuple[int, int], list[float]] = {}
    for a, b, outcome, strength in rows.values_list("response_a", "response_b", "outcome", "strength"):
        values.setdefault((min(a, b), max(a, b)), []).append(leaning(outcome, strength) * (1 if a < b else -1))
    gaps = {pair: (max(found) - min(found)) / 2 for pair, found in values.items() if len(found) > 1}
    known = QueueItem.objects.filter(queue=queue, pk__in=items).values_list("pk", "response_a", "response_b")
    keys = {item: (min(a, b), max(a, b)) for item, a, b in known if a and b}
    return {item: gaps[pair] for item, pair in keys.items() if pair in gaps}


def of_rankings(queue: Queue, items: object) -> dict[int, float]:
    """The widest distance between two orders."""
    done = Slot.objects.filter(
        queue=queue, item__in=items, item__example=OuterRef("ranking__example"), rater=OuterRef("ranking__rater"),
        state="done",
    )  # fmt: skip
    rows = Place.objects.filter(Exists(done), ranking__withdrawn_at=None, ranking__replaced_by=None)
    rows = rows.exclude(ranking__protocol=ADJUDICATION)
    orders: dict[int, dict[int, dict[int, int]]] = {}
    for example, rater, response, place in rows.values_list(
        "ranking__example", "ranking__rater", "response", "place"
    ):  # fmt: skip
        orders.setdefault(example, {}).setdefault(rater, {})[response] = place
    known = QueueItem.objects.filter(queue=queue, pk__in=items, example__in=orders).values_list("pk", "example")
    return {item: farthest(list(orders[e].values())) for item, e in known if len(orders[e]) > 1}


def leaning(outcome: str, strength: int | None) -> float:
    """A preference from -1 (the first by far) to 1 (the second by far)."""
    size = abs(strength) if strength is not None else PLAIN
    return {"a": -size, "b": size}.get(outcome, 0) / 3


def farthest(orders: list[dict[int, int]]) -> float:
    """The largest distance between two of these orders ({response: place})."""
    return max(distance(one, other) for one, other in combinations(orders, 2))


def distance(one: dict[int, int], other: dict[int, int]) -> float:
    """The share of pairs ordered differently; a tie on one side only is half a difference (Kendall, with ties)."""
    both = sorted(set(one) & set(other))
    pairs = list(combinations(both, 2))
    if not pairs:
        return 0.0
    return sum(abs(sign(one[a] - one[b]) - sign(other[a] - other[b])) for a, b in pairs) / (2 * len(pairs))


def sign(number: int) -> int:
    """-1, 0 or 1."""
    return (number > 0) - (number < 0)
