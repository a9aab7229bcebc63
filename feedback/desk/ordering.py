"""In which order a queue is worked off: a rank for each item, lowest first, made anew when answers change it.

Random and in-order ranks are made once. The others look at what was said so far:

- disagreement: how far apart the raters of an item are, farthest first;
- information: what an answer would teach, most first: for a pair how uncertain its outcome is (Bradley-Terry), for a
  response how little is known of it;
- potential: optimistic exploration after SELM (Zhang and others 2024): the best score a response might still have,
  given how little was said of it, divided by how often it was asked about already.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from feedback.desk.bradley_terry import Answer, Belief, fit, worth
from feedback.desk.spread import gaps_of
from feedback.models import Preference, Project, Queue, QueueItem, Rating, Slot

ORDER = Queue.Order
Pair = tuple[int, int]
FIXED = (ORDER.RANDOM, ORDER.IN_ORDER)
HOPE = 0.5
"""How much an unknown response may hope for: the width of what one judgement leaves open, of a score from 0 to 1."""


@dataclass(frozen=True)
class Known:
    """What was said of a response so far: the mean of its scores (0 to 1) and how many there are."""

    mean: float = 0.5
    n: int = 0

    @property
    def might_be(self) -> float:
        """The best it may well be: its mean with one half as a first guess, and what so few judgements leave open."""
        return (self.mean * self.n + 0.5) / (self.n + 1) + HOPE / sqrt(self.n + 1)


@dataclass(frozen=True)
class Placed:
    """An item as its order sees it."""

    pk: int
    number: int
    a: int | None
    b: int | None
    example: int

    @property
    def pair(self) -> Pair:
        """Its two responses, the earlier first."""
        return min(self.a or 0, self.b or 0), max(self.a or 0, self.b or 0)


def ranks(queue: Queue, items: Iterable[QueueItem]) -> dict[int, float]:
    """The rank of each item."""
    placed = [Placed(i.pk, i.example.number, i.response_a_id, i.response_b_id, i.example_id) for i in items]
    return WAYS[ORDER(queue.order)](queue, placed)


def at_random(queue: Queue, items: list[Placed]) -> dict[int, float]:
    """Drawn by lot, once and for all."""
    return {item.pk: lot(queue, item) for item in items}


def in_order(queue: Queue, items: list[Placed]) -> dict[int, float]:
    """By example, then by response."""
    return {item.pk: item.number + (item.a or 0) / 1e10 + (item.b or 0) / 1e14 for item in items}


def most_disagreed(queue: Queue, items: list[Placed]) -> dict[int, float]:
    """By how far apart the raters are."""
    gaps = gaps_of(queue, [item.pk for item in items])
    return {item.pk: -gaps.get(item.pk, 0.0) + lot(queue, item) / 1e6 for item in items}


def most_informative(queue: Queue, items: list[Placed]) -> dict[int, float]:
    """By what an answer would teach."""
    if queue.asks == Queue.Asks.PAIR:
        beliefs = beliefs_of(queue.project, {item.example for item in items})
        return {item.pk: -bits_of(beliefs, item) + lot(queue, item) / 1e6 for item in items}
    known = known_of(queue.project, responses_of(items))
    return {item.pk: known_to(known, item.a).n + lot(queue, item) / 1e6 for item in items}


def most_promising(queue: Queue, items: list[Placed]) -> dict[int, float]:
    """By potential over coverage."""
    known, covered = known_of(queue.project, responses_of(items)), covered_in(queue.project, items)
    return {item.pk: -promise(known, covered, item) + lot(queue, item) / 1e6 for item in items}


WAYS = {
    ORDER.RANDOM: at_random,
    ORDER.IN_ORDER: in_order,
    ORDER.DISAGREEMENT: most_disagreed,
    ORDER.INFORMATION: most_informative,
    ORDER.POTENTIAL: most_promising,
}


def promise(known: dict[int, Known], covered: Counter[Pair], item: Placed) -> float:
    """The potential of the better of an item's responses, the smaller the oftener the very question was asked."""
    sides = [known_to(known, one) for one in (item.a, item.b) if one is not None] or [Known()]
    times = covered[item.pair] if item.b is not None else sides[0].n
    return max(one.might_be for one in sides) / (1 + times)


def covered_in(project: Project, items: list[Placed]) -> Counter[Pair]:
    """How often each pair was compared, whichever way round. One query."""
    firsts = {item.a for item in items if item.b is not None}
    found = outcomes(project, Q(response_a__in=firsts) | Q(response_b__in=firsts)) if firsts else []
    return Counter((min(a, b), max(a, b)) for a, b, _ in found)


def known_of(project: Project, responses: set[int]) -> dict[int, Known]:
    """Mean score and number of judgements of these responses, from ratings and preferences. Two queries."""
    sums: dict[int, list[float]] = {}
    rows = Rating.objects.standing().filter(project=project, response__in=responses, cannot_judge=False)
    for response, score, scale in rows.values_list("response", "score", "scale"):
        sums.setdefault(response, []).append((score - 1) / (scale - 1))
    for a, b, share in outcomes(project, Q(response_a__in=responses) | Q(response_b__in=responses)):
        sums.setdefault(a, []).append(share)
        sums.setdefault(b, []).append(1 - share)
    return {one: Known(sum(scores) / len(scores), len(scores)) for one, scores in sums.items()}


