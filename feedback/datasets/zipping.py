"""A zip file made while it is read: stored, with no clock in it, so that the same files make the same zip."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import IO, Any

PIECE = 1024 * 1024


class Window(io.RawIOBase):
    """What the zip writer wrote since last asked; cannot seek, so the archive is made for streaming."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def write(self, data: Any) -> int:
        """Keep a piece."""
        self.pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Hand out what there is."""
        data = b"".join(self.pieces)
        self.pieces.clear()
        return data


class Zip:
    """A zip with one folder in it."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.window = Window()
        self.archive = zipfile.ZipFile(self.window, "w", zipfile.ZIP_STORED)

    def file(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """A file to be written, of whatever size."""
        about = zipfile.ZipInfo(f"{self.folder}/{name}")  # dated 1980, as all of them
        about.external_attr = 0o644 << 16
        return self.archive.open(about, "w", force_zip64=True)

    def whole(self, name: str, content: bytes) -> bytes:
        """The piece with a whole small file."""
        with self.file(name) as target:
            target.write(content)
        return self.taken()

    def copied(self, name: str, source: IO[bytes]) -> Iterator[bytes]:
        """The pieces with a file that is read from elsewhere."""
        with self.file(name) as target:
            while piece := source.read(PIECE):
                target.write(piece)
                yield self.taken()

    def closed(self) -> bytes:
        """The last piece."""
        self.archive.close()
        return self.taken()

    def taken(self) -> bytes:
        """What has been made since last asked."""
        return self.window.taken()

    def drop(self) -> None:
        """Nobody wants the rest of it. After its end: nothing."""
        self.archive.fp = None


@contextmanager
def dropped(archive: Zip) -> Iterator[None]:
    """A zip that is given up when the block is left before its end: Python would try to finish it."""
    try:
        yield
    finally:
        archive.drop()
