"""`manage.py up`, started for real: it comes up, stays up whatever is killed, and ends without a trace."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from tests.instances import Instance

pytestmark = [pytest.mark.slow, pytest.mark.alone]
LATER_START_SECONDS = 15


@pytest.fixture(scope="module")
def shared() -> Iterator[Instance]:
    """One instance for all tests of this module."""
    with tempfile.TemporaryDirectory(prefix="precept-up-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        instance = Instance(Path(folder) / "data")
        yield instance
        instance.stop()


@pytest.fixture
def running(shared: Instance) -> Instance:
    """The instance, up."""
    return shared.start("--no-demo")


def wait_for(what: str, seconds: float, happened: object) -> None:
    """Wait until something holds."""
    until = time.monotonic() + seconds
    while not happened():  # type: ignore[operator]
        assert time.monotonic() < until, what
        time.sleep(0.1)


def status_of(url: str) -> int:
    """The status a page answers with."""
    with urlopen(url, timeout=10) as answer:
        return int(answer.status)


def test_a_first_start_says_what_is_up_and_where_to_go(running: Instance) -> None:
    wait_for("the last line", 5, lambda: "all is up" in running.words())
    for line in ("broker is up", "database is up", "web is up", "worker is up", f"Go to {running.url}/"):
        assert line in running.words()
    assert f"The first owner comes in once by {running.url}/join/" in running.words()
    assert set(running.processes()) == {"web", "worker", "broker", "database"}


def test_the_secret_is_made_here_and_for_us_alone(running: Instance) -> None:
    assert running.place.secret_key.stat().st_mode & 0o777 == 0o600
    assert len(running.place.secret_key.read_text(encoding="ascii")) > 60
    for folder in (running.place.postgres, running.place.valkey, running.place.postgres_sockets):
        assert folder.stat().st_mode & 0o077 == 0


def test_no_part_but_web_and_worker_runs_as_root(running: Instance) -> None:
    for name in ("database", "broker"):
        assert running.processes()[name].uids().real != 0


def test_a_second_start_on_the_same_folder_is_refused_and_harms_nothing(running: Instance) -> None:
    done = running.manage("up", "--port", "0")
    assert done.returncode == 1
    assert "Precept already runs on the data folder" in done.stderr
    assert running.url in done.stderr
    assert running.is_whole()


def test_a_port_that_is_taken_is_named(running: Instance, tmp_path: Path) -> None:
    other = Instance(tmp_path / "other")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = other.manage("up", "--port", str(port))
    assert done.returncode == 1
    assert f"Port {port} on 127.0.0.1 cannot be used: Address already in use" in done.stderr
    assert not (tmp_path / "other" / "postgres").exists()


def test_every_command_works_on_the_running_instance(running: Instance) -> None:
    done = running.manage("shell", "-c", "from feedback.models import User; print('people:', User.objects.count())")
    assert done.returncode == 0, done.stderr
    assert "people: 0" in done.stdout


@pytest.mark.parametrize("part", ["web", "worker", "broker", "database"])
def test_a_part_that_is_killed_comes_back_and_nothing_is_lost(running: Instance, part: str) -> None:
    with running.rows() as rows:
        rows.execute("create table if not exists kept (part text)")
        rows.execute("insert into kept values (%s)", [part])
    running.broker().rpush("kept", part)
    victim = running.processes()[part]
    killed_at = datetime.now(UTC).isoformat()
    victim.kill()
    wait_for("another process in its place", 20, lambda: running.processes().get(part, victim) != victim)
    running.wait_until_up()
    assert status_of(running.url + "/sign-in/") == 200
    wait_for("a heartbeat after it", 20, lambda: str(running.last_heartbeat()) > killed_at)
    with running.rows() as rows:
        assert (part,) in rows.execute("select part from kept").fetchall()
    assert part in running.broker().lrange("kept", 0, -1)


def test_when_all_is_killed_nothing_is_left_running_and_nothing_is_lost(running: Instance) -> None:
    with running.rows() as rows:
        rows.execute("create table if not exists kept (part text)")
        rows.execute("insert into kept values ('all')")
    running.broker().rpush("kept", "all")
    everything = running.everything()
    everything[0].kill()
    psutil.wait_procs([psutil.Process(p.pid) for p in everything if p.is_running()], timeout=0)
    assert running.process is not None
    running.process.wait()
    _, alive = psutil.wait_procs(everything[1:], timeout=15)
    assert not alive
    running.start("--no-demo")
    with running.rows() as rows:
        assert ("all",) in rows.execute("select part from kept").fetchall()
    assert "all" in running.broker().lrange("kept", 0, -1)


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_ends_everything_and_starts_quickly_again(running: Instance, sent: signal.Signals) -> None:
    everything = running.everything()
    assert running.process is not None
    running.process.send_signal(sent)
    assert running.process.wait(30) == 0
    _, alive = psutil.wait_procs(everything, timeout=1)
    assert not alive
    assert "took too long" not in running.words()
    began = time.monotonic()
    running.start("--no-demo")
    assert time.monotonic() - began < LATER_START_SECONDS


def test_outside_servers_are_used_and_left_alone(running: Instance, tmp_path: Path) -> None:
    with running.rows() as rows:
        rows.execute("create database outside")
    other = Instance(
        tmp_path / "other",
        DATABASE_URL=f"postgresql://precept@/outside?host={running.place.postgres_sockets}",
        REDIS_URL=f"unix://{running.place.valkey_socket}?db=9",
        SECRET_KEY="a-key-for-tests-only-that-opens-nothing",
    )
    try:
        other.start("--no-demo")
        assert set(other.processes()) == {"web", "worker"}
        assert not other.place.secret_key.exists()
    finally:
        other.stop()
    assert running.is_whole()


def test_a_database_that_does_not_answer_is_said_in_a_sentence(tmp_path: Path) -> None:
    other = Instance(
        tmp_path / "other", DATABASE_URL=f"postgresql://ana@/x?host={tmp_path}", REDIS_URL="redis://localhost:1"
    )
    done = other.manage("up", "--port", "0")
    assert done.returncode == 1
    assert "precept: The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_broker_that_does_not_answer_is_said_in_a_sentence(running: Instance, tmp_path: Path) -> None:
    address = f"postgresql://precept@/precept?host={running.place.postgres_sockets}"
    other = Instance(tmp_path / "other", DATABASE_URL=address, REDIS_URL="redis://localhost:1")
    done = other.manage("up", "--port", "0")
    assert done.returncode == 1
    assert "precept: The broker does not answer" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() != 0, reason="only root's servers run under another account")
def test_root_starts_below_a_folder_that_is_closed_to_everybody_else(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="precept-closed-", dir="/tmp") as folder:
        instance = Instance(Path(folder) / "deep" / "data")
        instance.place.data.parent.mkdir()
        try:
            instance.start("--no-demo")
            assert instance.place.postgres.is_symlink()
            assert Path(folder).stat().st_mode & 0o777 == 0o700
            assert "is closed to the servers' account" in instance.words()
        finally:
            instance.stop()
            subprocess.run(["rm", "-rf", str(instance.place.postgres.resolve().parent)], check=True)
        assert not instance.place.run.exists()
