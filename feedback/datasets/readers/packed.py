"""What is packed (gzip, zstd, bzip2, xz, zip), opened as streams that can begin anew. Knows nothing of what is inside.

Nothing is unpacked to disk but what can only be read with all of it at hand (Parquet, Arrow, a zip), into a nameless
temporary file that is gone when it is closed.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO, cast

import pyarrow

from feedback.errors import Refused

BUFFER = 1024 * 1024
AT_ONCE = 64 * 1024
LARGEST_SPOOLED = 8 * 1024**3
DATA = (".json", ".jsonl", ".ndjson", ".csv", ".tsv", ".parquet", ".arrow", ".gz", ".zst", ".zstd", ".bz2", ".xz")
ABOUT = {"state.json", "dataset_info.json", "dataset_infos.json", "dataset_dict.json", "manifest.json", "user.json",
         "package.json"}  # fmt: skip
ALONE = "conversations.json"  # what matters in a chat product's export, whatever else lies beside it
TROUBLES = (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, RuntimeError, NotImplementedError)
BROKEN = "What is packed in the file is damaged or breaks off; what comes after this row cannot be read."


class Broken(ValueError):
    """What is packed cannot be read on; the text is a sentence."""


class Unpacked(io.RawIOBase):
    """The content of something packed, read forward; going back begins anew."""

    def __init__(self, begin: Callable[[], IO[bytes]]) -> None:
        super().__init__()
        self.begin = begin
        self.inner: IO[bytes] | None = None
        self.at = 0

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def seekable(self) -> bool:
        """It can go back, at the price of reading again."""
        return True

    def tell(self) -> int:
        """How far it has been read."""
        return self.at

    def readinto(self, buffer: Any) -> int:
        """The next bytes; raises `Broken` where the packing is damaged."""
        try:
            self.inner = self.inner or self.begin()
            found = self.inner.read(len(buffer))
        except TROUBLES as trouble:
            raise Broken(why_broken(trouble)) from None
        buffer[: len(found)] = found
        self.at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, forward by reading."""
        target = offset + (self.at if whence == io.SEEK_CUR else 0)
        if target < self.at or whence == io.SEEK_END:
            self.inner, self.at = None, 0
        left = target - self.at if whence != io.SEEK_END else -1
        while left and (read := self.read(min(left, BUFFER) if left > 0 else BUFFER)):
            left -= len(read) if left > 0 else 0
        return self.at


def why_broken(trouble: BaseException) -> str:
    """Why something packed cannot be read, in a sentence."""
    if "password" in str(trouble) or "encrypted" in str(trouble):
        return "The zip is locked with a password. Unlock it, and bring it in again."
    if isinstance(trouble, NotImplementedError):
        return "The zip is packed in a way that cannot be read here. Pack it again as a plain zip."
    return BROKEN


class Lent:
    """A stream for somebody who would close it when done; it stays open."""

    closed = False

    def __init__(self, stream: BinaryIO) -> None:
        self.read = stream.read

    def close(self) -> None:
        """It is not theirs to close."""


def unpacked(stream: BinaryIO, kind: str) -> BinaryIO:
    """The content of a stream packed as `kind`."""
    return buffered(lambda: opened_as(stream, kind))


def opened_as(stream: BinaryIO, kind: str) -> IO[bytes]:
    """A packed stream from its first byte."""
    stream.seek(0)
    if kind == "zstd":
        inner = pyarrow.PythonFile(Lent(stream), mode="r")
        return cast("IO[bytes]", pyarrow.CompressedInputStream(inner, "zstd"))
    openers: dict[str, Callable[[BinaryIO], Any]] = {
        "gzip": lambda one: gzip.GzipFile(fileobj=one), "bzip2": bz2.BZ2File, "xz": lzma.LZMAFile,
    }  # fmt: skip
    return cast("IO[bytes]", openers[kind](stream))


def buffered(begin: Callable[[], IO[bytes]]) -> BinaryIO:
    """An `Unpacked` that reads ahead, so little that what comes before damage is still seen."""
    return cast("BinaryIO", io.BufferedReader(Unpacked(begin), AT_ONCE))


def members(stream: BinaryIO) -> list[tuple[str, Callable[[], BinaryIO]]]:
    """The files of a zip that may hold rows, by name in their natural order. Raises `Refused` when there are none."""
    try:
        archive = zipfile.ZipFile(stream)
    except (*TROUBLES, ValueError):
        raise Refused("The zip is damaged or breaks off. Pack it again.") from None
    names = {one.filename: one for one in archive.infolist() if not one.is_dir()}
    if "[Content_Types].xml" in names:
        raise Refused("This is an office file, not a table of text. Save it as CSV (UTF-8) and bring that in.")
    if any(one.flag_bits & 1 for one in names.values()):
        raise Refused("The zip is locked with a password. Unlock it, and bring it in again.")
    found = data_files(list(names))
    if not found:
        shown = ", ".join(sorted(names)[:5]) or "nothing"
        raise Refused(f"The zip holds no JSONL, JSON, CSV or Parquet file (but {shown}).")
    return [(name, lambda one=names[name]: buffered(lambda: archive.open(one))) for name in found]  # type: ignore[misc]


def zip_of(folder: Path, out: BinaryIO) -> None:
    """A folder as a zip, not squeezed, for those who take streams only. Raises `Refused` when it holds no rows."""
    names = data_files([str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()])
    if not names:
        raise Refused("The folder holds no JSONL, JSON, CSV, Parquet or Arrow file.")
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in names:
            archive.write(folder / name, name)


def data_files(names: list[str]) -> list[str]:
    """Those of these names that may hold rows, in their natural order: what tells about the data is left out."""
    kept = [name for name in names if holds_rows(PurePosixPath(name.replace("\\", "/")))]
    alone = [name for name in kept if PurePosixPath(name).name == ALONE]
    return sorted(alone or kept, key=natural)


def holds_rows(path: PurePosixPath) -> bool:
    """Whether a file may hold rows, by its name."""
    hidden = any(part.startswith((".", "__MACOSX", "cache-")) for part in path.parts)
    about = path.name in ABOUT or ".meta." in path.name
    return not hidden and not about and path.name.lower().endswith(DATA)


def natural(name: str) -> list[tuple[int, int, str]]:
    """A name in the order people count: part 2 before part 10."""
    return [(1, int(part), "") if part.isdigit() else (0, 0, part) for part in re.split(r"(\d+)", name)]


def spooled(stream: BinaryIO) -> BinaryIO:
    """The whole of a packed stream at hand, in a temporary file; streams that can jump are given back as they are."""
    if not isinstance(getattr(stream, "raw", None), Unpacked):
        return stream
    stream.seek(0)
    whole = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - closed by whoever reads it to its end
    size = 0
    for piece in pieces(stream):
        size += len(piece)
        if size > LARGEST_SPOOLED:
            raise Refused("This is too large to be read packed. Unpack it, and bring it in again.")
        whole.write(piece)
    whole.seek(0)
    return whole


def pieces(stream: BinaryIO) -> Iterator[bytes]:
    """A stream by the megabyte."""
    while piece := stream.read(BUFFER):
        yield piece
