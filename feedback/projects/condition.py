"""The condition an instance is in: does the database answer, the broker, a worker, and are all migrations applied.

Every question is asked over a connection of its own that gives up after two seconds, so a server that hangs is seen as
one that does not answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache

import psycopg
import redis
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from feedback.projects.workers import Workers, find_workers

PATIENCE_SECONDS = 2


@dataclass(frozen=True)
class Condition:
    """What answers. `pending` lists migrations that are not applied; None means nobody can say."""

    database: bool
    broker: bool
    workers: Workers
    pending: list[str] | None

    @property
    def is_whole(self) -> bool:
        """Whether everything is up."""
        return self.database and self.broker and self.workers.count > 0 and self.pending == []

    def as_dict(self) -> dict[str, object]:
        """As `/healthz` shows it."""
        last: datetime | None = self.workers.last_heartbeat
        return {
            "status": "ok" if self.is_whole else "down",
            "database": up_or_down(self.database),
            "broker": up_or_down(self.broker),
            "workers": {"count": self.workers.count, "last_heartbeat": last.isoformat() if last else None},
            "migrations": {"pending": self.pending},
        }


def up_or_down(answers: bool) -> str:
    """One word."""
    return "up" if answers else "down"


def find_condition() -> Condition:
    """Ask everybody. Never raises."""
    try:
        pending = find_pending()
        database = True
    except psycopg.Error:
        pending, database = None, False
    try:
        return Condition(database, True, find_workers(), pending)
    except redis.RedisError:
        return Condition(database, False, Workers(0, None), pending)


def find_pending() -> list[str] | None:
    """Names of the migrations the database has not seen. Raises `psycopg.Error` when it does not answer."""
    with psycopg.connect(**connection_parameters()) as connection:
        connection.execute(f"set statement_timeout = {PATIENCE_SECONDS * 1000}")
        known = connection.execute("select to_regclass('django_migrations')").fetchone()
        applied = connection.execute("select app, name from django_migrations").fetchall() if known and known[0] else []
    return sorted(f"{app}.{name}" for app, name in ours() - set(applied))


def connection_parameters() -> dict[str, str]:
    """How the default database is reached, without what is Django's own."""
    parameters = dict(connections["default"].get_connection_params())
    for name in ("pool", "cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    return parameters | {"connect_timeout": str(PATIENCE_SECONDS)}


@cache
def ours() -> frozenset[tuple[str, str]]:
    """Every migration that comes with the code."""
    return frozenset(MigrationLoader(None).disk_migrations)
