"""What an export would hold, found without writing it: counts, what is left out, what to mind, the first rows."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from feedback.datasets.cautions import Caution, Watch
from feedback.datasets.exporting import Tally, counts_of, frozen, line_of, usable_rows, writer_of
from feedback.datasets.facets import Facets
from feedback.datasets.pieces import Format, Piece, Wish, wish_of
from feedback.datasets.snapshots import wish_for
from feedback.datasets.writers.prompts import Untrainable
from feedback.models import Project, Run, Snapshot

SHOWN = 20
AT_ONCE = 400
COUNTED_TO = 2000
SECONDS = 4.0


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`counts`, `skipped` and `agreement` are as in the manifest; `first` are the first rows and their pieces.

    Where `whole` is False only the first rows were looked for, and the counts say nothing yet.
    """

    whole: bool
    counts: dict[str, Any]
    skipped: dict[str, int]
    agreement: dict[str, int]
    defects: Any = None
    first: list[tuple[dict[str, Any], Piece]] = field(default_factory=list)
    facets: dict[str, Any] = field(default_factory=dict)
    cautions: list[Caution] = field(default_factory=list)


def is_quick(project: Project, format: str) -> bool:  # noqa: A002
    """Whether looking at everything takes no time to speak of. A bounded query for each table."""
    tables = [kind._default_manager.filter(project=project) for kind in writer_of(format).kinds]
    return sum(len(rows.values_list("pk")[: AT_ONCE + 1]) for rows in tables) <= AT_ONCE


def wished(snapshot: Snapshot | None, **wishes: Any) -> Wish:
    """What is asked for: of a snapshot, by the filters it was frozen with; else of what stands now."""
    if snapshot is None:
        return wish_of(**wishes)
    return wish_for(snapshot, **{name: value for name, value in wishes.items() if name == "part" and value})


def outlook(
    project: Project,
    *,
    format: str,  # noqa: A002
    show: int = SHOWN,
    whole: bool = True,
    answering: str = "",
    snapshot: Snapshot | None = None,
    **wishes: Any,
) -> Outlook:
    """Look at everything as the export would, or with `whole=False` at no more than the first few.

    Raises `Refused` for a format nobody knows.
    """
    writer, wish = writer_of(format), wished(snapshot, **wishes)
    tally, facets, watch = Tally(), Facets(), Watch()
    first: list[tuple[dict[str, Any], Piece]] = []
    with frozen():
        for line, piece in usable_rows(project, writer, wish, tally, at_most=None if whole else 2 * show):
            tally.take(piece)
            facets.take(line, piece)
            watch.take(piece, line)
            if len(first) < show:
                first.append((line, piece))
        newest = Run.objects.filter(project=project).order_by("-number").values_list("number", flat=True).first()
    said = facets.as_dict()
    cautions = watch.cautions(said, newest_round=newest or 0, answering=answering)
    return Outlook(**counts_of(tally), first=first, whole=whole, facets=said, cautions=cautions)


def counts_of_each(
    project: Project, formats: Iterable[Format], *, snapshot: Snapshot | None = None, **wishes: Any
) -> dict[str, int | None]:
    """How many rows each of these formats would hold, up to `COUNTED_TO`; None for what time did not suffice for."""
    wish, until = wished(snapshot, **wishes), time.monotonic() + SECONDS
    found: dict[str, int | None] = {}
    for one in formats:
        found[one.name] = counted(project, one, wish) if time.monotonic() < until else None
    return found


def counted(project: Project, one: Format, wish: Wish) -> int:
    """The rows of a format, up to `COUNTED_TO`."""
    rows = 0
    with frozen():
        for piece in islice(one.pieces(project, wish), COUNTED_TO):
            try:
                if piece is not None:
                    line_of(piece, one, wish)
                    rows += 1
            except Untrainable:
                continue
    return rows
