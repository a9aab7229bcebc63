"""What goes into a queue: responses, pairs, examples to rank or to answer, chosen by what they are and what was said.

It looks for candidates and makes items; how many raters see each, and in which order, is for `queues` and `ordering`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import CharField, Count, Q, Value
from django.db.models.functions import MD5, Cast, Concat

from feedback.desk import candidates
from feedback.errors import Refused
from feedback.models import Example, Project, Queue, QueueItem, Response, Run, Split

BATCH = 2000
Triple = tuple[int, int | None, int | None]


@dataclass(frozen=True, kw_only=True)
class Filling:
    """Which things to ask about. `numbers` and `tag` choose examples, `responses` answers (of a pair both are in it),
    `run` the refined answers of a run beside their originals, `unjudged` only what nobody has judged; `most` is how
    many at most, drawn by lot."""

    numbers: tuple[int, ...] = ()
    responses: tuple[int, ...] = ()
    tag: str = ""
    run: Run | None = None
    unjudged: bool = False
    most: int | None = None


def add_items(queue: Queue, filling: Filling) -> int:
    """Make an item of each candidate that is not in the queue yet; how many there are now more."""
    before = queue.items.count()
    found = triples(queue, filling)
    while some := list(islice(found, BATCH)):
        items = [QueueItem(queue=queue, example_id=e, response_a_id=a, response_b_id=b) for e, a, b in some]
        QueueItem.objects.bulk_create(items, ignore_conflicts=True)
    return queue.items.count() - before


def triples(queue: Queue, filling: Filling) -> Iterator[Triple]:
    """Example, response and second response of each thing to ask about, as far as the kind of question has them."""
    rows, names = WAYS[Queue.Asks(queue.asks)](queue.project, filling)
    rows = restricted(rows, filling, "" if rows.model is Example else "start__example" if filling.run else "example")
    for values in rows.values_list(*names).iterator(chunk_size=BATCH):
        example, a, b = (*values, None, None)[:3]
        yield (example, min(a, b), max(a, b)) if b is not None else (example, a, None)


def restricted(rows: Any, filling: Filling, path: str) -> Any:
    """Only the examples meant; of those a lot, if there are to be at most so many."""
    prefix = f"{path}__" if path else ""
    if filling.numbers:
        rows = rows.filter(**{f"{prefix}number__in": filling.numbers})
    if filling.tag:
        rows = rows.filter(**{f"{prefix}tags__contains": [filling.tag]})
    if filling.most is None:
        return rows.order_by(f"{prefix}number", "pk")
    lot = MD5(Concat(Value("lot-"), Cast("pk", CharField()), output_field=CharField()))
    return rows.order_by(lot)[: filling.most]


def of_responses(project: Project, filling: Filling) -> tuple[Any, list[str]]:
    """Single responses."""
    rows = candidates.responses(project)
    rows = rows.filter(pk__in=filling.responses) if filling.responses else rows
    return rows.filter(~candidates.is_judged()) if filling.unjudged else rows, ["example", "pk"]


def of_pairs(project: Project, filling: Filling) -> tuple[Any, list[str]]:
    """Pairs of responses to one example, or what a run made beside what it began with."""
    if filling.run is not None and filling.run.project_id != project.pk:
        raise Refused("That run belongs to another project.")
    rows = candidates.refined_pairs(project, filling.run) if filling.run else candidates.pairs(project)
    rows = rows.filter(candidates.is_not_compared()) if filling.unjudged else rows
    if filling.responses:
        rows = rows.filter(first__in=filling.responses, second__in=filling.responses)
    return rows, ["start__example" if filling.run else "example", "first", "second"]


def of_rankings(project: Project, filling: Filling) -> tuple[Any, list[str]]:
    """Examples with two responses or more."""
    asked = Q(responses__origin__in=candidates.ASKED_ABOUT)
    rows = outside_holdout(project).annotate(answers=Count("responses", filter=asked)).filter(answers__gte=2)
    return rows.filter(rankings=None) if filling.unjudged else rows, ["pk"]


def of_demonstrations(project: Project, filling: Filling) -> tuple[Any, list[str]]:
    """Examples, whether they have responses or not."""
    rows = outside_holdout(project)
    return rows.filter(demonstrations=None) if filling.unjudged else rows, ["pk"]


def outside_holdout(project: Project) -> Any:
    """Examples that people may be asked about."""
    return Example.objects.filter(project=project).exclude(split=Split.HOLDOUT)


WAYS = {
    Queue.Asks.RESPONSE: of_responses,
    Queue.Asks.PAIR: of_pairs,
    Queue.Asks.RANKING: of_rankings,
    Queue.Asks.DEMONSTRATION: of_demonstrations,
}


def candidates_of(item: QueueItem) -> list[Response]:
    """The responses an item is about: its own, or for a ranking all of the example that may be asked about."""
    own = [one for one in (item.response_a, item.response_b) if one is not None]
    return own or list(item.example.responses.filter(origin__in=candidates.ASKED_ABOUT).order_by("pk"))
