"""What an export would hold, found without writing it: counts, what is left out and why, and the first rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from feedback.datasets.exporting import Tally, counts_of, frozen, kinds_counted, usable_rows, writer_of
from feedback.datasets.judged import JudgedPair
from feedback.models import Project

SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`counts`, `skipped` and `agreement` are as in the manifest; `first` are the first rows with their pairs."""

    counts: dict[str, Any]
    skipped: dict[str, int]
    agreement: dict[str, int]
    first: list[tuple[dict[str, Any], JudgedPair]] = field(default_factory=list)


def outlook(project: Project, *, format: str, include_simulated: bool = False, show: int = SHOWN) -> Outlook:  # noqa: A002
    """Look at every pair as the export would. Raises `Refused` for a format nobody knows."""
    writer, kinds = writer_of(format), kinds_counted(include_simulated=include_simulated)
    tally = Tally()
    first: list[tuple[dict[str, Any], JudgedPair]] = []
    with frozen():
        for line, pair in usable_rows(project, writer, kinds, tally):
            tally.take(pair)
            if len(first) < show:
                first.append((line, pair))
    return Outlook(**counts_of(tally), first=first)
