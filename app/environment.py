"""Typed readers of environment variables and the places an instance keeps its things. Knows no Django.

A value that cannot be read stops the start with one sentence (`BadSetting`).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from app.servers.accounts import closed_parent, servers_account
from feedback.errors import BadSetting

ROOT = Path(__file__).resolve().parent.parent
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}
SOCKET_PATH_LIMIT = 90


def read_flag(env: Mapping[str, str], name: str, default: bool) -> bool:
    """Read a yes or no."""
    text = env.get(name)
    if text is None:
        return default
    if text.strip().lower() in TRUE:
        return True
    if text.strip().lower() in FALSE:
        return False
    raise BadSetting(f"{name}={text!r} is neither yes nor no. Set it to 1 or 0, or leave it out.")


def read_hosts(env: Mapping[str, str], name: str, default: list[str]) -> list[str]:
    """Read a comma-separated list of host names; none may carry a scheme, a port or a path."""
    text = env.get(name)
    if text is None or not text.strip():
        return default
    hosts = [part.strip() for part in text.split(",") if part.strip()]
    for host in hosts:
        if "/" in host or " " in host:
            raise BadSetting(
                f"{name} holds {host!r}, which is not a host name. Write names with commas between, "
                "for example: precept.example.org,localhost"
            )
    return hosts


def read_database(url: str) -> dict[str, object]:
    """Turn `postgresql://user:password@host:port/name?option=value` into Django's settings."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise BadSetting(
            f"DATABASE_URL begins with {parts.scheme or 'no scheme'!r}. Precept keeps its rows in PostgreSQL: "
            "write postgresql://user:password@host:5432/name."
        )
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise BadSetting("DATABASE_URL names no database. Write postgresql://user:password@host:5432/name.")
    port = read_port(parts.netloc, "DATABASE_URL")
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port or ""),
        "OPTIONS": options,
    }


def read_port(netloc: str, name: str) -> int | None:
    """The port of an address, if it names one."""
    try:
        return urlsplit(f"//{netloc}").port
    except ValueError:
        raise BadSetting(f"{name} has a port that is not a number.") from None


def read_redis(url: str) -> str:
    """Check the address of a Redis-protocol server: redis://, rediss:// or unix://."""
    parts = urlsplit(url)
    if parts.scheme not in {"redis", "rediss", "unix"}:
        raise BadSetting(
            f"REDIS_URL begins with {parts.scheme or 'no scheme'!r}. Write redis://host:6379, rediss://… or unix:///path."
        )
    read_port(parts.netloc, "REDIS_URL")
    return url


def read_url(env: Mapping[str, str], name: str) -> str:
    """Read the address of a web service, or nothing."""
    text = env.get(name, "").strip()
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise BadSetting(f"{name}={text!r} is not a web address. Write https://host/path, or leave it out.")
    return text


def read_word(env: Mapping[str, str], name: str, default: str = "") -> str:
    """Read a value without blanks inside, such as a key or the name of a model."""
    text = env.get(name, "").strip()
    if any(character.isspace() or not character.isprintable() for character in text):
        raise BadSetting(f"{name} has a blank or a line break in it. Set it to the bare value, or leave it out.")
    return text or default


def read_seconds(env: Mapping[str, str], name: str, default: float) -> float:
    """Read a time in seconds, nought or more."""
    text = env.get(name, "").strip()
    try:
        seconds = float(text) if text else default
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds < 3600:
        raise BadSetting(f"{name}={text!r} is not a time in seconds. Write a number such as 0.5, or leave it out.")
    return seconds


def broker_address(url: str, number: int) -> str:
    """The same server as Celery wants it written, with database `number` unless the address names one of its own."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        named = dict(parse_qsl(parts.query)).get("db", str(number))
        return f"redis+socket://{parts.netloc}{parts.path}?virtual_host={named}"
    return with_database(url, number)


def with_database(url: str, number: int) -> str:
    """The same server with database `number`, unless the address names one of its own."""
    parts = urlsplit(url)
    if parts.scheme == "unix":
        return f"{url}?db={number}" if not parts.query else url
    if parts.path.strip("/"):
        return url
    return parts._replace(path=f"/{number}").geturl()


@dataclass(frozen=True)
class Place:
    """Where an instance keeps everything: one data folder, and sockets on short paths."""

    data: Path

    @property
    def run(self) -> Path:
        """The folder of the sockets: in the data folder when its path is short and open enough, else under /tmp."""
        inside = self.data / "run"
        short = len(os.fsencode(inside / "postgres" / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT
        if short and not closed_parent(self.data, servers_account(self.data)):
            return inside
        digest = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:10]
        return Path("/tmp") / f"precept-{digest}"

    @property
    def postgres(self) -> Path:
        """The database's files (a link when the servers' account cannot reach the data folder)."""
        return self.data / "postgres"

    @property
    def valkey(self) -> Path:
        """The broker's files (a link in the same case)."""
        return self.data / "valkey"

    @property
    def postgres_sockets(self) -> Path:
        """The folder PostgreSQL puts its socket into."""
        return self.run / "postgres"

    @property
    def valkey_socket(self) -> Path:
        """The broker's socket."""
        return self.run / "valkey" / "valkey.sock"

    @property
    def secret_key(self) -> Path:
        """The file of the secret made for this instance."""
        return self.data / "secret-key"

    @property
    def static(self) -> Path:
        """Where static files are collected to."""
        return self.data / "static"

    @property
    def database_url(self) -> str:
        """The embedded database's address."""
        return f"postgresql://precept@/precept?host={self.postgres_sockets}"

    @property
    def redis_url(self) -> str:
        """The embedded broker's address."""
        return f"unix://{self.valkey_socket}"


def read_place(env: Mapping[str, str]) -> Place:
    """The instance's data folder: `PRECEPT_DATA`, else `var/` in the checkout."""
    return Place(Path(env.get("PRECEPT_DATA") or ROOT / "var").expanduser().absolute())
