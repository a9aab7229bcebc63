"""`manage.py refine PROJECT --strategy S`: start a run, wait for it if asked. The run as JSON ends stdout."""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from feedback.errors import PreceptError, Refused
from feedback.models import Project, Run
from feedback.projects.workers import count_workers
from feedback.refinement import runs
from feedback.refinement.strategies import STRATEGIES
from feedback.tasks import ring_run

LOOK_SECONDS = 0.5
PATIENCE_SECONDS = 60.0
NO_WORKER = "No worker answers, so nothing happens yet. Is the instance running (manage.py up)? Waiting for one."


class Command(BaseCommand):
    """Refine responses of a project."""

    help = "Start a run over a project's responses; print it as JSON. Exit code 0: started, or with --wait finished."

    def add_arguments(self, parser: CommandParser) -> None:
        """What to refine, how, and what it may cost."""
        parser.add_argument("project", help="the project's slug")
        parser.add_argument("--strategy", required=True, help=", ".join(STRATEGIES))
        parser.add_argument("--examples", type=int, metavar="N", help="the first N examples (all of them)")
        parser.add_argument("--budget-calls", type=int, metavar="N", help="calls at most (no cap)")
        parser.add_argument("--budget-tokens", type=int, metavar="N", help="tokens at most (no cap)")
        parser.add_argument("--budget-cost", type=Decimal, metavar="X", help="US dollars at most (no cap)")
        parser.add_argument("--seed", type=int, default=0, metavar="N", help="what all drawing depends on (0)")
        parser.add_argument(
            "--set",
            nargs="+",
            action="extend",
            default=[],
            metavar="NAME=VALUE",
            help="a setting, for example rounds=2",
        )
        parser.add_argument("--baseline", action="store_true", help="then best_of_n at equal cost; needs --wait")
        parser.add_argument("--wait", action="store_true", help="wait until the run ends or stops")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, wait, print."""
        try:
            if options["baseline"] and not options["wait"]:
                raise Refused("--baseline needs --wait: what the run cost an item is known only at its end.")
            run = started(options)
            told = self.carried_out(run, options)
        except PreceptError as trouble:
            self.stderr.write(str(trouble))
            sys.exit(1)
        self.stdout.write(json.dumps(told, ensure_ascii=False))
        if options["wait"] and not finished(told):
            self.stderr.write(told["why"] or f"Run {told['number']} is {told['state']}.")
            sys.exit(1)

    def carried_out(self, run: Run, options: dict[str, Any]) -> dict[str, Any]:
        """The run as plain data, after its end if that is waited for, with its baseline if one was asked for."""
        ring_run(run)
        if not options["wait"]:
            return runs.as_dict(run)
        self.wait_for(run)
        told = runs.as_dict(run)
        if options["baseline"] and told["state"] == Run.State.FINISHED:
            other = runs.start_run(run.project, strategy="best_of_n", by=None, seed=run.seed, baseline_of=run)
            ring_run(other)
            self.wait_for(other)
            told["baseline"] = runs.as_dict(other)
        return told

    def wait_for(self, run: Run) -> None:
        """Until the run is over or parked, or no worker has answered for a minute."""
        heard, told = time.monotonic(), False
        while run.state in {Run.State.QUEUED, Run.State.RUNNING}:
            if count_workers():
                heard, told = time.monotonic(), False
            elif not told:
                self.stderr.write(NO_WORKER)
                told = True
            if time.monotonic() - heard > PATIENCE_SECONDS:
                self.stderr.write(f"No worker answered for a minute. Run {run.number} goes on when one does.")
                return
            time.sleep(LOOK_SECONDS)
            run.refresh_from_db(fields=["state"])


def started(options: dict[str, Any]) -> Run:
    """The run that the options ask for."""
    project = Project.objects.filter(slug=options["project"]).first()
    if project is None:
        raise Refused(f"There is no project {options['project']!r}.")
    return runs.start_run(
        project, strategy=options["strategy"], by=None, count=options["examples"], seed=options["seed"],
        parameters=settings_of(options["set"]), cap_calls=options["budget_calls"], cap_tokens=options["budget_tokens"],
        cap_cost=options["budget_cost"],
    )  # fmt: skip


def settings_of(pairs: list[str]) -> dict[str, str]:
    """`rounds=2` and the like as a mapping."""
    for pair in pairs:
        if "=" not in pair:
            raise Refused(f"{pair!r} is no setting. Write NAME=VALUE, for example rounds=2.")
    return dict(pair.split("=", 1) for pair in pairs)


def finished(told: dict[str, Any]) -> bool:
    """Whether a run, and its baseline if there is one, ended as it should."""
    return all(one["state"] == Run.State.FINISHED for one in (told, told.get("baseline", told)))
