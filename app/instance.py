"""Which instance a command talks to, and whether it runs; asked before the settings are read. Knows no Django."""

from __future__ import annotations

import socket
import sys
from collections.abc import MutableMapping
from pathlib import Path

from app.environment import read_place

# Commands that need no running instance. Every other one talks to its database.
ALONE = {
    "up", "help", "version", "check", "collectstatic", "compilemessages", "diffsettings", "findstatic", "makemessages",
    "makemigrations", "optimizemigration", "squashmigrations", "startapp", "startproject", "test", "testserver",
}  # fmt: skip
TOLD_ALONE = {"--help", "-h", "--list"}  # what a command says of itself, whatever it is


def take_data_folder(argv: list[str], env: MutableMapping[str, str]) -> None:
    """Take `--data DIR` out of a command line and put it into the environment, so that it holds for every command."""
    for place, word in enumerate(argv[2:], start=2):
        if word == "--":
            return
        if word == "--data":
            if place + 1 >= len(argv):
                sys.exit("precept: --data needs the name of a folder after it.")
            env["PRECEPT_DATA"] = argv[place + 1]
            del argv[place : place + 2]
            return
        if word.startswith("--data="):
            env["PRECEPT_DATA"] = word.removeprefix("--data=")
            del argv[place]
            return


def require_running(argv: list[str], env: MutableMapping[str, str]) -> None:
    """Stop with a sentence when the command needs the embedded servers and they do not run."""
    alone = len(argv) < 2 or argv[1] in ALONE or argv[1].startswith("-") or TOLD_ALONE & set(argv)
    if alone or env.get("DATABASE_URL"):
        return
    place = read_place(env)
    if not answers(place.postgres_sockets / ".s.PGSQL.5432"):
        sys.exit(
            f"precept: no instance runs on the data folder {place.data}. Start one with 'make run' (or "
            "'manage.py up'), name another folder with --data, or set DATABASE_URL."
        )


def answers(path: Path) -> bool:
    """Whether somebody listens on a socket."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as client:
        client.settimeout(2)
        try:
            client.connect(str(path))
        except OSError:
            return False
        return True
