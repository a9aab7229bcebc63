"""What is counted while an export is written, and how far it has come. It can be kept and taken up again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from feedback.datasets.facets import Facets
from feedback.datasets.pieces import Piece


@dataclass
class Tally:
    """What went in and what was left out, while it is written."""

    rows: int = 0
    simulated: int = 0
    agreed: int = 0
    by_several: int = 0
    examples: int = 0
    newest: int = 0
    splits: Counter[str] = field(default_factory=Counter)
    sources: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    defects: Counter[str] = field(default_factory=Counter)

    def take(self, piece: Piece) -> None:
        """Count a row that is written."""
        example: Any = piece.example
        self.rows += 1
        self.simulated += piece.simulated
        self.examples += example.id != self.newest  # the rows come by example
        self.newest = example.id
        self.splits[example.split] += 1
        for source in piece.sources:
            self.sources[source] += 1


def counts_of(tally: Tally) -> dict[str, Any]:
    """The tally as the manifest has it."""
    return {
        "counts": {
            "rows": tally.rows, "examples": tally.examples, "rows_with_simulated_text": tally.simulated,
            "by_split": dict(sorted(tally.splits.items())), "by_source": dict(sorted(tally.sources.items())),
        },
        "skipped": dict(sorted(tally.skipped.items())),
        "defects": dict(sorted(tally.defects.items())),
        "agreement": {"pairs_judged_by_several": tally.by_several, "of_one_mind": tally.agreed},
    }  # fmt: skip


@dataclass
class Position:
    """How far an export has come: `items` pieces of the example with this number, all of those before it."""

    number: int = 0
    items: int = 0
    tally: Tally = field(default_factory=Tally)
    facets: Facets = field(default_factory=Facets)
