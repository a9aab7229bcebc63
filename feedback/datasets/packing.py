"""How the rows of a file are written down: plain JSON lines, packed by gzip or zstd, or Parquet; and the hash of it.

What is written depends on the rows alone: no clock, no name, no machine is in it. Memory holds a group of rows.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO, Protocol

from feedback.datasets.behind import Behind
from feedback.datasets.columns import parquet_rows, parquet_schema
from feedback.datasets.pieces import Line
from feedback.datasets.writers.documents import Document

JSONL, PARQUET = "jsonl", "parquet"
SHAPES = (JSONL, PARQUET)
PACKS = ("", "gz", "zstd")
ENDS = {"": "", "gz": ".gz", "zstd": ".zst"}
GROUP, GROUP_BYTES = 10_000, 12_000_000
PIECE = 1024 * 1024
Put = Callable[[bytes], object]


class Packer(Protocol):
    """Takes rows as lines and as they are in JSON, and puts bytes."""

    def add(self, lines: Sequence[Line], data: Sequence[bytes]) -> None:
        """Take some rows; `data` are the lines in JSON, each with its end."""
        ...

    def close(self) -> None:
        """Put what is left."""
        ...


class Plain:
    """JSON lines as they are."""

    def __init__(self, put: Put) -> None:
        self.put = put

    def add(self, lines: Sequence[Line], data: Sequence[bytes]) -> None:
        """Put them."""
        self.put(b"".join(data))

    def close(self) -> None:
        """Nothing is left."""


class Documented(Plain):
    """One document: what stands before its rows, the rows, and what stands after them."""

    def __init__(self, put: Put, document: Document) -> None:
        super().__init__(put)
        self.document = document
        self.put(document.begin())

    def add(self, lines: Sequence[Line], data: Sequence[bytes]) -> None:
        """Put them as the document has them."""
        self.put(b"".join(self.document.row(line) for line in lines))

    def close(self) -> None:
        """Put the end."""
        self.put(self.document.end())


class Gzip(Plain):
    """JSON lines in one gzip stream, without a time in its head."""

    def __init__(self, put: Put) -> None:
        super().__init__(put)
        self.squeeze = zlib.compressobj(6, zlib.DEFLATED, 31)

    def add(self, lines: Sequence[Line], data: Sequence[bytes]) -> None:
        """Put what comes out."""
        self.put(self.squeeze.compress(b"".join(data)))

    def close(self) -> None:
        """Put the rest."""
        self.put(self.squeeze.flush())


class Zstd(Plain):
    """JSON lines in one zstd stream."""

    def __init__(self, put: Put) -> None:
        import pyarrow

        super().__init__(put)
        self.stream = pyarrow.CompressedOutputStream(pyarrow.PythonFile(Putting(put), "w"), "zstd")

    def add(self, lines: Sequence[Line], data: Sequence[bytes]) -> None:
        """Put what comes out."""
        self.stream.write(b"".join(data))

    def close(self) -> None:
        """Put the rest."""
        self.stream.close()


class Parquet:
    """Row groups of at most `GROUP` rows or `GROUP_BYTES` bytes, typed by the columns; without any, all is text."""

    def __init__(self, put: Put, columns: Mapping[str, str]) -> None:
        self.put, self.columns = put, columns
        self.waiting: list[Line] = []
        self.size = 0
        self.writer: Any = None

    def add(self, lines: Sequence[Line], data: Sequence[bytes]) -> None:
        """Keep them until there are enough for a group."""
        for line, one in zip(lines, data, strict=True):
            self.waiting.append(line)
            self.size += len(one)
            if len(self.waiting) >= GROUP or self.size >= GROUP_BYTES:
                self.flush()

    def flush(self) -> None:
        """Write a group."""
        import pyarrow
        from pyarrow import parquet

        if not self.columns and self.waiting:
            self.columns = dict.fromkeys(self.waiting[0], "any")
        schema = parquet_schema(self.columns)
        if self.writer is None:
            self.writer = parquet.ParquetWriter(pyarrow.PythonFile(Putting(self.put), "w"), schema, compression="zstd")
        if self.waiting:
            table = pyarrow.Table.from_pylist(parquet_rows(self.waiting, self.columns), schema=schema)
            self.writer.write_table(table, row_group_size=GROUP)
        self.waiting, self.size = [], 0

    def close(self) -> None:
        """Write the last group and the index."""
        if self.waiting or self.writer is None:
            self.flush()
        self.writer.close()


class Putting:
    """What a library takes for a file that only grows."""

    def __init__(self, put: Put) -> None:
        self.put = put
        self.place = 0
        self.closed = False

    def write(self, data: Any) -> int:
        """Pass it on."""
        self.put(bytes(data))
        self.place += len(data)
        return len(data)

    def tell(self) -> int:
        """How much has been written."""
        return self.place

    def writable(self) -> bool:
        """It is."""
        return True

    def readable(self) -> bool:
        """It is not."""
        return False

    def seekable(self) -> bool:
        """It is not."""
        return False

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """Whoever opened the file closes it."""
        self.closed = True


class Sink:
    """A file of rows being written: packed, counted and hashed on its way to `put`.

    With `behind` that is done in its thread while the next rows are made; `settle` waits for it.
    """

    def __init__(
        self, put: Put, *, shape: str = JSONL, pack: str = "", columns: Mapping[str, str],
        document: Document | None = None, behind: Behind | None = None,
    ) -> None:  # fmt: skip
        self.target, self.behind = put, behind
        self.reads_lines = shape == PARQUET or document is not None  # and not their bytes alone
        self.digest = hashlib.sha256()
        self.rows = self.size = 0
        self.packer: Packer = Parquet(self.take, columns) if shape == PARQUET else PACKERS[pack](self.take)
        if document is not None:
            self.packer = Documented(self.take, document)

    def take(self, data: bytes) -> None:
        """Count, hash and pass on."""
        if data:
            self.digest.update(data)
            self.size += len(data)
            self.target(data)

    def add(self, lines: Sequence[Line], data: Sequence[bytes]) -> None:
        """Take some rows."""
        self.rows += len(data)
        if self.behind is None:
            self.packer.add(lines, data)
        else:
            self.behind.do(self.packer.add, lines, data)

    def settle(self) -> None:
        """Wait until all that was taken is put. Raises what went wrong."""
        if self.behind is not None:
            self.behind.settle()

    def go_on_from(self, written: BinaryIO, rows: int) -> None:
        """Count what an earlier stretch of plain rows has written, to its end, as one's own."""
        while piece := written.read(PIECE):
            self.digest.update(piece)
            self.size += len(piece)
        self.rows = rows

    def close(self) -> None:
        """Put what is left."""
        self.settle()
        self.packer.close()

    @property
    def facts(self) -> dict[str, Any]:
        """Rows, size and hash of what has been taken, for the manifest."""
        self.settle()
        return {"rows": self.rows, "bytes": self.size, "sha256": self.digest.hexdigest()}


PACKERS: dict[str, Callable[[Put], Packer]] = {"": Plain, "gz": Gzip, "zstd": Zstd}


def ending(shape: str, pack: str) -> str:
    """How a file's name ends."""
    return f".{JSONL}{ENDS[pack]}" if shape == JSONL else f".{shape}"
