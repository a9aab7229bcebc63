"""The folders of an instance: the data folder, its lock and its secret, and where the servers' files really lie.

The servers' account must reach their files. When a folder above the data folder is closed to it, the files lie below
`/var/lib/precept/<id>/`, with a link in the data folder. No folder that is not ours gets other permissions.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from pathlib import Path
from typing import IO

from app.environment import Place
from app.servers.accounts import Account, closed_parent, make_folder, servers_account
from app.servers.binaries import ELSEWHERE
from app.servers.processes import Say
from feedback.errors import BadSetting

SECRET_LENGTH = 64
HARMLESS = {"lost+found"}


def open_data_folder(place: Place) -> None:
    """Make the data folder, or see that it is one of ours. Raises `BadSetting` when it is not."""
    data = place.data
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        names = {entry.name for entry in data.iterdir()} - HARMLESS
        if names and "instance-id" not in names:
            raise BadSetting(
                f"{data} holds other things than Precept's. Give it a folder of its own with --data (or PRECEPT_DATA)."
            )
        if not names:
            write_privately(data / "instance-id", secrets.token_hex(6))
        data.chmod(0o711 if servers_account(data) else 0o700)
    except OSError as trouble:
        raise BadSetting(
            f"The data folder {data} cannot be used: {trouble.strerror}. Choose another with --data."
        ) from None


def write_privately(path: Path, text: str) -> None:
    """Write a small file that only we may read, whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        if os.geteuid() == 0:
            os.fchown(file.fileno(), path.parent.stat().st_uid, path.parent.stat().st_gid)
    fresh.rename(path)


def make_secret(place: Place) -> str:
    """The instance's secret; made at the first start."""
    if not place.secret_key.exists():
        write_privately(place.secret_key, secrets.token_urlsafe(SECRET_LENGTH))
    return place.secret_key.read_text(encoding="ascii").strip()


def lock(place: Place) -> IO[str]:
    """Hold the data folder for us alone as long as the file stays open. Raises `BadSetting` when another does."""
    file = (place.data / "up.lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        raise BadSetting(f"Precept already runs on the data folder {place.data}{described(file.read())}.") from None
    return file


def sign(file: IO[str], url: str) -> None:
    """Write into the lock who holds it and where it listens."""
    file.truncate(0)
    file.write(json.dumps({"pid": os.getpid(), "address": url}))
    file.flush()


def described(text: str) -> str:
    """Who holds the lock, as far as the file tells."""
    try:
        holder = json.loads(text)
        return f": process {holder['pid']}, {holder['address']}"
    except (ValueError, KeyError, TypeError):
        return ""


def lay_out(place: Place, account: Account | None, say: Say) -> None:
    """Make the folders of servers and sockets, with the owners and modes they need."""
    closed = closed_parent(place.data, account)
    for folder in (place.postgres, place.valkey):
        if closed and not folder.is_symlink():
            move_away(folder, home_elsewhere(place) / folder.name, account)
            say(
                "data",
                f"{closed} is closed to the servers' account, so {folder.name} keeps its files in {folder.resolve()}",
            )
        make_folder(folder.resolve(), 0o700, account)
    make_folder(place.run, 0o711)
    for folder in (place.postgres_sockets, place.valkey_socket.parent):
        make_folder(folder, 0o700, account)


def home_elsewhere(place: Place) -> Path:
    """Where the servers' files lie when the data folder is out of their reach."""
    name = (place.data / "instance-id").read_text(encoding="ascii").strip()
    home = ELSEWHERE / name
    home.mkdir(parents=True, exist_ok=True)
    for folder in (ELSEWHERE, home):
        folder.chmod(0o755)
    return home


def move_away(folder: Path, home: Path, account: Account | None) -> None:
    """Put a link where the folder was, and what it held into `home`."""
    if folder.is_dir():
        shutil.rmtree(home, ignore_errors=True)
        fresh = home.with_name(home.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        shutil.copytree(folder, fresh, symlinks=True)
        for path in (fresh, *fresh.rglob("*")):
            if account:
                os.chown(path, account.uid, account.gid, follow_symlinks=False)
        fresh.rename(home)
        shutil.rmtree(folder)
    folder.symlink_to(home)
