"""`manage.py import_polis PROJECT FOLDER`: statements, votes and groups of a Polis export. JSON comes last."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from feedback.errors import PreceptError, Refused
from feedback.models import Project
from feedback.principles.polling import Imported, import_poll, read_poll


class Command(BaseCommand):
    """Import the folder of a Polis export."""

    help = "Bring a Polis export (comments.csv, votes.csv, participants-votes.csv) into a project."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project and the folder."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("folder", type=Path, help="the folder with the files of the export")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, tell people on stderr what is wrong, and machines on the last line of stdout what came in."""
        try:
            done = bring_in(options["project"], options["folder"])
        except PreceptError as trouble:
            self.stderr.write(str(trouble))
            sys.exit(1)
        self.stdout.write(json.dumps(asdict(done)))


def bring_in(slug: str, folder: Path) -> Imported:
    """Read the folder's files and import them."""
    project = Project.objects.filter(slug=slug).first()
    if project is None:
        raise Refused(f"There is no project {slug!r}.")
    groups = folder / "participants-votes.csv"
    poll = read_poll(
        comments=content(folder / "comments.csv"),
        votes=content(folder / "votes.csv"),
        participants=content(groups) if groups.exists() else b"",
    )
    return import_poll(project, poll, by=None, filename=folder.name)


def content(path: Path) -> bytes:
    """A file's bytes. Raises `Refused` when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as trouble:
        raise Refused(f"{path} cannot be read: {trouble.strerror}.") from trouble
