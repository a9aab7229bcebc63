"""`manage.py export_constitution PROJECT`: a constitution on standard output, in one of the formats."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from feedback.models import Constitution
from feedback.principles.taking_out import FORMATS


class Command(BaseCommand):
    """Export a constitution."""

    help = "Write a project's constitution to standard output."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project, the format and the version."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--format", default="markdown", choices=list(FORMATS))
        parser.add_argument("--version-number", type=int, help="the version; the one in force when left out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write it."""
        found = Constitution.objects.filter(project__slug=options["project"]).select_related("project")
        if options["version_number"]:
            found = found.filter(number=options["version_number"])
        constitution = found.order_by("-number").first()
        if constitution is None:
            self.stderr.write("There is no such constitution.")
            sys.exit(1)
        self.stdout.write(FORMATS[options["format"]].write(constitution), ending="")
