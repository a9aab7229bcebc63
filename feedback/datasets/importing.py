"""Bringing a file in: look first, then all of it or nothing (or all but the bad rows, when the person says so).

What is already in the project is found by content hash and added only once, so the same file twice adds nothing.
Memory is bounded by the batch, whatever the size of the file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction

from feedback.datasets.readers.files import Found, records
from feedback.datasets.readers.formats import COLUMNS, FORMATS, LABELS, Shape, detect, listed
from feedback.datasets.readers.rows import Row, Unreadable
from feedback.datasets.storing import Store, count_anew
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Import, Member, Project, Role, User

BATCH = 500
LOOKED_AT = 200
TOLD = 1000
MANY = 2000
Trouble = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Preview:
    """How a file would be read: the format, its columns, the first rows and what is wrong among the first 200."""

    format: str
    label: str
    mapping: dict[str, str]
    columns: list[str]
    rows: list[Row]
    troubles: list[Trouble]
    looked_at: int
    whole: bool


@dataclass
class ImportSummary:
    """What a file added, and the rows that were left out (at most the first thousand are listed)."""

    format: str = ""
    examples: int = 0
    responses: int = 0
    feedback: int = 0
    skipped: list[Trouble] = field(default_factory=list)
    skipped_in_all: int = 0
    imported: Import | None = None

    def skip(self, line: int, why: str) -> None:
        """Note a bad row."""
        self.skipped_in_all += 1
        if len(self.skipped) < TOLD:
            self.skipped.append({"line": line, "why": why})

    def as_dict(self) -> dict[str, Any]:
        """The summary as commands print it."""
        more = {"skipped_in_all": self.skipped_in_all} if self.skipped_in_all > len(self.skipped) else {}
        return {"examples": self.examples, "responses": self.responses, "feedback": self.feedback,
                "skipped": self.skipped, **more}  # fmt: skip


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


def preview(
    file: BinaryIO | Path,
    *,
    filename: str = "",
    format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None,
    show: int = 5,
) -> Preview:
    """Read the first rows as they would be imported, and say what is wrong with them. Stores nothing.

    `format` in the answer is "" when no format fits: then the columns have to be mapped.
    """
    with opened(file) as stream:
        looked = list(islice(records(stream, filename or name_of(file)), LOOKED_AT + 1))
    found = looked[:LOOKED_AT]
    columns = columns_of(found)
    name = chosen_format(found, format, mapping or {})
    rows, troubles = [], []
    for one in found if name else ():
        try:
            rows += rows_of(one, Shape(name, mapping or {}))
        except Unreadable as trouble:
            troubles.append({"line": one.line, "why": str(trouble)})
    return Preview(
        format=name, label=LABELS.get(name, ""), mapping=dict(mapping or {}), columns=columns, rows=rows[:show],
        troubles=troubles, looked_at=len(found), whole=len(looked) <= LOOKED_AT,
    )  # fmt: skip


def import_file(
    project: Project, file: BinaryIO | Path, *, by: User | None, filename: str = "",
    format: str = "auto",  # noqa: A002
    mapping: Mapping[str, str] | None = None, dry_run: bool = False, skip_bad: bool = False,
) -> ImportSummary:  # fmt: skip
    """Bring a file into a project, all of it or nothing; with `skip_bad` all but the rows that cannot be read.

    A dry run does everything and takes it back. Raises `NothingImported` when rows are bad, `Refused` when the file as
    a whole cannot be read, `NotAllowed` when the person is no curator. `by=None` is the command line.
    """
    may_import(project, by)
    mapping = dict(mapping or {})
    with opened(file) as stream, transaction.atomic():
        filename = Path(filename or name_of(file)).name[:255]
        shape, found = shaped(stream, filename, format, mapping)
        summary = ImportSummary(format=shape.format)
        summary.imported = Import.objects.create(
            project=project, filename=filename, sha256=hash_of(stream), format=shape.format, mapping=mapping, made_by=by
        )
        store_all(project, read_rows(found, shape, summary), summary, stop_at_bad=not skip_bad)
        if summary.skipped and not skip_bad:
            raise NothingImported(ImportSummary(skipped=summary.skipped, skipped_in_all=summary.skipped_in_all))
        finish(project, summary, dry_run=dry_run)
        if not dry_run and summary.examples + summary.responses + summary.feedback >= MANY:
            count_anew()
    return summary


def may_import(project: Project, by: User | None) -> None:
    """Raise `NotAllowed` unless the person may bring data in."""
    member = Member.objects.filter(project=project, user=by).first() if by else None
    if by is not None and (member is None or not member.may(Role.CURATOR)):
        raise NotAllowed("Only curators and owners of this project bring data in.")


def shaped(stream: BinaryIO, filename: str, wish: str, mapping: Mapping[str, str]) -> tuple[Shape, Iterator[Found]]:
    """How this file is to be read, judged by its first rows, and its records from the first on."""
    first = list(islice(records(stream, filename), LOOKED_AT))
    name = chosen_format(first, wish, mapping)
    if not name:
        raise Refused(no_format(first))
    return Shape(name, mapping), records(stream, filename)


def chosen_format(found: list[Found], wish: str, mapping: Mapping[str, str]) -> str:
    """The format asked for, or the first that a record has; "" for none. Raises `Refused` for an unknown wish."""
    if wish != "auto" and wish not in FORMATS:
        raise Refused(f"{wish!r} is not a format. Known are: auto, {', '.join(FORMATS)}.")
    columns = columns_of(found)
    for name, source in mapping.items():
        if name not in COLUMNS:
            raise Refused(f"Nothing can be mapped to {name!r}. Known are: {', '.join(COLUMNS)}.")
        if columns and source not in columns:
            raise Refused(f"The file has no column {source!r} for {name!r}. It has {listed(columns)}.")
    if wish != "auto":
        return wish
    return next(filter(None, (detect(one.record, mapping) for one in found)), "")


def no_format(found: list[Found]) -> str:
    """Why no format fits, in a sentence."""
    columns = columns_of(found)
    if columns:
        return f"No known format has the columns {listed(columns)}. Say which one is the prompt and which the response."
    bad = next((one for one in found if one.trouble), None)
    if bad is not None:
        return f"No row of the file can be read. Line {bad.line}: {bad.trouble}"
    return "The file holds no rows." if not found else "The rows of the file are not objects with named columns."


def columns_of(found: list[Found]) -> list[str]:
    """All columns among these records, in the order they appear."""
    names: dict[str, None] = {}
    for one in found:
        if isinstance(one.record, dict):
            names.update(dict.fromkeys(one.record))
    return list(names)


def rows_of(one: Found, shape: Shape) -> list[Row]:
    """A record as rows; raises `Unreadable` whatever is wrong with it."""
    if one.trouble:
        raise Unreadable(one.trouble)
    return shape.read(one.record)


def read_rows(found: Iterator[Found], shape: Shape, summary: ImportSummary) -> Iterator[Row]:
    """The rows that can be read; the others are noted in the summary."""
    for one in found:
        try:
            yield from rows_of(one, shape)
        except Unreadable as trouble:
            summary.skip(one.line, str(trouble))


def store_all(project: Project, rows: Iterator[Row], summary: ImportSummary, *, stop_at_bad: bool) -> None:
    """Store the rows batch by batch. After a bad row nothing more is stored, but the rest is still read and checked."""
    store = Store(project, summary.imported)
    while batch := list(islice(rows, BATCH)):
        if stop_at_bad and summary.skipped:
            continue
        added = store.add(batch)
        summary.examples += added.examples
        summary.responses += added.responses
        summary.feedback += added.feedback


def finish(project: Project, summary: ImportSummary, *, dry_run: bool) -> None:
    """Write down what was added. An import that added nothing leaves no trace, and neither does a dry run."""
    row = summary.imported
    assert row is not None
    if dry_run:
        transaction.set_rollback(True)
        summary.imported = None
    elif summary.examples or summary.responses or summary.feedback:
        row.examples_added, row.responses_added = summary.examples, summary.responses
        row.feedback_added, row.skipped = summary.feedback, summary.skipped
        row.save()
        announce(project, "examples", "feedback")
    else:
        row.delete()
        summary.imported = None


class opened:  # noqa: N801 - read as a verb: with opened(file) as stream
    """A path opened, or a stream as it is (left open)."""

    def __init__(self, file: BinaryIO | Path) -> None:
        self.ours = isinstance(file, Path)
        self.stream: Any = file.open("rb") if isinstance(file, Path) else getattr(file, "file", None) or file

    def __enter__(self) -> BinaryIO:
        stream: BinaryIO = self.stream
        return stream

    def __exit__(self, *trouble: object) -> None:
        if self.ours:
            self.stream.close()


def name_of(file: BinaryIO | Path) -> str:
    """The name of a file, if it has one."""
    return str(getattr(file, "name", "") or "file")


def hash_of(stream: BinaryIO) -> str:
    """The SHA-256 of the whole file."""
    stream.seek(0)
    digest = hashlib.sha256()
    while chunk := stream.read(1024 * 1024):
        digest.update(chunk)
    return digest.hexdigest()
