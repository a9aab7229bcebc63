"""Starts the embedded servers that are wanted, both at once, and says when they are up."""

from __future__ import annotations

import time

from app.environment import Place
from app.servers.accounts import servers_account
from app.servers.folders import lay_out
from app.servers.postgres import USER, Postgres
from app.servers.supervisor import Supervisor
from app.servers.valkey import Valkey


def start_servers(supervisor: Supervisor, place: Place, *, database: bool, broker: bool) -> None:
    """Start what is wanted and wait until it answers. Raises `BadSetting` when it does not."""
    if not database and not broker:
        return
    account = servers_account(place.data)
    lay_out(place, account, supervisor.say)
    began = time.monotonic()
    waiting = []
    if broker:
        valkey = Valkey(folder=place.valkey.resolve(), socket=place.valkey_socket, account=account)
        waiting.append(("broker", valkey, supervisor.start(valkey.command(), foundation=True)))
    if database:
        postgres = Postgres(folder=place.postgres.resolve(), sockets=place.postgres_sockets, account=account)
        postgres.make_cluster()
        waiting.append(("database", postgres, supervisor.start(postgres.command(), foundation=True)))
    for name, server, child in waiting:
        version = server.wait_until_up(child.is_alive)
        supervisor.say("precept", f"{name} is up: {version} in {place.data} ({time.monotonic() - began:.1f} s)")
    if database:
        postgres.make_database(USER)
