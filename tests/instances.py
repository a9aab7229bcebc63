"""A whole instance of Precept, started as a person starts it: `manage.py up` on a data folder of its own.

Making a database takes most of a first start. So what is not about that begins with a copy of a data folder that has
been started before: `standing`.
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
import redis

from app.environment import ROOT, Place
from app.servers.addresses import Address, ask_for_health
from app.servers.postgres import USER

NOT_PASSED_ON = (
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "DJANGO_SETTINGS_MODULE",
    "PRECEPT_DATA",
    "ALLOWED_HOSTS",
    "DEBUG",
)
PARTS = {"web": "app.asgi:application", "worker": "app.celery", "broker": "valkey-server", "database": "bin/postgres"}


class Instance:
    """An instance on a data folder; it can be started, asked and killed, again and again."""

    def __init__(self, data: Path, **env: str) -> None:
        self.place = Place(data)
        self.address = Address("127.0.0.1", free_port())
        self.log = data.with_name(data.name + ".log")
        given = {name: value for name, value in os.environ.items() if name not in NOT_PASSED_ON}
        self.env = {**given, **env}
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where its pages are."""
        return self.address.url

    def command(self, *words: str) -> list[str]:
        """A management command on its data folder."""
        return [sys.executable, str(ROOT / "manage.py"), *words, "--data", str(self.place.data)]

    def manage(self, *words: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """Run a management command to its end."""
        return subprocess.run(
            self.command(*words), env=self.env, cwd="/", capture_output=True, text=True, timeout=seconds, check=False
        )

    def up(self, *words: str) -> list[str]:
        """The command line that starts it."""
        return self.command("up", "--port", str(self.address.port), *words)

    def start(self, *words: str) -> Instance:
        """Start it, unless it runs, and wait until all is up."""
        if self.process is None or self.process.poll() is not None:
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(self.up(*words), env=self.env, cwd="/", stdout=log, stderr=log)
        self.wait_until_up()
        return self

    def wait_until_up(self, seconds: float = 180) -> None:
        """Wait until `/healthz` says that all is up."""
        until = time.monotonic() + seconds
        while not self.is_whole():
            assert self.process is not None
            assert self.process.poll() is None, self.words()
            assert time.monotonic() < until, self.words()
            time.sleep(0.1)

    def is_whole(self) -> bool:
        """Whether everything is up."""
        return (self.health() or {}).get("status") == "ok"

    def health(self) -> dict[str, object] | None:
        """What `/healthz` says."""
        return ask_for_health(self.address, "localhost")

    def last_heartbeat(self) -> str | None:
        """When a worker last said that it lives."""
        workers = (self.health() or {}).get("workers")
        return workers["last_heartbeat"] if isinstance(workers, dict) else None

    def words(self) -> str:
        """What it has said so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def processes(self) -> dict[str, psutil.Process]:
        """Its parts by name."""
        assert self.process is not None
        found = {}
        for child in psutil.Process(self.process.pid).children():
            found.update({name: child for name, mark in PARTS.items() if mark in command_line(child)})
        return found

    def everything(self) -> list[psutil.Process]:
        """All processes of it, the supervisor first."""
        assert self.process is not None
        root = psutil.Process(self.process.pid)
        return [root, *root.children(recursive=True)]

    def stop(self) -> int:
        """End it with TERM and wait; its exit code."""
        if self.process is None or self.process.poll() is not None:
            return 0
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def rows(self) -> psycopg.Connection:
        """A connection to its database that commits each statement."""
        return psycopg.connect(f"host={self.place.postgres_sockets} user={USER} dbname={USER}", autocommit=True)

    def broker(self) -> redis.Redis:
        """A client of its broker."""
        return redis.Redis(unix_socket_path=str(self.place.valkey_socket), decode_responses=True)


@contextmanager
def standing(shelf: pytest.TempPathFactory, *words: str, **env: str) -> Iterator[Instance]:
    """An instance that is up, as a first start with these words leaves it; it ends with the block."""
    with own_folder() as data:
        copy(begun(shelf, words), data)
        instance = Instance(data, **env)
        try:
            yield instance.start(*words)
        finally:
            instance.stop()


@contextmanager
def own_folder() -> Iterator[Path]:
    """A data folder to be, with a short path that the servers' account can reach."""
    with tempfile.TemporaryDirectory(prefix="precept-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "data"


def begun(shelf: pytest.TempPathFactory, words: tuple[str, ...]) -> Path:
    """A data folder that has been started with these words and ended; made once for all processes of a run of tests."""
    together = shelf.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        together = together.parent
    kept = together / "-".join(("begun", *words))
    with kept.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.is_dir():
            with own_folder() as data:
                instance = Instance(data)
                instance.start(*words)
                assert instance.stop() == 0, instance.words()
                copy(data, kept)
    return kept


def copy(folder: Path, to: Path) -> None:
    """Copy a folder, with its owners; it is there when it is whole."""
    part = to.with_name(f"{to.name}-part")
    subprocess.run(["cp", "-a", str(folder), str(part)], check=True)
    part.rename(to)


def command_line(process: psutil.Process) -> str:
    """How a process was started; nothing when it is gone."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
