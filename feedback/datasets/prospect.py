"""What a snapshot would hold if it were frozen now, counted while its filters are still being moved.

Rows and examples are counted by the database. What the rule leaves of the pairs is found from ids and hashes; where
there are very many, from every n-th example: the numbers are estimates then (`sampled` says for how many each stands).
Near-duplicates are looked for only among few examples: otherwise freezing says how many there were.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Mod

from feedback.datasets.choosing import chosen_examples, example_of, name_of
from feedback.datasets.filters import EXACT, Filters
from feedback.datasets.freezing import kinds, rows_wanted, wanted_kinds
from feedback.datasets.pairwise import Weighing, settled_pairs
from feedback.datasets.writers.sketching import AGREED, clustered
from feedback.models import Edit, Example, Preference

PAIRS_AT_ONCE = 4000
LOOKED_AT = 1500
QUICK = 3000


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
    """Count what would be frozen now."""
    rows, raters = rows_by_kind(project, filters)
    examples = examples_wanted(project, filters, rows)
    splits = dict(examples.order_by().values_list("split").annotate(n=Count("pk")))
    every = sum(splits.values())
    pairs, fallen, sampled = weighed(project, filters, rows)
    return Prospect(
        rows=rows, raters=raters, examples=every, splits=dict(sorted(splits.items())), pairs=pairs, fallen=fallen,
        sampled=sampled, alike=alike(examples, filters) if every <= LOOKED_AT else None,
    )  # fmt: skip


def rows_by_kind(project: Any, filters: Filters) -> tuple[dict[str, int], dict[str, int]]:
    """Rows by kind and by kind of rater, before pairs are held against the rule."""
    rows: dict[str, int] = {}
    raters: dict[str, int] = {}
    for kind in wanted_kinds(filters):
        found = rows_wanted(kind, project, filters).order_by().values_list("rater__kind").annotate(n=Count("pk"))
        for rater, count in found:
            raters[rater] = raters.get(rater, 0) + count
            rows[name_of(kind)] = rows.get(name_of(kind), 0) + count
    return dict(sorted(rows.items(), key=lambda one: -one[1])), dict(sorted(raters.items()))


def examples_wanted(project: Any, filters: Filters, rows: dict[str, int]) -> Any:
    """The examples that the rows are about."""
    if filters.unjudged:
        return chosen_examples(project, filters.wish())
    about = Q(pk__in=[])
    for kind in wanted_kinds(filters):
        if rows.get(name_of(kind)) and (path := example_of(kind)):
            about |= Q(pk__in=rows_wanted(kind, project, filters).order_by().values(path))
    return Example.objects.filter(about, project=project)


def weighed(project: Any, filters: Filters, rows: dict[str, int]) -> tuple[dict[str, Any], dict[str, int], int]:
    """What the rule leaves of the pairs, why others fall, and how many examples each looked at stands for."""
    judged = rows.get("preference", 0) + rows.get("edit", 0)
    sampled = max(1, -(-judged // PAIRS_AT_ONCE))
    preferences, edits = rows_wanted(Preference, project, filters), rows_wanted(Edit, project, filters)
    if sampled > 1:
        preferences = every_nth(preferences, "response_a__example__number", sampled)
        edits = every_nth(edits, "response__example__number", sampled)
    if filters.aspect or filters.timing:
        edits = edits.none()
    weighing = Weighing()
    for decision, _ in settled_pairs(preferences, edits, filters.rule) if judged else ():
        weighing.take(decision)
    counts = {name: scaled(value, sampled) for name, value in weighing.facts().items()}
    return counts, {why: scaled(count, sampled) for why, count in weighing.fallen.items()}, sampled


def every_nth(rows: Any, number: str, n: int) -> Any:
    """The rows of every n-th example."""
    return rows.annotate(place=Mod(number, n)).filter(place=0)


def scaled(value: Any, sampled: int) -> Any:
    """A count of the sample as one of the whole; shares stay as they are."""
    return value * sampled if isinstance(value, int) else value


def alike(examples: Any, filters: Filters) -> int:
    """How many of these few examples are nearly the same as an earlier one."""
    said = [
        [str(turn.get("content") or "") for turn in messages if turn.get("role") == "user"]
        for messages in examples.order_by("number").values_list("messages", flat=True)
    ]
    near, _ = clustered(said, least=1.0 if filters.duplicates == EXACT else AGREED)
    return sum(near.leader(i) != i for i in range(len(said)))
