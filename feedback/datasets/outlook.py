"""What an export would hold, found without writing it: counts, what is left out, what to mind, the first rows.

Nobody waits for a million rows: looking takes no longer than `SECONDS` and says how far it came. What counting a format
took long for is kept a minute, and for as long as nothing is said anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.core.cache import cache
from django.db import connection

from feedback.datasets.cautions import Caution, Watch
from feedback.datasets.exporting import Tally, counts_of, frozen, line_of, usable_rows, writer_of
from feedback.datasets.facets import Facets
from feedback.datasets.freezing import kinds
from feedback.datasets.pieces import Format, Piece, Wish, wish_of
from feedback.datasets.snapshots import wish_for
from feedback.datasets.timing import TimeUp, at_most
from feedback.datasets.writers.prompts import Untrainable
from feedback.models import Project, Run, Snapshot

SHOWN = 20
AT_ONCE = 400
COUNTED_TO = 2000
SECONDS, EACH = 2.0, 0.4
SLOW, KEPT_FOR = 0.05, 60


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """`counts`, `skipped` and `agreement` are as in the manifest; `first` are the first rows and their pieces.

    Where `whole` is False not all was looked at: only the first rows, so that the counts say nothing yet, or (`cut`) as
    many as there was time for.
    """

    whole: bool
    cut: bool = False
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


@dataclass(frozen=True, kw_only=True)
class Count:
    """How many rows a format would hold; where not `whole`, at least so many."""

    rows: int
    whole: bool


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
    """Look at everything as the export would while there is time, or with `whole=False` at no more than the first few.

    Raises `Refused` for a format nobody knows.
    """
    writer, wish = writer_of(format), wished(snapshot, **wishes)
    tally, facets, watch = Tally(), Facets(), Watch()
    first: list[tuple[dict[str, Any], Piece]] = []
    with looking(SECONDS) as look:
        for line, piece in usable_rows(project, writer, wish, tally, at_most=None if whole else 2 * show):
            tally.take(piece)
            facets.take(line, piece)
            watch.take(piece, line)
            if len(first) < show:
                first.append((line, piece))
            look.up()
    newest = Run.objects.filter(project=project).order_by("-number").values_list("number", flat=True).first()
    said = facets.as_dict()
    cautions = watch.cautions(said, newest_round=newest or 0, answering=answering)
    seen: dict[str, Any] = {"whole": whole and not look.cut, "cut": look.cut, "facets": said, "cautions": cautions}
    return Outlook(**counts_of(tally), first=first, **seen)


class Look:
    """A look that ends in time; `cut` says whether it ended before all was seen."""

    def __init__(self, seconds: float) -> None:
        self.until = time.monotonic() + seconds
        self.cut = False

    def up(self) -> None:
        """Raise `TimeUp` when the time is over."""
        if time.monotonic() > self.until:
            raise TimeUp


@contextmanager
def looking(seconds: float) -> Iterator[Look]:
    """Look at one unchanging view of the tables for no longer than this."""
    look = Look(seconds)
    try:
        with frozen(), at_most(seconds):
            yield look
    except TimeUp:
        look.cut = True


def counts_of_each(
    project: Project, formats: Iterable[Format], *, snapshot: Snapshot | None = None, **wishes: Any
) -> dict[str, Count | None]:
    """How many rows each of these formats would hold, up to `COUNTED_TO`; None for what time did not suffice for.

    Asked again it goes on with those: what was found slowly is kept for a while.
    """
    wish, until = wished(snapshot, **wishes), time.monotonic() + SECONDS
    stamp = f"{project.pk} {snapshot.sha256 if snapshot else newest_words()} {wish!r}"
    found: dict[str, Count | None] = {}
    for one in formats:
        key = f"format-count:{sha256(f'{one.name} {stamp}'.encode()).hexdigest()}"
        found[one.name] = cache.get(key)
        if found[one.name] is None and (began := time.monotonic()) < until:
            found[one.name] = counted(project, one, wish)
            if time.monotonic() - began > SLOW:
                cache.set(key, found[one.name], KEPT_FOR)
    return found


def newest_words() -> str:
    """What changes whenever something is said on this instance: the last id of every kind of feedback."""
    tables = [kind._meta.db_table for kind in kinds()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT max(id) FROM {table})" for table in tables))
        return str(cursor.fetchone())


def counted(project: Project, one: Format, wish: Wish) -> Count:
    """The rows of a format, up to `COUNTED_TO`, as far as they can be counted in the time there is."""
    rows = 0
    with looking(EACH) as look:
        for piece in one.pieces(project, wish):
            look.up()
            try:
                if piece is not None:
                    line_of(piece, one, wish)
                    rows += 1
            except Untrainable:
                continue
            if rows == COUNTED_TO:
                raise TimeUp
    return Count(rows=rows, whole=not look.cut)
