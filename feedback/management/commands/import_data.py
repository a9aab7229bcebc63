"""`manage.py import_data PROJECT FILE`: bring a file or a folder in. A JSON summary ends stdout; people read stderr."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from feedback.datasets.importing import ImportSummary, NothingImported, Told, import_file
from feedback.datasets.readers.formats import COLUMNS, FORMATS
from feedback.datasets.readers.packed import zip_of
from feedback.errors import PreceptError, Refused
from feedback.models import Project
from feedback.projects.setup import create_project

EVERY = 10_000


class Command(BaseCommand):
    """Import a file, or a folder of files."""

    silent = False
    help = "Bring JSONL, JSON, CSV, Parquet or Arrow, packed or not, into a project. Prints a JSON summary last."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project, the file, and how to read it."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("file", help="a path of a file or folder, or - for standard input")
        parser.add_argument("--format", default="auto", help=f"auto (the default), {', '.join(FORMATS)}")
        parser.add_argument(
            "--map", nargs="+", action="extend", default=[], metavar="NAME=COLUMN",
            help=f"which column is what, for example prompt=question. Names: {', '.join(COLUMNS)}",
        )  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="do everything and take it back")
        parser.add_argument("--create", action="store_true", help="make the project if there is none")
        parser.add_argument("--skip-bad", action="store_true", help="leave rows out that cannot be read")
        parser.add_argument("--json", action="store_true", help="say nothing but the summary")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, tell people on stderr, and machines on the last line of stdout."""
        summary, self.silent = ImportSummary(), options["json"]
        try:
            summary = bring_in(options, self.tell_progress)
        except NothingImported as trouble:
            summary = trouble.summary
            self.tell(str(trouble))
        except PreceptError as trouble:
            self.tell(str(trouble))
            if self.silent:
                self.stdout.write(json.dumps({"error": str(trouble)}, ensure_ascii=False))
            sys.exit(1)
        for bad in summary.skipped:
            self.tell(f"line {bad['line']}: {bad['why']}")
        self.tell_difference(summary)
        if options["dry_run"]:
            self.tell("This was a dry run: nothing was stored.")
        self.stdout.write(json.dumps(summary.as_dict(), ensure_ascii=False))
        if summary.skipped and not options["skip_bad"]:
            sys.exit(1)

    def tell(self, sentence: str) -> None:
        """A line for people."""
        if not self.silent:
            self.stderr.write(sentence)

    def tell_progress(self, stage: str, rows: int) -> None:
        """How far it is, every ten thousand rows and at each stage."""
        if stage == "reading" and rows % EVERY == 0:
            self.tell(f"{rows:,} rows read")
        elif stage != "reading" and rows >= EVERY:
            self.tell(f"storing {stage}")

    def tell_difference(self, summary: ImportSummary) -> None:
        """What was there already, and what has the name of an example but other words; told of a dry run."""
        if not summary.difference:
            return
        there, changed = summary.difference["examples"]["there"], summary.difference["changed"]
        if there:
            self.tell(f"{there:,} {'examples are' if there > 1 else 'example is'} here already.")
        if tagged := summary.difference["tagged"]:
            self.tell(f"{tagged:,} of them would get tags they do not have.")
        if changed["count"]:
            names = ", ".join(one["external_id"] for one in changed["rows"][:5])
            self.tell(f"{changed['count']:,} rows have names of examples here, but other words: {names}.")


def bring_in(options: dict[str, Any], told: Told) -> ImportSummary:
    """Import the file the options name; a project made for it goes again if that fails or was a dry run."""
    with readable(options["file"]) as stream, transaction.atomic():
        summary = import_file(
            wanted_project(options["project"], create=options["create"]),
            stream, by=None, filename=options["file"], format=options["format"], mapping=mapping_of(options["map"]),
            dry_run=options["dry_run"], skip_bad=options["skip_bad"], told=told,
        )  # fmt: skip
        transaction.set_rollback(options["dry_run"])
    return summary


def wanted_project(slug: str, *, create: bool) -> Project:
    """The project, made if it may be."""
    project = Project.objects.filter(slug=slug).first()
    if project is None and create:
        return create_project(by=None, name=slug.replace("-", " ").capitalize(), slug=slug)
    if project is None:
        raise Refused(f"There is no project {slug!r}. Add --create to make it.")
    return project


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """`prompt=question` and the like as a mapping."""
    for pair in pairs:
        if "=" not in pair or not all(pair.split("=", 1)):
            raise Refused(f"{pair!r} is no mapping. Write NAME=COLUMN, for example prompt=question.")
    return dict(pair.split("=", 1) for pair in pairs)


@contextmanager
def readable(name: str) -> Iterator[BinaryIO]:
    """The file, a folder as one, or standard input kept where it can be read twice."""
    if name == "-":
        with tempfile.TemporaryFile() as kept:
            shutil.copyfileobj(sys.stdin.buffer, kept)
            yield kept
        return
    if Path(name).is_dir():
        with tempfile.TemporaryFile() as kept:
            zip_of(Path(name), kept)
            yield kept
        return
    try:
        with Path(name).open("rb") as stream:
            yield stream
    except OSError as trouble:
        raise Refused(f"{name} cannot be read: {trouble.strerror}.") from trouble
