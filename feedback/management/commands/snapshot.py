"""`manage.py snapshot PROJECT …`: freeze a data set, list them, show one, tell two apart. Prints JSON.

manage.py snapshot answers freeze --name "First set" --filter least_strength=2 --filter raters=person,judge
manage.py snapshot answers list
manage.py snapshot answers show 3
manage.py snapshot answers difference 2 3
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from feedback.datasets.differing import difference
from feedback.datasets.filters import Filters
from feedback.datasets.snapshots import freeze
from feedback.datasets.transfers import work_transfer
from feedback.errors import PreceptError, Refused
from feedback.models import Project, Snapshot, Transfer

YES = {"yes": True, "true": True, "no": False, "false": False}


class Command(BaseCommand):
    """Freeze data sets and look at them."""

    help = "Freeze a data set, list the frozen ones, show one, or tell two apart."

    def add_arguments(self, parser: CommandParser) -> None:
        """The project, what to do, and what for."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("what", choices=["freeze", "list", "show", "difference"])
        parser.add_argument("numbers", nargs="*", type=int, help="of the snapshots to show or to tell apart")
        parser.add_argument("--name", default="")
        parser.add_argument("--note", default="", help="what it is for")
        names = ", ".join(Filters.__dataclass_fields__)
        parser.add_argument("--filter", action="append", default=[], help=f"name=value, lists with commas: {names}")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it and print what came of it on one line."""
        try:
            project = Project.objects.filter(slug=options["project"]).first()
            if project is None:
                raise Refused(f"There is no project {options['project']!r}.")
            found = getattr(self, options["what"])(project, options)
        except PreceptError as trouble:
            self.stderr.write(str(trouble))
            sys.exit(1)
        self.stdout.write(json.dumps(found, ensure_ascii=False, default=str))

    def freeze(self, project: Project, options: dict[str, Any]) -> Any:
        """Freeze, and stay until it is done."""
        filters = dict(read(one) for one in options["filter"])
        made = freeze(project, by=None, name=options["name"], note=options["note"], filters=filters)
        for transfer in made.transfers.all():
            finish(transfer)
        made.refresh_from_db()
        return facts_of(made)

    def list(self, project: Project, _: dict[str, Any]) -> Any:
        """All of them, the newest first."""
        return [facts_of(row) for row in Snapshot.objects.filter(project=project)]

    def show(self, project: Project, options: dict[str, Any]) -> Any:
        """One of them, with all that was counted."""
        (row,) = wanted(project, options["numbers"], 1)
        return {**facts_of(row), "facts": row.facts}

    def difference(self, project: Project, options: dict[str, Any]) -> Any:
        """What tells two apart."""
        a, b = wanted(project, options["numbers"], 2)
        return asdict(difference(a, b))


def read(said: str) -> tuple[str, Any]:
    """A filter as it was typed: name=value, or name=one,another."""
    name, sign, value = said.partition("=")
    if not sign:
        raise Refused(f"{said!r} is no filter. Write name=value.")
    plain = getattr(Filters(), name, None)
    if isinstance(plain, tuple):
        return name, [one.strip() for one in value.split(",") if one.strip()]
    return name, YES.get(value.lower(), value) if isinstance(plain, bool) else value


def finish(transfer: Transfer) -> None:
    """Work on it here until it is over. Raises `Refused` with its sentence when it failed."""
    while work_transfer(transfer.pk):
        continue
    transfer.refresh_from_db()
    if transfer.error:
        raise Refused(transfer.error)


def wanted(project: Project, numbers: list[int], count: int) -> list[Snapshot]:
    """The snapshots of these numbers."""
    rows = {row.number: row for row in Snapshot.objects.filter(project=project, number__in=numbers)}
    missing = [number for number in numbers if number not in rows]
    if len(numbers) != count or missing:
        what = f"There is no snapshot {missing[0]}." if missing else f"Name {count} by number."
        raise Refused(what)
    return [rows[number] for number in numbers]


def facts_of(row: Snapshot) -> dict[str, Any]:
    """A snapshot on one line."""
    counts = {"rows": row.facts["rows"]["all"], "examples": row.facts["examples"]["all"]} if row.frozen_at else {}
    frozen = row.frozen_at.isoformat(timespec="seconds") if row.frozen_at else None
    return {"number": row.number, "name": row.name, "frozen_at": frozen, "sha256": row.sha256, "filters": row.filters,
            **counts}  # fmt: skip