def outcomes(project: Project, which: Q) -> list[tuple[int, int, float]]:
    """Standing preferences: both responses and the share of the first (1 won, 0 lost, a half for neither)."""
    rows = Preference.objects.standing().filter(which, project=project)
    shares = {"a": 1.0, "b": 0.0}
    return [(a, b, shares.get(o, 0.5)) for a, b, o in rows.values_list("response_a", "response_b", "outcome")]


def beliefs_of(project: Project, examples: set[int]) -> dict[int, tuple[dict[int, int], Belief]]:
    """For each example the places of its compared responses and what is believed of their strengths."""
    found: dict[int, list[tuple[int, int, float]]] = {}
    rows = Preference.objects.standing().filter(project=project, response_a__example__in=examples)
    shares = {"a": 1.0, "b": 0.0}
    for example, a, b, outcome in rows.values_list("response_a__example", "response_a", "response_b", "outcome"):
        found.setdefault(example, []).append((a, b, shares.get(outcome, 0.5)))
    return {example: believed(answers) for example, answers in found.items()}


def believed(answers: list[tuple[int, int, float]]) -> tuple[dict[int, int], Belief]:
    """The places of the responses, and the belief after these answers."""
    places = {one: place for place, one in enumerate(sorted({side for a, b, _ in answers for side in (a, b)}))}
    return places, fit(len(places), [Answer(places[a], places[b], share) for a, b, share in answers])


def bits_of(beliefs: dict[int, tuple[dict[int, int], Belief]], item: Placed) -> float:
    """How much surer of the order comparing a pair would make one; one with a response nobody has met comes first."""
    places, belief = beliefs.get(item.example, ({}, None))
    if belief is None or item.a not in places or item.b not in places:
        return 1.0
    return worth(belief, places[item.a], places[item.b])


def known_to(known: dict[int, Known], response: int | None) -> Known:
    """What is known of a response."""
    return known.get(response, Known()) if response is not None else Known()


def responses_of(items: list[Placed]) -> set[int]:
    """All responses of these items."""
    return {one for item in items for one in (item.a, item.b) if one is not None}


def lot(queue: Queue, item: Placed) -> float:
    """A number from 0 to 1 that is this item's own in this queue, and always the same."""
    return random.Random(f"{queue.pk}:{item.pk}").random()


def put_in_order(queue: Queue, example: int | None = None) -> int:
    """Give the slots that are still to be had their ranks anew (of one example, or all); how many changed.

    Slots that somebody has in hand at this moment are left as they are, so nobody waits.
    """
    items = queue.items.filter(gold__isnull=True).select_related("example").only(
        "queue", "example__number", "response_a", "response_b"
    )  # fmt: skip
    found = ranks(queue, items.filter(example=example) if example else items)
    with transaction.atomic():
        rows = Slot.objects.filter(queue=queue, item__in=found).exclude(state=Slot.State.DONE)
        slots = list(rows.select_for_update(skip_locked=True, no_key=True).only("pk", "item", "rank"))
        changed = [slot for slot in slots if slot.rank != found[slot.item_id]]
        for slot in changed:
            slot.rank = found[slot.item_id]
        Slot.objects.bulk_update(changed, ["rank"], batch_size=2000)
    return len(changed)


def after_an_answer(item: int) -> None:
    """Ranks that an answer to this item changes: of the open items of its example. For when the answer is committed."""
    row = QueueItem.objects.select_related("queue__project").filter(pk=item).first()
    if row is not None and row.queue.order not in FIXED and row.queue.is_open:
        put_in_order(row.queue, row.example_id)


def in_front(queue: Queue, most: int = 20) -> list[int]:
    """The first items that wait, in order."""
    rows = Slot.objects.filter(queue=queue, reserved_for=None).exclude(state=Slot.State.DONE)
    found: dict[int, None] = dict.fromkeys(rows.order_by("rank").values_list("item", flat=True)[: most * 4])
    return list(found)[:most]


@dataclass(frozen=True)
class Effect:
    """What an order puts in front, against the mean of all that waits: potential and judgements of the responses."""

    potential: float
    judgements: float
    potential_of_all: float
    judgements_of_all: float
    n: int


def effect(queue: Queue, most: int = 20, sample: int = 2000) -> Effect | None:
    """What the order does: the first items beside (a sample of) all that wait; None where nothing waits."""
    to_be_had = Slot.objects.filter(item=OuterRef("pk")).exclude(state=Slot.State.DONE)
    waiting = queue.items.filter(Exists(to_be_had), gold__isnull=True, response_a__isnull=False)
    rows = waiting.annotate(number=F("example__number"))[:sample]
    items = {i.pk: Placed(i.pk, i.number, i.response_a_id, i.response_b_id, i.example_id) for i in rows}
    first = [items[pk] for pk in in_front(queue, most) if pk in items]
    if not first:
        return None
    known = known_of(queue.project, responses_of(list(items.values())))
    ahead, overall = means_of(known, first), means_of(known, list(items.values()))
    return Effect(*ahead, *overall, n=len(first))


def means_of(known: dict[int, Known], items: list[Placed]) -> tuple[float, float]:
    """Mean of the best each item's responses might be, and of the judgements they have."""
    sides = [[known_to(known, one) for one in (item.a, item.b) if one is not None] for item in items]
    best = sum(max(one.might_be for one in pair) for pair in sides) / len(sides)
    return best, sum(sum(one.n for one in pair) / len(pair) for pair in sides) / len(sides)
