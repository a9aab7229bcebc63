"""Which workers answer. A worker writes its heartbeat into the broker; pages and `/healthz` read it there.

The heartbeats are one sorted set: the worker's name with the second of its last beat. It does not know what workers do.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

import redis
from django.conf import settings

HEARTBEATS = "precept:workers"
RUNG = "precept:sweep-rung"
ALIVE_SECONDS = 20
FORGOTTEN_SECONDS = 7 * 24 * 3600
LOOK_AGAIN_SECONDS = 3


@dataclass(frozen=True)
class Workers:
    """How many workers answer now, and when one last did."""

    count: int
    last_heartbeat: datetime | None


@cache
def broker() -> redis.Redis:
    """A client of the broker that gives up quickly."""
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, decode_responses=True)


def record_heartbeat(name: str) -> None:
    """Say that the worker of this name is alive."""
    now = time.time()
    pipe = broker().pipeline()
    pipe.zadd(HEARTBEATS, {name: now})
    pipe.zremrangebyscore(HEARTBEATS, 0, now - FORGOTTEN_SECONDS)
    pipe.execute()


def record_farewell(name: str) -> None:
    """Say that the worker of this name has ended: its beat is made to look old, not forgotten."""
    broker().zadd(HEARTBEATS, {name: time.time() - ALIVE_SECONDS}, xx=True)


def may_ring(seconds: int) -> bool:
    """Whether it is this worker's turn to ring for the sweep: one of them all, once in `seconds`."""
    return bool(broker().set(RUNG, "1", nx=True, ex=seconds))


def find_workers() -> Workers:
    """The workers as they stand. Raises `redis.RedisError` when the broker does not answer."""
    pipe = broker().pipeline()
    pipe.zcount(HEARTBEATS, time.time() - ALIVE_SECONDS, "+inf")
    pipe.zrange(HEARTBEATS, -1, -1, withscores=True)
    count, last = pipe.execute()
    return Workers(int(count), datetime.fromtimestamp(last[0][1], UTC) if last else None)


def no_worker_answers() -> bool:
    """Whether nobody would take up a task now. For pages: remembers its answer for a few seconds and never raises."""
    return looked_up(int(time.monotonic() / LOOK_AGAIN_SECONDS)) == 0


def looked_up(moment: int) -> int:
    """How many workers answer, asked at most once a moment."""
    if SEEN[0] != moment:
        SEEN[:] = [moment, count_workers()]
    return SEEN[1]


def count_workers() -> int:
    """How many workers answer; none when the broker does not."""
    try:
        return find_workers().count
    except redis.RedisError:
        return 0


SEEN = [-1, 0]
