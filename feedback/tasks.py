"""The bells: Celery tasks that carry an id, do one bounded piece of work and ring for the next.

The row is the truth; a message only wakes a worker. So a lost message costs at most one sweep, a doubled one nothing,
and a broker that is down never breaks the request that rang. Only this and `app/celery.py` import Celery.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from celery import Task, shared_task
from django.db import transaction

from feedback.datasets import transfers
from feedback.desk import errands
from feedback.models import Drafting, Errand, Run, Transfer, Trial
from feedback.principles import (
    applying,
    drafting,
    governing,  # noqa: F401  (errands are done under it)
    switching,
)
from feedback.principles.memory import errands as errands_of_memory  # noqa: F401  (as above)
from feedback.principles.memory.reflecting import reflect_unasked
from feedback.principles.playground import replying  # noqa: F401  (its errands take their place when it is loaded)
from feedback.principles.trials import online
from feedback.principles.trials import working as trials
from feedback.refinement import runs, working

log = logging.getLogger(__name__)
RETRIES = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}


@shared_task(ignore_result=True)
def advance_run(run_id: int) -> None:
    """Plan what a run can do next and ring for it."""
    ring_steps(runs.advance(run_id))


@shared_task(ignore_result=True)
def work_step(step_id: int) -> None:
    """Do one step, then ring for what it made possible."""
    outcome = working.work(step_id)
    ring_steps(outcome.steps)
    if outcome.again_in is not None:
        publish(work_step, step_id, countdown=outcome.again_in)
    if outcome.advance is not None:
        ring_steps(runs.advance(outcome.advance, again=False))


@shared_task(ignore_result=True)
def draft_principle(drafting_id: int) -> None:
    """Draft one principle."""
    drafting.draft(drafting_id)


@shared_task(ignore_result=True)
def run_errand(errand_id: int) -> None:
    """Do one errand of the desk."""
    errands.run_errand(errand_id)


@shared_task(ignore_result=True)
def work_trial(trial_id: int) -> None:
    """Do a stretch of a test, then ring for the next."""
    if trials.work_trial(trial_id):
        ring_trial(trial_id)


@shared_task(ignore_result=True)
def work_transfer(transfer_id: int) -> None:
    """Do a stretch of bringing data in or taking it out, then ring for the next."""
    if transfers.work_transfer(transfer_id):
        ring_transfer(transfer_id)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Ring again for whatever waits: what a dead worker or a lost message left behind."""
    found = runs.sweep()
    for run_id in found.runs:
        ring_run(run_id)
    ring_steps(found.steps)
    for drafting_id in drafting.sweep_draftings():
        ring_drafting(drafting_id)
    for errand_id in {*errands.sweep_errands(), *reflect_unasked()}:
        ring_errand(errand_id)
    for trial_id in [*trials.sweep_trials(), *online.reflections_due()]:
        ring_trial(trial_id)
    for transfer_id in transfers.sweep_transfers():
        ring_transfer(transfer_id)
    if applying.settle_open():
        for project in switching.projects_with_records():
            switching.switch_off_poor(project)


def ring_run(run: Run | int) -> None:
    """Wake a worker for a run, once the transaction is committed."""
    transaction.on_commit(partial(publish, advance_run, id_of(run)))


def ring_steps(step_ids: Iterable[int]) -> None:
    """Wake workers for steps, once the transaction is committed."""
    for step_id in step_ids:
        transaction.on_commit(partial(publish, work_step, step_id))


def ring_drafting(asked: Drafting | int) -> None:
    """Wake a worker for a drafting, once the transaction is committed."""
    transaction.on_commit(partial(publish, draft_principle, id_of(asked)))


def ring_errand(asked: Errand | int) -> None:
    """Wake a worker for an errand, once the transaction is committed."""
    transaction.on_commit(partial(publish, run_errand, id_of(asked)))


def ring_trial(asked: Trial | int) -> None:
    """Wake a worker for a test, once the transaction is committed."""
    transaction.on_commit(partial(publish, work_trial, id_of(asked)))


def ring_transfer(asked: Transfer | int) -> None:
    """Wake a worker for a transfer, once the transaction is committed."""
    transaction.on_commit(partial(publish, work_transfer, id_of(asked)))


def id_of(row: Run | Drafting | Errand | Trial | Transfer | int) -> int:
    """The id that a message carries."""
    return row if isinstance(row, int) else row.pk


def publish(task: Task, row_id: int, **options: Any) -> None:
    """Send one message. A broker that is down is logged and left to the sweep."""
    try:
        task.apply_async((row_id,), retry=True, retry_policy=RETRIES, **options)
    except Exception as trouble:
        log.warning("no bell for %s %s (%s); the sweep will ring again", task.name, row_id, trouble)
