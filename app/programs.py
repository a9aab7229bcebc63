"""How the web process and the worker are started."""

from __future__ import annotations

import os
import signal
import sys

from django.conf import settings

from app.environment import ROOT
from app.servers.addresses import Address
from app.servers.processes import Command

WORKER_THREADS = 8
HEARTBEAT_SECONDS = 5


def environment() -> dict[str, str]:
    """What both are told."""
    return {
        "PRECEPT_DATA": str(settings.PLACE.data),
        "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
    }


def web_command(address: Address) -> Command:
    """uvicorn with pages and WebSocket; open sockets are given a moment when it ends."""
    options = ["--log-level", "warning", "--no-access-log", "--lifespan", "off", "--timeout-graceful-shutdown", "3"]
    where = ["--host", address.host, "--port", str(address.port)]
    return Command(
        name="web",
        argv=(sys.executable, "-m", "uvicorn", "app.asgi:application", *where, *options),
        env=environment(),
        folder=ROOT,
        orphaned=signal.SIGKILL,
        patience=6,
    )


def worker_command() -> Command:
    """A Celery worker of threads. It may be killed at any time: what it was doing is a row whose lease runs out."""
    options = ["--pool", "threads", "--concurrency", str(WORKER_THREADS), "--without-gossip", "--without-mingle"]
    beat = ["--heartbeat-interval", str(HEARTBEAT_SECONDS)]
    return Command(
        name="worker",
        argv=(
            sys.executable,
            "-m",
            "celery",
            "-q",
            "-A",
            "app.celery",
            "worker",
            "--loglevel",
            "WARNING",
            *options,
            *beat,
        ),
        env=environment(),
        folder=ROOT,
        orphaned=signal.SIGKILL,
        patience=10,
    )
