"""What people do to a run while it goes on: cancel, pause, resume, raise its cap. Calls in flight end by themselves."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import JobState, Run, User
from feedback.projects.budget import set_caps

GOING = (Run.State.QUEUED, Run.State.RUNNING)
PARKED = (Run.State.PAUSED, Run.State.WAITING_BUDGET)


@transaction.atomic
def cancel(run: Run, *, by: User | None) -> Run:
    """End a run early. What it made is kept; steps that wait are dropped. Cancelled again changes nothing.

    Raises `Refused` when it ended by itself before.
    """
    run = locked(run)
    if run.state == Run.State.STOPPED:
        return run
    if run.is_over:
        raise Refused(f"Run {run.number} is over already, so there is nothing to cancel.")
    run.steps.filter(state=JobState.WAITING).update(state=JobState.CANCELLED, finished_at=timezone.now())
    run.ended_at = timezone.now()
    return moved(run, Run.State.STOPPED, f"Cancelled by {by}." if by else "Cancelled.")


@transaction.atomic
def pause(run: Run, *, by: User | None) -> Run:
    """Begin no more steps. Raises `Refused` unless it goes on."""
    run = locked(run)
    if run.state not in GOING:
        raise Refused(f"Run {run.number} is not going on, so it cannot be paused.")
    return moved(run, Run.State.PAUSED, f"Paused by {by}." if by else "Paused.")


@transaction.atomic
def resume(run: Run, *, by: User | None) -> Run:
    """Let a paused or parked run go on; the entrance rings for it. Going on already changes nothing.

    Raises `Refused` when it is over.
    """
    run = locked(run)
    if run.is_over:
        raise Refused(f"Run {run.number} is over, so it cannot go on. Start a new one.")
    if run.state not in PARKED:
        return run
    run.steps.filter(state=JobState.WAITING).update(not_before=None)
    return moved(run, Run.State.RUNNING if run.started_at else Run.State.QUEUED, run.pinned.get("left_out", ""))


@transaction.atomic
def raise_cap(
    run: Run,
    *,
    by: User | None,
    calls: int | None = None,
    tokens: int | None = None,
    cost: Decimal | None = None,
) -> Run:
    """Give a run other caps (None is no cap) and let it go on if it stood at its budget; the entrance rings for it.

    Raises `Refused` when it is over.
    """
    if run.is_over:
        raise Refused(f"Run {run.number} is over, so a higher cap changes nothing.")
    set_caps(run.budget, calls=calls, tokens=tokens, cost=cost, by=by)
    run = locked(run)
    announce(run.project_id, f"run-{run.number}", "ledger")
    return resume(run, by=by) if run.state == Run.State.WAITING_BUDGET else run


def locked(run: Run) -> Run:
    """The run as it is now, held until the transaction ends."""
    return Run.objects.select_for_update(no_key=True, of=("self",)).select_related("project", "budget").get(pk=run.pk)


def moved(run: Run, state: str, why: str) -> Run:
    """The run in another state, with the reason."""
    run.state, run.why = state, why
    run.save(update_fields=["state", "why", "ended_at"])
    announce(run.project_id, f"run-{run.number}", "runs")
    return run
