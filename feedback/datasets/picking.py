"""A snapshot of limited size: which of its examples stay, picked at random, for variety, by topic or by complexity.

What good an example's answers were found is the mean of its ratings in the snapshot, as a share of their scale. The
arithmetic stands in `writers/sampling.py`; this reads the examples, a stretch at a time, and takes the others out.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.db.models import Avg, F, FloatField
from django.db.models.functions import Cast

from feedback.datasets.filters import CLUSTERS, COMPLEX, DIVERSE, Filters
from feedback.datasets.freezing import BATCH, drop_examples, examples_of, follow_examples, frozen_ids
from feedback.datasets.writers import sampling
from feedback.models import Rating, Snapshot, SnapshotExample

Watch = Callable[[], None]


def pick(snapshot: Snapshot, filters: Filters, watch: Watch) -> dict[str, Any]:
    """Keep no more examples than are asked for; what there is to tell of it."""
    every = SnapshotExample.objects.filter(snapshot=snapshot).count()
    if not filters.limit or every <= filters.limit:
        return {}
    ids, known = looked_at(snapshot, every, watch)
    if filters.sampler == DIVERSE:
        picked = sampling.by_distance(blocks(snapshot, watch), every, filters.limit, known.leaders)
    else:
        ways = {CLUSTERS: sampling.by_quality, COMPLEX: sampling.by_complexity}
        picked = ways.get(filters.sampler, sampling.at_random)(known, filters.limit)
    leave(snapshot, ids, set(picked))
    left_out = {**snapshot.facts.get("left_out", {}), "beyond the size that was asked for": every - len(picked)}
    return {"drift": sampling.drift(known, picked), "left_out": left_out}


def looked_at(snapshot: Snapshot, every: int, watch: Watch) -> tuple[Any, sampling.Field]:
    """The ids of the examples in order, and what is known of each."""
    step = max(1, every // sampling.LEADING)
    sample = [sampling.bits_of(text) for text in islice((one[2] for one in told(snapshot)), 0, None, step)]
    known = sampling.Field(sampling.leaders_of(sample))
    good = quality_of(snapshot)
    ids = array("q")
    for pk, hash_, text in told(snapshot):
        known.add(sampling.bits_of(text), text, hash_, good.get(pk))
        ids.append(pk)
        if len(ids) % 500 == 0:
            watch()
    return ids, known


def told(snapshot: Snapshot) -> Iterator[tuple[int, str, str]]:
    """(id, hash, words of the user) of each example, by number."""
    for pk, hash_, messages in examples_of(snapshot, "content_hash", "messages"):
        asked = [str(turn.get("content") or "") for turn in messages if turn.get("role") == "user"]
        yield pk, hash_, "\n".join(asked)


def blocks(snapshot: Snapshot, watch: Watch) -> Iterator[list[int]]:
    """The texts as bits, a block at a time."""
    texts = (sampling.bits_of(text) for _, _, text in told(snapshot))
    while block := list(islice(texts, sampling.BLOCK)):
        watch()
        yield block


def quality_of(snapshot: Snapshot) -> dict[int, float]:
    """The mean rating of each example's answers, from 0 to 1."""
    rows = Rating.objects.filter(pk__in=frozen_ids(snapshot, Rating), score__isnull=False, scale__gt=1).order_by()
    score = Cast(F("score") - 1, FloatField()) / Cast(F("scale") - 1, FloatField())
    return dict(rows.values_list("response__example").annotate(mean=Avg(score)))


def leave(snapshot: Snapshot, ids: Any, picked: set[int]) -> None:
    """Take out all examples but those picked, with what is said about them."""
    going: list[int] = []
    for number, pk in enumerate(ids):
        if number not in picked:
            going.append(pk)
        if len(going) >= BATCH:
            drop_examples(snapshot, going)
            going = []
    drop_examples(snapshot, going)
    follow_examples(snapshot)
