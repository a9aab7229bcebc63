"""What a snapshot would hold if it were frozen now, counted while its filters are still being moved.

Rows and examples are counted by the database, what the rule leaves of the pairs is found from ids and hashes. Where
there are many examples, all of it is counted on `LOOKED_AT` of them, drawn by chance but always the same ones, and told
as an estimate (`sampled` says for how many each stands): it takes as long for a million as for some thousand.
Near-duplicates are looked for only among few examples: otherwise freezing says how many there were.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Max, Q

from feedback.datasets.choosing import chosen_examples, example_of, name_of
from feedback.datasets.filters import EXACT, Filters
from feedback.datasets.freezing import kinds, rows_wanted, wanted_kinds
from feedback.datasets.pairwise import Weighing, settled_pairs
from feedback.datasets.writers.sketching import AGREED, clustered
from feedback.models import Edit, Example, Preference

LOOKED_AT, WHOLE = 1200, 4000
QUICK = 3000
ALONG_INDEXES = ("enable_seqscan", "enable_hashjoin", "enable_mergejoin", "jit")


@dataclass(frozen=True, kw_only=True)
class Prospect:
    """`rows` by kind, `raters` by kind, `examples`; `pairs` as in a snapshot's facts and `fallen` with the reasons.

    `alike` is how many examples are nearly the same as an earlier one, None where it was not looked for.
    """

    rows: dict[str, int]
    raters: dict[str, int]
    examples: int
    splits: dict[str, int]
    pairs: dict[str, Any]
    fallen: dict[str, int] = field(default_factory=dict)
    sampled: int = 1
    alike: int | None = None

    @property
    def all_rows(self) -> int:
        """Rows of every kind."""
        return sum(self.rows.values())

    @property
    def left(self) -> int:
        """Examples that stay when near-duplicates go."""
        return self.examples - (self.alike or 0)


def is_quick(project: Any) -> bool:
    """Whether counting takes no time to speak of: few rows in all. A bounded query for each kind."""
    left = QUICK
    for kind in kinds():
        left -= len(kind._default_manager.filter(project=project).order_by().values_list("pk")[:left])
        if left <= 0:
            return False
    return True


def prospect(project: Any, filters: Filters) -> Prospect:
    """Count what would be frozen now, or estimate it where there is much."""
    sample, stands_for = sample_of(project)
    with near(sample):
        rows, raters = rows_by_kind(project, filters, sample)
        examples = examples_wanted(project, filters, rows, sample)
        splits = dict(examples.order_by().values_list("split").annotate(n=Count("pk")))
        weighing = weighed(project, filters, rows, sample)
        every = sum(splits.values())
        same = alike(examples, filters) if sample is None and every <= LOOKED_AT else None
    found = (rows, raters, dict(sorted(splits.items())), weighing.facts(), weighing.fallen)
    counts = [{name: scaled(value, stands_for) for name, value in one.items()} for one in found]
    return Prospect(
        rows=counts[0], raters=counts[1], examples=scaled(every, stands_for), splits=counts[2], pairs=counts[3],
        fallen=counts[4], sampled=round(stands_for), alike=same,
    )  # fmt: skip


def sample_of(project: Any) -> tuple[list[int] | None, float]:
    """Ids of examples to look at and for how many each stands; None for all, where there are few.

    One number by chance out of each stretch: a file may hold two kinds of rows by turns.
    """
    every = Example.objects.filter(project=project)
    last = every.aggregate(last=Max("number"))["last"] or 0
    if last <= WHOLE:
        return None, 1.0
    stretch, chance = last // LOOKED_AT, Random(project.pk)
    numbers = [begins + chance.randrange(1, stretch + 1) for begins in range(0, stretch * LOOKED_AT, stretch)]
    return list(every.filter(number__in=numbers).values_list("pk", flat=True)), last / LOOKED_AT


@contextmanager
def near(sample: list[int] | None) -> Iterator[None]:
    """Read a sample along the indexes: with whole tables at hand, PostgreSQL would rather read all of them."""
    with transaction.atomic():
        if sample is not None:
            with connection.cursor() as cursor:
                cursor.execute("; ".join(f"SET LOCAL {way} = off" for way in ALONG_INDEXES))
        yield


def looked_at(kind: Any, project: Any, filters: Filters, sample: list[int] | None) -> Any:
    """The rows of a kind that would go in, as far as they are looked at; those about no example always are."""
    rows, example = rows_wanted(kind, project, filters).order_by(), example_of(kind)
    return rows if sample is None or not example else rows.filter(**{f"{example}__in": sample})


def rows_by_kind(project: Any, filters: Filters, sample: list[int] | None) -> tuple[dict[str, int], dict[str, int]]:
    """Rows by kind and by kind of rater, before pairs are held against the rule."""
    rows: dict[str, int] = {}
    raters: dict[str, int] = {}
    for kind in wanted_kinds(filters):
        if sample and not kind._default_manager.filter(project=project).exists():
            continue
        found = looked_at(kind, project, filters, sample).values_list("rater__kind").annotate(n=Count("pk"))
        for rater, count in found:
            raters[rater] = raters.get(rater, 0) + count
            rows[name_of(kind)] = rows.get(name_of(kind), 0) + count
    return dict(sorted(rows.items(), key=lambda one: -one[1])), dict(sorted(raters.items()))


def examples_wanted(project: Any, filters: Filters, rows: dict[str, int], sample: list[int] | None) -> Any:
    """The examples that the rows are about."""
    if filters.unjudged:
        every = chosen_examples(project, filters.wish())
        return every if sample is None else every.filter(pk__in=sample)
    about = Q(pk__in=[])
    for kind in wanted_kinds(filters):
        if rows.get(name_of(kind)) and (path := example_of(kind)):
            about |= Q(pk__in=looked_at(kind, project, filters, sample).values(path))
    return Example.objects.filter(about, project=project, **({} if sample is None else {"pk__in": sample}))


def weighed(project: Any, filters: Filters, rows: dict[str, int], sample: list[int] | None) -> Weighing:
    """What the rule leaves of the pairs."""
    weighing = Weighing()
    if rows.get("preference", 0) + rows.get("edit", 0):
        preferences, edits = (looked_at(kind, project, filters, sample) for kind in (Preference, Edit))
        edits = edits if rows.get("edit") and not (filters.aspect or filters.timing) else edits.none()
        for decision, _ in settled_pairs(preferences, edits, filters.rule):
            weighing.take(decision)
    return weighing


def scaled(value: Any, stands_for: float) -> Any:
    """A count of the sample as one of the whole; shares stay as they are."""
    return round(value * stands_for) if isinstance(value, int) else value


def alike(examples: Any, filters: Filters) -> int:
    """How many of these few examples are nearly the same as an earlier one."""
    said = [
        [str(turn.get("content") or "") for turn in messages if turn.get("role") == "user"]
        for messages in examples.order_by("number").values_list("messages", flat=True)
    ]
    groups, _ = clustered(said, least=1.0 if filters.duplicates == EXACT else AGREED)
    return sum(groups.leader(i) != i for i in range(len(said)))
