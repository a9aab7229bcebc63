"""Working on a trial: claim it, do a stretch of it, put it back or conclude it. Killed anywhere, it goes on from there.

A claim is renewed as long as the stretch lasts; whoever cancels a trial, or takes it over, ends the stretch with it. It
does not know who rings, or when.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils import timezone

from feedback.errors import OverBudget, Passing, PreceptError
from feedback.models import JobState, Trial
from feedback.principles.trials.asking import Until
from feedback.principles.trials.opening import ended, tell
from feedback.principles.trials.register import kind_of
from feedback.projects.budget import model_for

STRETCH = 30.0
TRIES = 5
BROKEN = "Something broke in Precept itself while testing; its log says what."
LOST = "The worker that did it was lost again and again. Let it go on to try once more."
log = logging.getLogger(__name__)


def work_trial(trial_id: int, *, seconds: float = STRETCH) -> bool:
    """Do a stretch of a trial, if it waits; whether it is to be rung for again. Twice at once: as once.

    Trouble that may pass puts it back for a while; anything else leaves its sentence, and one may let it go on.
    """
    lease = claim(trial_id)
    if not lease:
        return False
    trial = fetch(trial_id)
    until = Until(time.monotonic() + seconds)
    try:
        with keeping(trial, lease, until):
            more = kind_of(trial).work(trial, model_for(trial.project, trial=trial), until)
        return again(trial, lease) if more else conclude(trial, lease)
    except PreceptError as trouble:
        put_back(trial, lease, trouble)
    except Exception:
        log.exception("trial %s broke", trial_id)
        put_back(trial, lease, Passing(BROKEN))
    return False


def sweep_trials() -> list[int]:
    """Take back trials whose worker was lost; the ids of all that are due, to ring for."""
    now = timezone.now()
    lost = Trial.objects.filter(state=JobState.LEASED, leased_until__lt=now)
    for trial in lost.filter(attempts__gte=TRIES):
        fail(trial, trial.lease, LOST)
    lost.filter(attempts__lt=TRIES).update(state=JobState.WAITING, lease="", leased_until=None)
    return list(Trial.objects.filter(due(now)).values_list("pk", flat=True)[:50])


def due(now: object) -> Q:
    """Which trials may be claimed now."""
    return Q(state=JobState.WAITING) & (Q(not_before__isnull=True) | Q(not_before__lte=now))


def lease_time() -> timedelta:
    """How long a claim lasts without being renewed."""
    return timedelta(seconds=settings.LEASE_SECONDS)


def claim(trial_id: int) -> str:
    """Take the trial; the token of the claim, or nothing when it is not to be had."""
    lease, now = str(uuid4()), timezone.now()
    got = Trial.objects.filter(due(now), pk=trial_id).update(
        state=JobState.LEASED, lease=lease, leased_until=now + lease_time(), attempts=F("attempts") + 1, not_before=None
    )
    return lease if got else ""


def fetch(trial_id: int) -> Trial:
    """The trial with what its kind reads. One query."""
    paths = ["project__budget", "constitution", "principle", "version__principle", "asked_by"]
    return Trial.objects.select_related(*paths).get(pk=trial_id)


@contextmanager
def keeping(trial: Trial, lease: str, until: Until) -> Iterator[None]:
    """Renew the claim within a `with` block, from a thread of its own; a claim that is gone ends the stretch."""
    finished = threading.Event()

    def renew() -> None:
        while not finished.wait(lease_time().total_seconds() / 3):
            try:
                held = held_by(trial, lease).update(leased_until=timezone.now() + lease_time())
                until.stopped = until.stopped or not held
            except DatabaseError as trouble:
                log.warning("could not renew the claim on trial %s: %s", trial.pk, trouble)
            finally:
                connection.close()

    thread = threading.Thread(target=renew, name="trial-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()


def held_by(trial: Trial, lease: str):
    """The trial's row, if this claim still holds."""
    return Trial.objects.filter(pk=trial.pk, state=JobState.LEASED, lease=lease)


def again(trial: Trial, lease: str) -> bool:
    """Put it back after a stretch that did its part; whether the claim still held."""
    released = {"state": JobState.WAITING, "lease": "", "leased_until": None, "attempts": 0, "error": ""}
    got = held_by(trial, lease).update(**released)
    tell(trial)
    return bool(got)


@transaction.atomic
def conclude(trial: Trial, lease: str) -> bool:
    """Write what came of it, if the claim still holds. False: there is nothing more to ring for."""
    row = held_by(trial, lease).select_for_update(of=("self",)).select_related("project").first()
    if row is not None:
        row.result = {**row.result, **kind_of(row).conclude(row)}
        row.stage = ""
        ended(row, JobState.DONE)
    return False


def put_back(trial: Trial, lease: str, trouble: PreceptError) -> None:
    """Passing trouble is tried again a few times; anything else ends the trial with its sentence."""
    if isinstance(trouble, OverBudget):
        return fail(trial, lease, f"{trouble} Raise the cap, then let it go on.")
    if not isinstance(trouble, Passing) or trial.attempts >= TRIES:
        return fail(trial, lease, str(trouble))
    delay = timedelta(seconds=min(300.0, trouble.retry_after or 2.0 * 2**trial.attempts))
    held_by(trial, lease).update(
        state=JobState.WAITING, lease="", leased_until=None, not_before=timezone.now() + delay, error=str(trouble)
    )
    return tell(trial)


@transaction.atomic
def fail(trial: Trial, lease: str, why: str) -> None:
    """End the trial with a sentence, if the claim still holds."""
    row = held_by(trial, lease).select_for_update(of=("self",)).first()
    if row is not None:
        ended(row, JobState.FAILED, why)
