"""The embedded PostgreSQL: making the cluster, the command that runs it, and waiting until it answers.

It listens on a socket in a folder only its own account may enter (root may, too); behind that door nobody is asked for
a password. PostgreSQL sorts out by itself what a killed predecessor left in the cluster.
"""

from __future__ import annotations

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
    "max_connections": "100",
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
    """A cluster of ours. `throwaway` is for tests: quick, and its rows do not survive a crash of the machine."""

    cluster: Path
    sockets: Path
    account: Account | None = None
    throwaway: bool = False

    def programs(self) -> Path:
        """The folder of the programs that fit the cluster."""
        written_by = self.cluster / "PG_VERSION"
        major = written_by.read_text(encoding="ascii").strip() if written_by.exists() else ""
        return within_reach(find_postgres(major), self.account)

    def make_cluster(self) -> None:
        """Make an empty cluster, unless there is one; a half-made one is made anew by initdb's own clean-up."""
        if (self.cluster / "PG_VERSION").exists():
            return
        programs = self.programs()
        locale = UTF8_SINCE_17 if int(major_of(programs / "postgres") or 0) >= 17 else ("--locale=C.UTF-8",)
        options = ("-D", str(self.cluster), "-U", USER, "-E", "UTF8", "--auth=trust", "--no-sync", "--no-instructions")
        done = run_as(self.account, [str(programs / "initdb"), *options, *locale])
        if done.returncode:
            raise BadSetting(f"The database cannot be made in {self.cluster}: {last_line(done.stderr + done.stdout)}")

    def command(self) -> Command:
        """How to run it; SIGINT is PostgreSQL's quick and clean stop."""
        settings = SETTINGS | (FAST if self.throwaway else {})
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        program = str(self.programs() / "postgres")
        return Command(
            name="database",
            argv=(program, "-D", str(self.cluster), "-k", str(self.sockets), "-h", "", *options),
            account=self.account,
            farewell=signal.SIGINT,
            orphaned=signal.SIGINT,
            patience=20,
        )

    def address(self, database: str) -> str:
        """The connection string of one of its databases."""
        return f"host={self.sockets} user={USER} dbname={database} connect_timeout=2"

    def wait_until_up(self, alive: Callable[[], bool], seconds: float = 60) -> str:
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
