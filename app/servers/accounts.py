"""Under which account the servers run, and which folders that account can reach.

PostgreSQL refuses to run as root. So when root starts Precept, the servers run under another account: the owner of the
data folder when that is an ordinary user, else `nobody`. No folder that is not ours ever gets other permissions.
"""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

from feedback.errors import BadSetting

CANDIDATES = ("nobody", "daemon")


@dataclass(frozen=True)
class Account:
    """An account of this machine that is not root."""

    name: str
    uid: int
    gid: int


def servers_account(data: Path) -> Account | None:
    """Whom the servers run as; None means as the one who starts them."""
    if os.geteuid() != 0:
        return None
    owner = data.stat().st_uid if data.exists() else 0
    if owner != 0:
        return account_of(pwd.getpwuid(owner))
    for name in CANDIDATES:
        try:
            return account_of(pwd.getpwnam(name))
        except KeyError:
            continue
    raise BadSetting(
        "PostgreSQL does not run as root, and this machine has no account called nobody. "
        "Start Precept as an ordinary user, or set DATABASE_URL."
    )


def account_of(entry: pwd.struct_passwd) -> Account:
    """The account of an entry of the password file."""
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def closed_parent(path: Path, account: Account | None) -> Path | None:
    """The first folder above `path` that this account may not pass through, if any."""
    if account is None:
        return None
    for folder in reversed(path.absolute().parents):
        if folder.exists() and not may(folder, account, stat.S_IXOTH):
            return folder
    return None


def may(path: Path, account: Account, wish: int) -> bool:
    """Whether the account has the permissions `wish` (written as for others, `stat.S_IROTH` and so on) on `path`."""
    found = path.stat()
    if found.st_uid == account.uid:
        wish <<= 6
    elif found.st_gid == account.gid:
        wish <<= 3
    return found.st_mode & wish == wish


def make_folder(path: Path, mode: int, account: Account | None = None) -> None:
    """Make a folder of ours with exactly this mode and owner; one that is there already must be ours."""
    path.mkdir(parents=True, exist_ok=True)
    owner = account.uid if account else os.geteuid()
    found = path.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {owner, os.geteuid()}:
        raise BadSetting(f"{path} is there but belongs to somebody else. Remove it, or choose another data folder.")
    if found.st_uid != owner and account:
        os.chown(path, account.uid, account.gid)
    if stat.S_IMODE(found.st_mode) != mode:
        path.chmod(mode)
