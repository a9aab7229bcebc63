"""Bringing a file in at one go: all of it or nothing (or all but the bad rows, when the person says so).

What is already in the project is found by content hash and added only once, so the same file twice adds nothing.
Memory is bounded by the batch, whatever the size of the file. Large files are brought in by jobs: `bringing.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from feedback.datasets.comparing import difference
from feedback.datasets.reading import Batch, Preview, Trouble, batches, hash_of, name_of, opened, preview, shaped
from feedback.datasets.sparing import sparing
from feedback.datasets.staging import Staging
from feedback.datasets.storing import Counts, count_anew, store
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Import, Member, Project, Role, User

__all__ = ["ImportSummary", "NothingImported", "Preview", "import_file", "preview"]
TOLD = 1000
Told = Callable[[str, int], None]
MANY = 2000


@dataclass
class ImportSummary:
    """What a file added, and the rows that were left out (at most the first thousand are listed)."""

    format: str = ""
    examples: int = 0
    responses: int = 0
    feedback: int = 0
    preferences: int = 0  # of the feedback
    tagged: int = 0  # examples that were there and got tags they did not have
    skipped: list[Trouble] = field(default_factory=list)
    skipped_in_all: int = 0
    imported: Import | None = None
    difference: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """The summary as commands print it."""
        more = {"skipped_in_all": self.skipped_in_all} if self.skipped_in_all > len(self.skipped) else {}
        difference = {"difference": self.difference} if self.difference else {}
        return {"examples": self.examples, "responses": self.responses, "feedback": self.feedback,
                "skipped": self.skipped, **more, **difference}  # fmt: skip

    def added(self, counts: Counts) -> None:
        """Take down what was stored."""
        self.examples, self.responses = counts.examples, counts.responses
        self.feedback, self.preferences, self.tagged = counts.feedback, counts.preferences, counts.tagged


class NothingImported(Refused):
    """Rows that cannot be read kept the whole file out; `summary.skipped` lists them."""

    def __init__(self, summary: ImportSummary) -> None:
        first = "; ".join(f"line {bad['line']}: {bad['why']}" for bad in summary.skipped[:3])
        more = f" And {summary.skipped_in_all - 3} more." if summary.skipped_in_all > 3 else ""
        rows = "One row" if summary.skipped_in_all == 1 else f"{summary.skipped_in_all} rows"
        super().__init__(
            f"{rows} cannot be read, so nothing was imported ({first}).{more} "
            "Mend the file, or import the rest without the bad rows."
        )
        self.summary = summary


def import_file(
    project: Project, file: BinaryIO | Path, *, by: User | None, filename: str = "",
    format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None, dry_run: bool = False, skip_bad: bool = False,
    told: Told = lambda stage, rows: None,
) -> ImportSummary:  # fmt: skip
    """Bring a file into a project, all of it or nothing; with `skip_bad` all but the rows that cannot be read.

    A dry run does everything, tells the difference and takes it back; `told` hears how far it is. Raises
    `NothingImported` when rows are bad, `Refused` when the file as a whole cannot be read, `NotAllowed` when the person
    is no curator. `by=None` is the command line.
    """
    may_import(project, by)
    mapping = dict(mapping or {})
    with opened(file) as stream, transaction.atomic():
        filename = Path(filename or name_of(file)).name[:255]
        shape, found = shaped(stream, filename, format, mapping)
        summary = ImportSummary(format=shape.format)
        staging = Staging()
        staging.create()
        put_aside(staging, batches(found, shape), stop_at_bad=not skip_bad, told=told)
        summary.skipped, summary.skipped_in_all = staging.troubles(TOLD), staging.reached.bad
        if summary.skipped and not skip_bad:
            raise NothingImported(ImportSummary(skipped=summary.skipped, skipped_in_all=summary.skipped_in_all))
        summary.imported = Import.objects.create(
            project=project, filename=filename, sha256=hash_of(stream), format=shape.format, mapping=mapping, made_by=by
        )
        if dry_run:
            summary.difference = difference(staging, project)
        rows = staging.reached.read
        summary.added(store(staging, project, summary.imported, lambda stage: told(stage, rows)))
        staging.drop()
        finish(project, summary, dry_run=dry_run)
        if not dry_run and summary.examples + summary.responses + summary.feedback >= MANY:
            count_anew()
    return summary


def may_import(project: Project, by: User | None) -> None:
    """Raise `NotAllowed` unless the person may bring data in."""
    member = Member.objects.filter(project=project, user=by).first() if by else None
    if by is not None and (member is None or not member.may(Role.CURATOR)):
        raise NotAllowed("Only curators and owners of this project bring data in.")


def put_aside(staging: Staging, found: Iterator[Batch], *, stop_at_bad: bool, told: Told) -> None:
    """Put all rows aside. After a bad row no more are kept, but the rest is still read and checked."""
    with sparing():
        for batch in found:
            keep = not (stop_at_bad and (staging.reached.bad or batch.troubles))
            staging.add(batch.rows if keep else [], batch.troubles)
            staging.reached.read += batch.read
            told("reading", staging.reached.read)


def finish(project: Project, summary: ImportSummary, *, dry_run: bool) -> None:
    """Write down what was added. An import that added nothing leaves no trace, and neither does a dry run."""
    row = summary.imported
    assert row is not None
    if dry_run:
        transaction.set_rollback(True)
        summary.imported = None
    elif summary.examples or summary.responses or summary.feedback or summary.tagged:
        row.examples_added, row.responses_added = summary.examples, summary.responses
        row.feedback_added, row.skipped = summary.feedback, summary.skipped
        row.save()
        announce(project, "examples", "feedback")
    else:
        row.delete()
        summary.imported = None
