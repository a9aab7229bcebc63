"""A file between being sent and being brought in: kept in the data folder, one per person and project, for a day.

Its name holds whose it is, so a token alone opens nothing, and a new upload takes the place of the one before.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from feedback.models import Project, User

A_DAY = 24 * 60 * 60
TOKEN = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Upload:
    """A kept file: where it lies, what it was called and how large it is."""

    token: str
    name: str
    size: int
    sha256: str
    path: Path


def folder() -> Path:
    """Where uploads wait."""
    return Path(settings.PLACE.data) / "uploads"


def keep(file: UploadedFile, project: Project, user: User) -> Upload:
    """Write an upload to disk in pieces, in place of this person's last one in this project."""
    sweep()
    if folder().exists():
        for old in kept_by(project, user):
            remove(old)
    return keep_pieces(file.chunks(), project, user, file.name or "upload")


def keep_pieces(pieces: Iterable[bytes], project: Project, user: User, name: str) -> Upload:
    """Write what comes in pieces to disk; when it breaks off nothing stays."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    token = secrets.token_hex(12)
    path = folder() / f"{project.pk}-{user.pk}-{token}"
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("xb") as out:
            for piece in pieces:
                out.write(piece)
                digest.update(piece)
                size += len(piece)
    except BaseException:
        remove(path)
        raise
    upload = Upload(token, Path(name).name[:255], size, digest.hexdigest(), path)
    path.with_suffix(".about").write_text(json.dumps({**asdict(upload), "path": str(path)}), encoding="utf-8")
    return upload


def find(token: str, project: Project, user: User) -> Upload | None:
    """This person's upload of that token, if it still waits."""
    if not TOKEN.fullmatch(token):
        return None
    path = folder() / f"{project.pk}-{user.pk}-{token}"
    try:
        about = json.loads(path.with_suffix(".about").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return Upload(**{**about, "path": path}) if path.is_file() else None


def let_go(upload: Upload) -> None:
    """Take an upload off the disk."""
    remove(upload.path)


def kept_by(project: Project, user: User) -> Iterator[Path]:
    """The files this person has waiting in this project."""
    return (path for path in folder().glob(f"{project.pk}-{user.pk}-*") if not path.suffix)


def sweep() -> None:
    """Take off what was left for more than a day."""
    for path in folder().glob("*-*-*"):
        try:
            if not path.suffix and path.stat().st_mtime < time.time() - A_DAY:
                remove(path)
        except FileNotFoundError:
            continue


def remove(path: Path) -> None:
    """Take a file and what is known about it off the disk; twice is no harm."""
    path.unlink(missing_ok=True)
    path.with_suffix(".about").unlink(missing_ok=True)
