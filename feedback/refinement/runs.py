"""Runs, as the entrances see them: start, forecast, advance, control, progress; and the sweep.

The work is in the modules beside it: `planning` starts, `advancing` moves on, `working` does a step, `control` is for
people, `progress` is for pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from feedback.models import JobState, Run, Step
from feedback.projects.budget import settle_orphans
from feedback.refinement.advancing import advance
from feedback.refinement.control import cancel, pause, raise_cap, resume
from feedback.refinement.leases import due
from feedback.refinement.planning import Forecast, forecast, select_responses, start_run
from feedback.refinement.progress import Progress, as_dict, progress
from feedback.refinement.working import LOST, TRIES, Outcome, settle, work

__all__ = [
    "Forecast", "Outcome", "Progress", "Swept", "advance", "as_dict", "cancel", "forecast",
    "pause", "progress", "raise_cap", "resume", "select_responses", "start_run", "sweep",
    "work", "work_off",
]  # fmt: skip

OVERDUE = timedelta(seconds=20)
AT_MOST = 500


@dataclass(frozen=True, kw_only=True)
class Swept:
    """What a sweep found to ring for."""

    runs: list[int]
    steps: list[int]


def work_off(run: Run) -> Run:
    """Do a run here and now, step by step, without bells and workers: for the demo and for scripts.

    Comes back when nothing can be done now: it ended, it was parked, or what is left waits for trouble to pass.
    """
    while waiting := advance(run.pk):
        for step_id in waiting:
            work(step_id)
    run.refresh_from_db()
    return run


def sweep() -> Swept:
    """Take back steps whose worker is gone, settle calls lost with it, and find what nobody rang for.

    Harmless at any time and twice at once. Whoever calls it rings for what it returns.
    """
    take_back_lost_steps()
    settle_orphans()
    going = [Run.State.QUEUED, Run.State.RUNNING]
    runs = Run.objects.filter(state__in=going).order_by("pk").values_list("pk", flat=True)[:AT_MOST]
    return Swept(runs=list(runs), steps=overdue_steps())


def take_back_lost_steps() -> None:
    """Expired claims wait again; a step that lost its worker too often has failed."""
    expired = Step.objects.filter(state=JobState.LEASED, leased_until__lt=timezone.now())
    for step in expired.filter(attempts__gte=TRIES).select_related("item__start__example", "run")[:AT_MOST]:
        settle(step, step.lease, failed=LOST)
    expired.filter(attempts__lt=TRIES).update(state=JobState.WAITING, lease="", leased_until=None)


def overdue_steps() -> list[int]:
    """Steps of running runs that could have been worked on for a while."""
    now = timezone.now()
    waiting = Step.objects.filter(due(now), run__state=Run.State.RUNNING, created_at__lt=now - OVERDUE)
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:AT_MOST])
