"""The claim on a job of its own: taken by a conditional UPDATE, given up, put back, swept.

A kind of job makes one `Claims`. Most are done in one go within their claim; trials renew theirs while they work. It
does not know what the job is; steps of runs have their own in `refinement/leases.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db.models import F, Q
from django.utils import timezone

from feedback.errors import ModelTrouble, OverBudget, Passing, PreceptError
from feedback.models import Job, JobState

LEASE = timedelta(minutes=15)
TRIES = 3
AT_ONCE = 200


@dataclass(frozen=True, kw_only=True)
class Claims:
    """The claims on jobs of one kind. `tell` announces that a job has changed; `lost` is said when tries ran out.

    `lasts` says how long a claim holds, `again` how one has a job that failed done after all.
    """

    kind: type[Job]
    tell: Callable[[Any], None]
    lost: str
    tries: int = TRIES
    lasts: Callable[[], timedelta] = lambda: LEASE
    again: str = "Ask again"

    def held(self, job: Job, lease: str) -> Any:
        """The job, while the claim of this token still holds."""
        return self.kind._default_manager.filter(pk=job.pk, state=JobState.LEASED, lease=lease)

    def take(self, job_id: int) -> str:
        """Take the job; the token of the claim, or nothing when it is not to be had."""
        lease, now = str(uuid4()), timezone.now()
        got = self.kind._default_manager.filter(due(now), pk=job_id).update(
            state=JobState.LEASED, lease=lease, leased_until=now + self.lasts(), attempts=F("attempts") + 1, error=""
        )
        return lease if got else ""

    def put_back(self, job: Job, lease: str, trouble: PreceptError) -> None:
        """Passing trouble is tried again a few times; anything else ends the job with its sentence."""
        if not isinstance(trouble, Passing) or job.attempts >= self.tries:
            self.fail(job, lease, self.sentence_of(trouble))
            return
        delay = timedelta(seconds=min(300.0, trouble.retry_after or 5.0 * 2**job.attempts))
        self.held(job, lease).update(
            state=JobState.WAITING, lease="", leased_until=None, not_before=timezone.now() + delay, error=str(trouble)
        )
        self.tell(job)

    def fail(self, job: Job, lease: str, why: str) -> None:
        """End the job with a sentence, if the claim still holds."""
        self.held(job, lease).update(
            state=JobState.FAILED, lease="", leased_until=None, error=why, finished_at=timezone.now()
        )
        self.tell(job)

    def sweep(self) -> list[int]:
        """Take back jobs whose worker was lost; the ids of all that are due, to ring for."""
        now, rows = timezone.now(), self.kind._default_manager
        lost = rows.filter(state=JobState.LEASED, leased_until__lt=now)
        for job in lost.filter(attempts__gte=self.tries).select_related("project"):
            self.fail(job, job.lease, self.lost)
        lost.filter(attempts__lt=self.tries).update(state=JobState.WAITING, lease="", leased_until=None)
        return list(rows.filter(due(now)).values_list("pk", flat=True)[:AT_ONCE])

    def sentence_of(self, trouble: PreceptError) -> str:
        """The trouble as the person who asked should read it."""
        if isinstance(trouble, OverBudget):
            return f"{trouble} Raise the cap, then {self.again[0].lower()}{self.again[1:]}."
        return f"{trouble} {self.again} later." if isinstance(trouble, ModelTrouble) else str(trouble)


def due(now: datetime) -> Q:
    """Which jobs may be claimed now."""
    return Q(state=JobState.WAITING) & (Q(not_before__isnull=True) | Q(not_before__lte=now))
