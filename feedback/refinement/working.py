"""Doing one step: claim it, put its part to work, write what came of it if the claim still holds, plan what comes next.

Killed anywhere, nothing is lost but the call in flight: before the result is written the claim runs out and the step is
done again, with every answer already paid for replayed by the ledger. It does not know who rings, or when.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from feedback.errors import OverBudget, Passing, PreceptError
from feedback.live import announce
from feedback.models import JobState, Run, RunItem, Step
from feedback.refinement import engine
from feedback.refinement.advancing import plan_item
from feedback.refinement.asking import Asking
from feedback.refinement.cases import arrangement_of, case_of, with_rules
from feedback.refinement.leases import claim, keeper

TRIES = 8
LONGEST_WAIT = 300.0
SOON = 2.0
BROKEN = "Something broke in Precept itself while working on this step; its log says what."
LOST = "The workers that worked on this step were lost again and again."
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What to ring for after a step: more steps, the run as a whole, or this step again in so many seconds."""

    steps: tuple[int, ...] = ()
    advance: int | None = None
    again_in: float | None = None


def work(step_id: int) -> Outcome:
    """Do one step, if it waits and its run goes on. Twice at once, or killed half-way: the same result.

    Trouble that may pass puts the step back for a while, a full budget parks the run, anything else fails the item.
    """
    lease = claim(step_id)
    if not lease:
        return Outcome()
    step = fetch(step_id)
    try:
        with keeper.keeping(lease):
            output = carry_out(step)
    except OverBudget as trouble:
        return park(step, lease, trouble)
    except Passing as trouble:
        return put_back(step, lease, trouble)
    except PreceptError as trouble:
        return settle(step, lease, failed=str(trouble))
    except Exception:
        log.exception("step %s broke", step_id)
        return put_back(step, lease, Passing(BROKEN))
    return settle(step, lease, output=output)


def fetch(step_id: int) -> Step:
    """The step with all that its part is given."""
    rows = Step.objects.select_related(
        "item__start__example", "run__project__budget", "run__budget", "run__constitution"
    )
    return rows.prefetch_related("run__constitution__articles__version__principle").get(pk=step_id)


def carry_out(step: Step) -> dict[str, Any]:
    """Put the part to work, outside any transaction; its output as plain data, with who answered."""
    asking = Asking(step)
    case = case_of(step.run, step.item)
    output = engine.carry_out(arrangement_of(step.run), case, step.part, step.given, asking)
    return storable({**output, "answered_by": asking.answered_by})


def storable(value: Any) -> Any:
    """The same data without what a JSON column cannot hold: NUL characters and half characters."""
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {name: storable(one) for name, one in value.items()}
    return [storable(one) for one in value] if isinstance(value, list | tuple) else value


@transaction.atomic
def settle(step: Step, lease: str, *, output: dict[str, Any] | None = None, failed: str = "") -> Outcome:
    """Write a step's end, if the claim still holds, and plan what it makes possible, all in one transaction.

    The item's row is locked first, so that of two steps of one item that end at once the second sees the first.
    """
    item = RunItem.objects.select_for_update(no_key=True).get(pk=step.item_id)
    failed = failed or ((output or {}).get("why", "") if (output or {}).get("failed") else "")
    got = Step.objects.filter(pk=step.pk, state=JobState.LEASED, lease=lease).update(
        state=JobState.FAILED if failed else JobState.DONE, output=output, error=failed, lease="", leased_until=None,
        finished_at=timezone.now(),
    )  # fmt: skip
    if not got:
        return Outcome()
    run = step.run
    run.refresh_from_db(fields=["state"])
    announce(run.project_id, f"run-{run.number}")
    if run.state != Run.State.RUNNING or item.state != RunItem.State.OPEN:
        return Outcome()
    item.start = step.item.start
    steps = plan_item(with_rules(run), item, arrangement_of(run))
    return Outcome(steps=tuple(steps), advance=None if item.state == RunItem.State.OPEN else run.pk)


def park(step: Step, lease: str, trouble: OverBudget) -> Outcome:
    """The step waits again, and the run is parked with the sentence until its cap is raised."""
    release(step, lease, error=str(trouble), attempts=F("attempts") - 1)
    run = Run.objects.get(pk=step.run_id)
    Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(state=Run.State.WAITING_BUDGET, why=str(trouble))
    announce(run.project_id, f"run-{run.number}", "runs")
    return Outcome()


def put_back(step: Step, lease: str, trouble: Passing) -> Outcome:
    """Trouble that may pass: again after a while, each time longer; after some tries the step has failed."""
    if step.attempts >= TRIES:
        return settle(step, lease, failed=f"{trouble} It was tried {step.attempts} times.")
    seconds = min(LONGEST_WAIT, max(trouble.retry_after or 0.0, SOON * 2.0**step.attempts))
    release(step, lease, error=str(trouble), not_before=timezone.now() + timedelta(seconds=seconds))
    return Outcome(again_in=seconds + 0.1)


def release(step: Step, lease: str, **changes: Any) -> None:
    """Give the claim back; the step waits."""
    Step.objects.filter(pk=step.pk, state=JobState.LEASED, lease=lease).update(
        state=JobState.WAITING, lease="", leased_until=None, **changes
    )
