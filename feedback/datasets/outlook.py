"""What an export would hold, found without writing it: counts, what is left out and why, and the first rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from feedback.datasets.exporting import Tally, counts_of, frozen, kinds_counted, usable_rows, writer_of
from feedback.datasets.judged import JudgedPair
from feedback.models import Edit, Preference, Project

SHOWN = 20
AT_ONCE = 400


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`counts`, `skipped` and `agreement` are as in the manifest; `first` are the first rows with their pairs.

    Where `whole` is False only the first rows were looked for, and the counts say nothing yet.
    """

    whole: bool
    counts: dict[str, Any]
    skipped: dict[str, int]
    agreement: dict[str, int]
    first: list[tuple[dict[str, Any], JudgedPair]] = field(default_factory=list)


def is_quick(project: Project) -> bool:
    """Whether looking at every pair takes no time to speak of. Two bounded queries."""
    words = Preference.objects.filter(project=project), Edit.objects.filter(project=project)
    return sum(len(rows.values_list("pk")[: AT_ONCE + 1]) for rows in words) <= AT_ONCE


def outlook(
    project: Project,
    *,
    format: str,  # noqa: A002
    include_simulated: bool = False,
    show: int = SHOWN,
    whole: bool = True,
) -> Outlook:
    """Look at every pair as the export would, or with `whole=False` at no more than the first few.

    Raises `Refused` for a format nobody knows.
    """
    writer, kinds = writer_of(format), kinds_counted(include_simulated=include_simulated)
    tally = Tally()
    first: list[tuple[dict[str, Any], JudgedPair]] = []
    with frozen():
        for line, pair in usable_rows(project, writer, kinds, tally, at_most=None if whole else 2 * show):
            tally.take(pair)
            if len(first) < show:
                first.append((line, pair))
    return Outlook(**counts_of(tally), first=first, whole=whole)
