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

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from feedback.errors import Passing, PreceptError
from feedback.models import JobState, Trial
from feedback.principles.trials.asking import Until
from feedback.principles.trials.opening import ended, tell
from feedback.principles.trials.register import kind_of
from feedback.projects.budget import model_for
from feedback.projects.job_claims import Claims

STRETCH = 30.0
TRIES = 5
BROKEN = "Something broke in Precept itself while testing; its log says what."
LOST = "The worker that did it was lost again and again. Let it go on to try once more."
log = logging.getLogger(__name__)


def work_trial(trial_id: int, *, seconds: float = STRETCH) -> bool:
    """Do a stretch of a trial, if it waits; whether it is to be rung for again. Twice at once: as once.

    Trouble that may pass puts it back for a while; anything else leaves its sentence, and one may let it go on.
    """
    lease = claims.take(trial_id)
    if not lease:
        return False
    trial = fetch(trial_id)
    until = Until(time.monotonic() + seconds)
    try:
        with keeping(trial, lease, until):
            more = kind_of(trial).work(trial, model_for(trial.project, trial=trial), until)
        return again(trial, lease) if more else conclude(trial, lease)
    except PreceptError as trouble:
        claims.put_back(trial, lease, trouble)
    except Exception:
        log.exception("trial %s broke", trial_id)
        claims.put_back(trial, lease, Passing(BROKEN))
    return False


def sweep_trials() -> list[int]:
    """Take back trials whose worker was lost; the ids of all that are due, to ring for."""
    return claims.sweep()


def lease_time() -> timedelta:
    """How long a claim lasts without being renewed."""
    return timedelta(seconds=settings.LEASE_SECONDS)


claims = Claims(kind=Trial, tell=tell, lost=LOST, tries=TRIES, lasts=lease_time, again="Let it go on")


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
                held = claims.held(trial, lease).update(leased_until=timezone.now() + lease_time())
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


def again(trial: Trial, lease: str) -> bool:
    """Put it back after a stretch that did its part; whether the claim still held."""
    released = {"state": JobState.WAITING, "lease": "", "leased_until": None, "attempts": 0, "error": ""}
    got = claims.held(trial, lease).update(**released)
    tell(trial)
    return bool(got)


@transaction.atomic
def conclude(trial: Trial, lease: str) -> bool:
    """Write what came of it, if the claim still holds. False: there is nothing more to ring for."""
    row = claims.held(trial, lease).select_for_update(of=("self",)).select_related("project").first()
    if row is not None:
        row.result = {**row.result, **kind_of(row).conclude(row)}
        row.stage = ""
        ended(row, JobState.DONE)
    return False
