"""The claim on a transfer while a worker is at it: renewed from a thread, given up when somebody pauses or cancels.

The worker writes its progress through the `Hold`, always on the condition that the claim still holds. It does not know
what is being transferred.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import QuerySet
from django.utils import timezone

from feedback.live import announce
from feedback.models import JobState, Transfer

LOOKS_UP = 0.5  # seconds between two looks at whether somebody wants it to stop
TOLD_EVERY = 0.7  # seconds between two pieces of news to those who look on
log = logging.getLogger(__name__)


class Gone(Exception):
    """The claim does not hold any more."""


class Hold:
    """A claim in use. `rows` is the transfer while the claim holds; `stopped` asks the worker to come to an end.

    While `breaks_off` is set (to something that breaks off the query in hand), a transfer whose end is asked for does
    not wait for that query.
    """

    def __init__(self, transfer: Transfer, rows: QuerySet[Transfer], seconds: float) -> None:
        self.transfer = transfer
        self.rows = rows
        self.until = time.monotonic() + seconds
        self.asked_to_stop = False
        self.cancelled = False
        self.breaks_off: Callable[[], None] | None = None
        self.told = 0.0
        self.news: dict[str, Any] = {}

    @property
    def stopped(self) -> bool:
        """Whether to come to an end: the stretch is over, or somebody paused, cancelled or took it over."""
        return self.asked_to_stop or time.monotonic() > self.until

    def keep(self, **values: Any) -> None:
        """Write progress, within the caller's transaction if there is one. Raises `Gone` when the claim is."""
        if not self.rows.update(attempts=1, **values):
            raise Gone
        for name, value in values.items():
            setattr(self.transfer, name, value)
        if time.monotonic() > self.told + TOLD_EVERY:
            self.told = time.monotonic()
            announce(self.transfer.project_id, "transfers")

    def say(self, stage: str) -> None:
        """Say what is being done from the middle of a long transaction: the thread that renews the claim writes it."""
        self.transfer.stage = stage
        self.news = {"stage": stage}

    def conclude(self, **values: Any) -> None:
        """End the transfer as done in the caller's transaction. Raises `Gone` when the claim is."""
        ended = {"state": JobState.DONE, "lease": "", "leased_until": None, "stage": ""}
        if not self.rows.update(**ended, finished_at=timezone.now(), **values):
            raise Gone
        announce(self.transfer.project_id, "transfers")

    def look_up(self, renewed: bool, lasts: timedelta) -> None:
        """Renew the claim now and then, pass on what is being done, and see whether somebody wants it to stop."""
        news, self.news = self.news, {}
        if renewed:
            news["leased_until"] = timezone.now() + lasts
        if news:
            self.rows.update(**news)
        if "stage" in news:
            announce(self.transfer.project_id, "transfers")
        found = self.rows.values_list("paused", "cancel_asked").first()
        self.cancelled = found is None or found[1]
        self.asked_to_stop = self.asked_to_stop or found is None or any(found)
        if self.cancelled and self.breaks_off:
            self.breaks_off()


@contextmanager
def keeping(hold: Hold, lasts: timedelta) -> Iterator[None]:
    """Renew the claim within a `with` block, from a thread of its own."""
    finished = threading.Event()

    def renew() -> None:
        due = time.monotonic()
        while not finished.wait(min(LOOKS_UP, lasts.total_seconds() / 4)):
            try:
                renewed = time.monotonic() > due
                hold.look_up(renewed, lasts)
                due = time.monotonic() + lasts.total_seconds() / 3 if renewed else due
            except DatabaseError as trouble:
                log.warning("could not renew the claim on transfer %s: %s", hold.transfer.pk, trouble)
                connection.close()
        connection.close()

    thread = threading.Thread(target=renew, name="transfer-lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        finished.set()
        thread.join()
