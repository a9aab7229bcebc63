"""`manage.py export_data PROJECT --format F --out DIR`: training files of a project; prints the manifest as JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from feedback.datasets.exporting import FORMATS, export
from feedback.errors import PreceptError, Refused
from feedback.models import Project


class Command(BaseCommand):
    """Export feedback as training files."""

    help = "Write a project's feedback as training files, with provenance, manifest and card."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project, the format and the folder."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--format", default="trl-preference", help=", ".join(FORMATS))
        parser.add_argument("--out", required=True, type=Path, help="a new or empty folder, or an earlier export")
        parser.add_argument("--include-simulated", action="store_true", help="count simulated raters too")
        parser.add_argument("--held-out", action="store_true", help="held-out examples alone, for evaluation")
        parser.add_argument("--aspect", default="", help="only what was said of this aspect")
        parser.add_argument("--timing", default="", choices=["", "now", "hindsight"], help="only what was asked then")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export and print the manifest on one line."""
        try:
            project = Project.objects.filter(slug=options["project"]).first()
            if project is None:
                raise Refused(f"There is no project {options['project']!r}.")
            manifest = export(
                project, out=options["out"].absolute(), format=options["format"],
                **{name: options[name] for name in ("include_simulated", "held_out", "aspect", "timing")},
            )  # fmt: skip
        except (PreceptError, OSError) as trouble:
            self.stderr.write(str(trouble))
            sys.exit(1)
        self.stdout.write(json.dumps(manifest, ensure_ascii=False))
