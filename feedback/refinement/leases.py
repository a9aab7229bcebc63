"""Claims on steps: taken by one conditional UPDATE, kept alive during the work, gone soon after their worker."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from time import sleep
from uuid import uuid4

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F, Q
from django.utils import timezone

from feedback.models import JobState, Run, Step

log = logging.getLogger(__name__)


def lease_time() -> timedelta:
    """How long a claim lasts without being renewed."""
    return timedelta(seconds=settings.LEASE_SECONDS)


def due(now: datetime) -> Q:
    """Which steps wait and need not wait longer, or were claimed by a worker that is gone."""
    ready = Q(not_before__isnull=True) | Q(not_before__lte=now)
    return (Q(state=JobState.WAITING) & ready) | Q(state=JobState.LEASED, leased_until__lt=now)


def claim(step_id: int) -> str:
    """Take a step of a run that goes on; the token of the claim, or nothing when it is not to be had.

    The step's own columns stand in the outer WHERE (no join), so that of two claims at once the second sees the first.
    """
    lease, now = str(uuid4()), timezone.now()
    going = Run.objects.filter(state=Run.State.RUNNING)
    got = Step.objects.filter(due(now), pk=step_id, run__in=going).update(
        state=JobState.LEASED, lease=lease, leased_until=now + lease_time(), attempts=F("attempts") + 1, not_before=None
    )
    return lease if got else ""


class Keeper:
    """Renews the claims of this process, all in one UPDATE, from one thread that lives as long as there are any."""

    def __init__(self) -> None:
        self.held: set[str] = set()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    @contextmanager
    def keeping(self, lease: str) -> Iterator[None]:
        """Keep a claim alive within a `with` block."""
        with self.lock:
            self.held.add(lease)
            if self.thread is None or not self.thread.is_alive():
                self.thread = threading.Thread(target=self.run, name="leases", daemon=True)
                self.thread.start()
        try:
            yield
        finally:
            with self.lock:
                self.held.discard(lease)

    def run(self) -> None:
        """Renew a third of the way through each claim's time; end once nothing was held for a while."""
        while True:
            sleep(lease_time().total_seconds() / 3)
            with self.lock:
                held = list(self.held)
                if not held:
                    self.thread = None
                    return
            self.renew(held)

    def renew(self, held: list[str]) -> None:
        """One UPDATE. A database that does not answer is tried again at the next turn."""
        try:
            Step.objects.filter(lease__in=held, state=JobState.LEASED).update(
                leased_until=timezone.now() + lease_time()
            )
        except DatabaseError as trouble:
            log.warning("could not renew %s claims: %s", len(held), trouble)
        finally:
            connection.close()


keeper = Keeper()
