"""A format whose rows weigh so that every category counts the same: read once to count, once to write."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from feedback.datasets.pieces import Format, Line, Wish
from feedback.datasets.views.drawn import Drawn
from feedback.datasets.writers.prompts import Untrainable


@dataclass
class Weighed(Drawn):
    """A row that knows how many there are of each category."""

    counts: Counter[str]


def with_balance(format: Format) -> Format:  # noqa: A002
    """The format with a `weight` on each line: all rows over (categories times rows of this category)."""

    def pieces(project: Any, wish: Wish) -> Iterator[Weighed]:
        counts = counted(format, project, wish)
        for one in format.pieces(project, wish):
            yield Weighed(one.at, one.item, one.make, counts)

    return replace(format, pieces=pieces, line=weighed, columns={**format.columns, "weight": "float"})


def counted(format: Format, project: Any, wish: Wish) -> Counter[str]:  # noqa: A002
    """How many rows there will be of each category."""
    counts: Counter[str] = Counter()
    for one in format.pieces(project, wish):
        if one.example.split not in wish.splits:
            continue
        try:
            counts[one.made.line["category"]] += 1
        except Untrainable:
            continue
    return counts


def weighed(piece: Weighed) -> Line:
    """The line with its weight. Raises `Untrainable`."""
    line = piece.made.line
    counts = piece.counts
    return {**line, "weight": round(counts.total() / (len(counts) * counts[line["category"]]), 4)}
