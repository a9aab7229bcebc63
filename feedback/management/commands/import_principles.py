"""`manage.py import_principles PROJECT FILE`: principles of a file as drafts. A JSON summary ends stdout."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from feedback.errors import PreceptError, Refused
from feedback.models import Project
from feedback.principles.importing import import_principles, look_at
from feedback.principles.readers.formats import READERS, read


class Command(BaseCommand):
    """Import principles."""

    help = "Bring principles into a project as drafts: lines, Markdown, CSV, JSON or YAML."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project, the file and how to read it."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("file", help="a path, or - for standard input")
        parser.add_argument("--format", default="auto", choices=["auto", *READERS])
        parser.add_argument("--dry-run", action="store_true", help="only say what would be added")

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, tell people on stderr, and machines on the last line of stdout."""
        try:
            summary = self.bring_in(options)
        except (PreceptError, OSError, UnicodeDecodeError) as trouble:
            self.stderr.write(str(trouble))
            sys.exit(1)
        self.stdout.write(json.dumps(summary, ensure_ascii=False))

    def bring_in(self, options: dict[str, Any]) -> dict[str, Any]:
        """What was added and what was left out."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise Refused(f"There is no project {options['project']!r}.")
        name = options["file"]
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        clauses = read(text, filename=name, format=options["format"])
        outlook = look_at(project, clauses)
        for row in outlook.known:
            self.stderr.write(f"left out: {row.clause.sentence}: {row.why}")
        made = [] if options["dry_run"] else import_principles(project, clauses, by=None)
        return {"read": len(clauses), "added": [one.number for one in made], "left_out": len(outlook.known)}
