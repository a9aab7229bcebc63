"""The embedded PostgreSQL: making the cluster, the command that runs it, and waiting until it answers.

It listens on a socket in a folder only its own account may enter (root may, too); behind that door nobody is asked for
a password. PostgreSQL sorts out by itself what a killed predecessor left in the cluster.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from app.servers.accounts import Account
from app.servers.binaries import find_postgres, major_of, within_reach
from app.servers.processes import Command
from feedback.errors import BadSetting

USER = "precept"
SETTINGS = {
    "shared_buffers": "64MB",
    "max_connections": "150",
    "unix_socket_permissions": "0700",
    "log_line_prefix": "",
    "log_checkpoints": "off",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "200"}
UTF8_SINCE_17 = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


@dataclass(frozen=True, kw_only=True)
class Postgres:
    """A cluster of ours, in a folder named after PostgreSQL's major version inside `folder`.

    `throwaway` is for tests: quick, and its rows do not survive a crash of the machine.
    """

    folder: Path
    sockets: Path
    account: Account | None = None
    throwaway: bool = False

    def find_cluster(self) -> Path | None:
        """The newest cluster there is."""
        numbered = [path for path in self.folder.iterdir() if path.name.isdigit()]
        return max(numbered, key=lambda path: int(path.name), default=None)

    def make_cluster(self) -> None:
        """Make an empty cluster, unless there is one. It gets its name only when it is whole."""
        if self.find_cluster():
            return
        programs = within_reach(find_postgres(), self.account)
        major = major_of(programs / "postgres")
        fresh = self.folder / "new"
        shutil.rmtree(fresh, ignore_errors=True)
        locale = UTF8_SINCE_17 if int(major or 0) >= 17 else ("--locale=C.UTF-8",)
        options = ["-D", str(fresh), "-U", USER, "-E", "UTF8", "--auth=trust", "--no-instructions", *locale]
        hurry = ["--no-sync"] if self.throwaway else []
        done = run_as(self.account, [str(programs / "initdb"), *options, *hurry])
        if done.returncode:
            raise BadSetting(f"The database cannot be made in {self.folder}: {last_line(done.stderr + done.stdout)}")
        fresh.rename(self.folder / major)

    def command(self) -> Command:
        """How to run it; SIGINT is PostgreSQL's quick and clean stop."""
        cluster = self.find_cluster()
        assert cluster is not None
        settings = SETTINGS | (FAST if self.throwaway else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        program = str(within_reach(find_postgres(cluster.name), self.account) / "postgres")
        return Command(
            name="database",
            argv=(program, "-D", str(cluster), "-k", str(self.sockets), "-h", "", *options),
            account=self.account,
            farewell=signal.SIGINT,
            orphaned=signal.SIGINT,
            patience=20,
        )

    def address(self, database: str) -> str:
        """The connection string of one of its databases."""
        return f"host={self.sockets} user={USER} dbname={database} connect_timeout=2"

    def wait_until_up(self, alive: Callable[[], bool], seconds: float = 300) -> str:
        """Wait until it answers and say its version. Raises `BadSetting` when it died or the time is over."""
        until = time.monotonic() + seconds
        while True:
            try:
                with psycopg.connect(self.address("postgres")) as connection:
                    return f"PostgreSQL {connection.info.server_version // 10000}"
            except psycopg.OperationalError as trouble:
                if not alive() or time.monotonic() > until:
                    raise BadSetting(f"The database does not start: {last_line(str(trouble))}") from None
            time.sleep(0.05)

    def make_database(self, name: str) -> None:
        """Make the database unless it is there."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))


def run_as(account: Account | None, argv: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a program to its end under the account."""
    return subprocess.run(
        argv,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        timeout=120,
        check=False,
    )


def last_line(text: str) -> str:
    """The last line that says something."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing."
