"""`manage.py export_data PROJECT --format F --out DIR`: training files of a project; prints the manifest as JSON.

`export_data --list` prints every format there is: who reads it, its columns, what it needs, which papers it serves.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from feedback.datasets.exporting import FORMATS, export
from feedback.datasets.packing import PACKS, SHAPES
from feedback.datasets.pieces import Format
from feedback.datasets.wanting import snapshot_of
from feedback.errors import PreceptError, Refused
from feedback.models import Part, Project

WISHES = ("include_simulated", "held_out", "aspect", "timing", "part")


class Command(BaseCommand):
    """Export feedback as training files."""

    requires_system_checks: list[str] = []  # --list talks to no database
    help = "Write a project's feedback as training files, with provenance, manifest and card."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project, the format and the folder."""
        parser.add_argument("project", nargs="?", default="", help="the project's slug")
        parser.add_argument("--list", action="store_true", help="every format as JSON, and no more")
        parser.add_argument("--format", default="trl-preference", help="one of those of --list")
        parser.add_argument("--out", type=Path, help="a new or empty folder, or an earlier export")
        parser.add_argument("--shape", default="jsonl", choices=SHAPES, help="JSON lines or Parquet")
        parser.add_argument("--pack", default="", choices=PACKS, help="how JSON lines are packed")
        parser.add_argument("--snapshot", type=int, help="the number of a snapshot, in place of what stands now")
        parser.add_argument("--part", default="", choices=["", *Part.values], help="only this part of the snapshot")
        parser.add_argument("--include-simulated", action="store_true", help="count simulated raters too")
        parser.add_argument("--held-out", action="store_true", help="held-out examples alone, for evaluation")
        parser.add_argument("--aspect", default="", help="only what was said of this aspect")
        parser.add_argument("--timing", default="", choices=["", "now", "hindsight"], help="only what was asked then")

    def handle(self, *args: Any, **options: Any) -> None:
        """Export and print the manifest on one line, or print the formats."""
        if options["list"]:
            self.stdout.write(json.dumps([told(one) for one in FORMATS.values()], ensure_ascii=False, indent=2))
            return
        if not options["project"] or not options["out"]:
            raise CommandError("Say which project, and with --out where to; or --list.")
        try:
            manifest = self.exported(options)
        except (PreceptError, OSError) as trouble:
            self.stderr.write(str(trouble))
            sys.exit(1)
        self.stdout.write(json.dumps(manifest, ensure_ascii=False))
        if manifest["defects"]:
            self.stderr.write(f"Some rows were not as the format wants them and were left out: {manifest['defects']}")
            sys.exit(2)

    def exported(self, options: dict[str, Any]) -> dict[str, Any]:
        """The manifest of what was written."""
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            raise Refused(f"There is no project {options['project']!r}.")
        number = options["snapshot"]
        return export(
            project, out=options["out"].absolute(), format=options["format"], shape=options["shape"],
            pack=options["pack"], snapshot=snapshot_of(project, number=number).pk if number else None,
            **{name: options[name] for name in WISHES},
        )  # fmt: skip


def told(one: Format) -> dict[str, Any]:
    """A format as the list has it."""
    return {
        "name": one.name, "label": one.label, "trainer": one.trainer, "row": one.one, "columns": dict(one.columns),
        "needs": one.needs, "kinds": [kind.__name__.lower() for kind in one.kinds], "group": str(one.group),
        "systems": list(one.systems), "configs": sorted(one.configs),
    }  # fmt: skip
