"""Servers for the tests: a PostgreSQL and a Valkey of their own in a folder that is thrown away, never the developer's.

Started before the settings are read (see `tests.settings`), unless DATABASE_URL and REDIS_URL name others. When tests
run in several processes at once, they share one PostgreSQL, where each has a database, and have a Valkey each.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from app.servers.accounts import make_folder, servers_account
from app.servers.postgres import USER, Postgres
from app.servers.processes import Child
from app.servers.valkey import Valkey

STARTED = "PRECEPT_TESTS_STARTED_A_BROKER"


def silent(name: str, line: str) -> None:
    """Let the servers talk to themselves."""


def start_missing_servers() -> None:
    """Start what the environment does not name, and name it there."""
    if os.environ.get("PYTEST_XDIST_WORKER") and os.environ.get(STARTED):
        os.environ.pop("REDIS_URL", None)
    wanted = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if not wanted:
        return
    home = Path(tempfile.mkdtemp(prefix="precept-tests-", dir="/tmp"))
    home.chmod(0o711)
    children: list[Child] = []
    atexit.register(clear_away, home, children)
    if "DATABASE_URL" in wanted:
        children.append(start_postgres(home / "pg"))
        os.environ["DATABASE_URL"] = f"postgresql://{USER}@/postgres?host={home / 'pg'}"
    if "REDIS_URL" in wanted:
        children.append(start_valkey(home / "vk"))
        os.environ["REDIS_URL"] = f"unix://{home / 'vk' / 'valkey.sock'}"
        os.environ[STARTED] = "1"


def start_postgres(folder: Path) -> Child:
    """A quick PostgreSQL whose rows nobody will miss."""
    account = servers_account(folder)
    make_folder(folder, 0o700, account)
    server = Postgres(folder=folder, sockets=folder, account=account, throwaway=True)
    server.make_cluster()
    child = Child(server.command(), silent)
    server.wait_until_up(child.is_alive)
    return child


def start_valkey(folder: Path) -> Child:
    """A Valkey that keeps nothing."""
    account = servers_account(folder)
    make_folder(folder, 0o700, account)
    server = Valkey(folder=folder, socket=folder / "valkey.sock", account=account, throwaway=True)
    child = Child(server.command(), silent)
    server.wait_until_up(child.is_alive)
    return child


def clear_away(home: Path, children: list[Child]) -> None:
    """End the servers and remove what they wrote."""
    for child in children:
        child.ask_to_end()
    for child in children:
        child.wait_for_end()
    shutil.rmtree(home, ignore_errors=True)
