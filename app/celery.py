"""The Celery app: work is woken through it, never kept in it.

A worker's own heartbeat, sent by its consumer only while that is connected to the broker, has two duties: it says
that the worker is alive, and every `SWEEP_SECONDS` one worker of all rings for the sweep, which finds rows that wait.
So there is no process for periodic work that could be missing.
"""

from __future__ import annotations

import logging
import os
import warnings
from typing import Any

from celery import Celery
from celery.platforms import SecurityWarning
from celery.signals import heartbeat_sent, worker_ready, worker_shutting_down

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app.settings")

SWEEP = "feedback.tasks.sweep"
SWEEP_SECONDS = 20

# Celery warns of root because a pickled task could run anything; ours take JSON only.
warnings.filterwarnings("ignore", category=SecurityWarning)
log = logging.getLogger(__name__)
app = Celery("precept")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["feedback"])


@heartbeat_sent.connect
def beat(sender: Any, **_: object) -> None:
    """Record that the worker is alive, and ring for the sweep when it is time."""
    from feedback.projects.workers import may_ring, record_heartbeat

    try:
        record_heartbeat(sender.eventer.hostname)
        if may_ring(SWEEP_SECONDS):
            ring_for_sweep()
    except Exception as trouble:  # the consumer's loop must live on; a silent heart shows on /healthz
        log.warning("The heartbeat was not recorded: %s", trouble)


@worker_ready.connect
def look_around(**_: object) -> None:
    """A worker that has just come looks for rows that wait."""
    ring_for_sweep()


@worker_shutting_down.connect
def say_farewell(sender: str, **_: object) -> None:
    """A worker that goes says so, so that nobody waits for it."""
    from feedback.projects.workers import record_farewell

    try:
        record_farewell(sender)
    except Exception as trouble:  # going must not hang on the broker
        log.debug("No farewell: %s", trouble)


def ring_for_sweep() -> None:
    """Send the sweep's task; it is worth nothing once the next one is due."""
    if SWEEP in app.tasks:
        app.send_task(SWEEP, expires=SWEEP_SECONDS)
