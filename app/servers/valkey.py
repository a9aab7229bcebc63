"""The embedded Valkey: broker, channel layer and cache behind one socket.

What it is told is appended to a file before it answers, so a kill loses nothing it acknowledged. Nothing hangs on that:
the truth about work is rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import redis

from app.servers.accounts import Account
from app.servers.binaries import find_valkey, within_reach
from app.servers.processes import Command
from feedback.errors import BadSetting

DATABASES = 16


@dataclass(frozen=True, kw_only=True)
class Valkey:
    """A server of ours; a `throwaway` one keeps nothing on disk."""

    folder: Path
    socket: Path
    account: Account | None = None
    throwaway: bool = False

    def command(self) -> Command:
        """How to run it."""
        settings = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "databases": str(DATABASES),
            "save": "",
            "appendonly": "no" if self.throwaway else "yes",
            "appendfsync": "everysec",
            "loglevel": "warning",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        program = str(within_reach(find_valkey(), self.account))
        return Command(name="broker", argv=(program, *options), account=self.account, patience=10)

    def wait_until_up(self, alive: Callable[[], bool], seconds: float = 30) -> str:
        """Wait until it answers and say its version. Raises `BadSetting` when it died or the time is over."""
        until = time.monotonic() + seconds
        while True:
            client = redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2)
            try:
                info = client.info("server")
                return (
                    f"Valkey {info['valkey_version']}" if "valkey_version" in info else f"Redis {info['redis_version']}"
                )
            except redis.RedisError as trouble:
                if not alive() or time.monotonic() > until:
                    raise BadSetting(f"The broker does not start: {trouble}") from None
            finally:
                client.close()
            time.sleep(0.05)
