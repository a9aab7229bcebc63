"""What an export would hold, found without writing it: counts, what is left out and why, and the first rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Unpack

from feedback.datasets.exporting import Tally, counts_of, frozen, usable_rows, writer_of
from feedback.datasets.pieces import Piece, Wishes, wish_of
from feedback.models import Project

SHOWN = 20
AT_ONCE = 400


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`counts`, `skipped` and `agreement` are as in the manifest; `first` are the first rows and their pieces.

    Where `whole` is False only the first rows were looked for, and the counts say nothing yet.
    """

    whole: bool
    counts: dict[str, Any]
    skipped: dict[str, int]
    agreement: dict[str, int]
    first: list[tuple[dict[str, Any], Piece]] = field(default_factory=list)


def is_quick(project: Project, format: str) -> bool:  # noqa: A002
    """Whether looking at everything takes no time to speak of. A bounded query for each table."""
    tables = [kind._default_manager.filter(project=project) for kind in writer_of(format).kinds]
    return sum(len(rows.values_list("pk")[: AT_ONCE + 1]) for rows in tables) <= AT_ONCE


def outlook(
    project: Project,
    *,
    format: str,  # noqa: A002
    show: int = SHOWN,
    whole: bool = True,
    **wishes: Unpack[Wishes],
) -> Outlook:
    """Look at everything as the export would, or with `whole=False` at no more than the first few.

    Raises `Refused` for a format nobody knows.
    """
    writer, wish = writer_of(format), wish_of(**wishes)
    tally = Tally()
    first: list[tuple[dict[str, Any], Piece]] = []
    with frozen():
        for line, piece in usable_rows(project, writer, wish, tally, at_most=None if whole else 2 * show):
            tally.take(piece)
            if len(first) < show:
                first.append((line, piece))
    return Outlook(**counts_of(tally), first=first, whole=whole)
