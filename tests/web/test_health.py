"""`/healthz` and the question whether a worker answers, with each part missing in turn."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import Client
from pytest_django import Settings

from feedback.projects import condition, workers

pytestmark = pytest.mark.django_db
NOWHERE = "redis://127.0.0.1:1"


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    """No worker yet, and nothing remembered of the last test."""
    workers.broker.cache_clear()
    workers.broker().delete(workers.HEARTBEATS, workers.RUNG)
    workers.SEEN[:] = [-1, 0]
    yield
    workers.broker.cache_clear()


@pytest.fixture
def silent_port() -> Iterator[int]:
    """A port where somebody listens but never says a word."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_all_up(client: Client) -> None:
    workers.record_heartbeat("ours@here")
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json()["status"] == "ok"
    assert answer.json()["workers"]["count"] == 1
    assert answer.json()["migrations"] == {"pending": []}
    assert "no-store" in answer["Cache-Control"]


def test_no_worker(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["workers"] == {"count": 0, "last_heartbeat": None}
    assert answer.json()["database"] == answer.json()["broker"] == "up"


def test_a_worker_that_fell_silent_counts_no_more_but_its_last_beat_is_told() -> None:
    workers.broker().zadd(workers.HEARTBEATS, {"ours@here": time.time() - workers.ALIVE_SECONDS - 1})
    found = workers.find_workers()
    assert found.count == 0
    assert found.last_heartbeat is not None


def test_a_worker_that_said_farewell_counts_no_more() -> None:
    workers.record_heartbeat("ours@here")
    workers.record_farewell("ours@here")
    assert workers.find_workers().count == 0


def test_no_broker(client: Client, settings: Settings) -> None:
    settings.REDIS_URL = NOWHERE
    workers.broker.cache_clear()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert (answer.json()["database"], answer.json()["broker"]) == ("up", "down")


def test_no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nowhere")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["database"] == "down"
    assert answer.json()["migrations"] == {"pending": None}


def test_a_migration_that_is_not_applied(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    known = condition.ours()
    monkeypatch.setattr(condition, "ours", lambda: known | {("feedback", "9999_later")})
    workers.record_heartbeat("ours@here")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == {"pending": ["feedback.9999_later"]}


def test_servers_that_hang_are_down_within_seconds(
    silent_port: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = f"redis://127.0.0.1:{silent_port}"
    workers.broker.cache_clear()
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connections["default"].settings_dict, "PORT", str(silent_port))
    began = time.monotonic()
    found = condition.find_condition()
    assert not found.database
    assert not found.broker
    assert time.monotonic() - began < 6


def test_pages_learn_whether_a_worker_answers_without_asking_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(workers, "count_workers", lambda: asked.append(1) or 0)
    monkeypatch.setattr(workers.time, "monotonic", lambda: 300.0)
    assert workers.no_worker_answers()
    assert workers.no_worker_answers()
    assert len(asked) == 1


def test_of_many_workers_one_rings_for_the_sweep() -> None:
    assert [workers.may_ring(20) for _ in range(3)] == [True, False, False]
