"""Real processes, really killed: a Celery worker in the middle of a run, and the broker between two steps.

The run must end as an undisturbed one does, with nothing in the ledger twice but the calls that were in flight.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.db.models import Count

from app.environment import ROOT
from app.servers.processes import Child, Command
from feedback.models import ModelCall, Project, Run, Step, User
from feedback.projects.budget import differences
from feedback.refinement import runs
from tests import make
from tests.embedded import silent, start_valkey
from tests.refinement.worker import carry_to_its_end, paid, tale_of

pytestmark = [pytest.mark.slow, pytest.mark.alone, pytest.mark.django_db(transaction=True)]
ITEMS = 12


class Instance:
    """A broker and a worker of their own on the test database, to be killed at will."""

    lease_seconds = 3

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.broker = start_valkey(folder)
        self.worker = self.start_worker()

    def start_worker(self) -> Child:
        """A Celery worker as `manage.py up` starts it, with short leases and a model that takes its time."""
        name = connection.settings_dict["NAME"]
        env = {
            "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl(),
            "REDIS_URL": f"unix://{self.folder / 'valkey.sock'}",
            "PRECEPT_DATA": str(self.folder / "data"),
            "PRECEPT_LEASE_SECONDS": str(self.lease_seconds),
            "PRECEPT_SIMULATED_SECONDS": "0.15",
            "SECRET_KEY": "a-key-for-tests-only-that-opens-nothing",
            "DJANGO_SETTINGS_MODULE": "app.settings",
            "CELERY_SKIP_CHECKS": "1",
        }
        words = ("-q", "-A", "app.celery", "worker", "--pool", "threads", "--concurrency", "4", "--loglevel", "WARNING")
        quick = ("--without-gossip", "--without-mingle", "--heartbeat-interval", "1")
        argv = (sys.executable, "-m", "celery", *words, *quick)
        command = Command(name="worker", argv=argv, env=env, folder=ROOT, orphaned=signal.SIGKILL, patience=5)
        return Child(command, silent)

    def kill(self, child: Child) -> None:
        """kill -9."""
        os.kill(child.pid, signal.SIGKILL)
        child.process.wait()

    def end(self) -> None:
        """Leave nothing behind."""
        for child in (self.worker, self.broker):
            if child.is_alive():
                self.kill(child)


@pytest.fixture
def instance(short_folder: Path) -> Iterator[Instance]:
    """A running worker and broker."""
    running = Instance(short_folder)
    yield running
    running.end()


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims that no busy machine lets run out: where nobody is killed but the broker, nothing may be done twice."""
    monkeypatch.setattr(Instance, "lease_seconds", 60)


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose name leaves room for a socket's, and that the servers' account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="precept-kill-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def started(project: Project, by: User) -> Run:
    return runs.start_run(project, strategy="cai_revision", by=by, seed=3)


@pytest.fixture
def undisturbed(project: Project, ana: User) -> Run:
    """The same run, carried to its end by one worker that nobody kills."""
    wanted = ("Be brief.", "Give an example.", "Say please.")
    principles = [make.principle(project=project, effect=text) for text in wanted]
    make.constitution(project=project, principles=principles)
    for number in range(ITEMS):
        example = make.example(project=project, request=f"Explain thing {number}, please.")
        make.response(example=example, text=f"Thing {number} is, basically, very much what it is. It is so, and so on.")
    run = carry_to_its_end(started(project, ana))
    assert run.state == Run.State.FINISHED, run.why
    return run


def wait_until(what: Callable[[], bool], child: Child, seconds: float = 90) -> None:
    """Look again and again; a test that waits for ever says what the worker said last."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "\n".join(child.last_words)
        assert child.is_alive(), "\n".join(child.last_words)
        time.sleep(0.02)


def half_way(run: Run) -> bool:
    done = Step.objects.filter(run=run, state="done").count()
    return done >= ITEMS and Step.objects.filter(run=run, state="leased").exists()


def over(run: Run) -> bool:
    run.refresh_from_db()
    return run.is_over


def check(run: Run, undisturbed: Run, in_flight: int) -> None:
    """The same steps, texts and ends; nothing bought twice but what was in flight; sums that agree."""
    assert run.state == Run.State.FINISHED, run.why
    assert tale_of(run) == tale_of(undisturbed)
    calls = ModelCall.objects.filter(run=run)
    settled = calls.filter(state="settled").values("step", "slot").annotate(times=Count("pk"))
    assert {row["times"] for row in settled} == {1}
    assert paid(run) <= paid(undisturbed) + in_flight
    runs.settle_orphans()
    assert not differences(run.budget, calls)


def test_a_worker_killed_in_the_middle_is_taken_over_by_another(
    project: Project, ana: User, undisturbed: Run, instance: Instance
) -> None:
    run = started(project, ana)
    wait_until(lambda: half_way(run), instance.worker)
    instance.kill(instance.worker)
    in_flight = ModelCall.objects.filter(run=run, state="held").count()
    assert not over(run)
    instance.worker = instance.start_worker()
    wait_until(lambda: over(run), instance.worker)
    check(run, undisturbed, in_flight)


def test_a_broker_killed_between_two_steps_loses_bells_and_nothing_else(
    project: Project, ana: User, undisturbed: Run, unhurried: None, instance: Instance
) -> None:
    run = started(project, ana)
    wait_until(lambda: half_way(run), instance.worker)
    instance.kill(instance.broker)
    time.sleep(1)
    assert instance.worker.is_alive()
    instance.broker = start_valkey(instance.folder)
    wait_until(lambda: over(run), instance.worker)
    check(run, undisturbed, in_flight=0)
