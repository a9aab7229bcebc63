"""From files to records, one at a time: JSONL, JSON, CSV, Parquet, Arrow, folders and zips of them, packed or not.

What cannot be read is a record too (`trouble` says why), so that one bad row need not stop the rest. Memory is bounded
whatever the size of the file. A stream must be able to seek. A list whose elements mean nothing alone (the edits of one
text) is one record, `{"file": name, "edits": [...]}`; and so that the files of a zip or folder that are one object
each can be told apart, those objects get their `file`, too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

import orjson

from feedback.datasets.readers import packed
from feedback.datasets.readers.columnar import arrow_rows, parquet_rows
from feedback.datasets.readers.documents import document
from feedback.datasets.readers.elements import elements
from feedback.datasets.readers.found import LARGEST, Found, decoded, too_long
from feedback.datasets.readers.tables import csv_rows, delimiter_of
from feedback.errors import Refused

__all__ = ["LARGEST", "Found", "records"]

SNIFFED = 65536
DEEPEST = 3
MARK = b"\xef\xbb\xbf"
BINARY = {
    b"PK\x03\x04": "zip", b"PK\x05\x06": "zip", b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz", b"PAR1": "parquet", b"ARROW1": "arrow", b"\xff\xff\xff\xff": "arrow",
}  # fmt: skip
FOREIGN = {b"%PDF": "a PDF", b"7z\xbc\xaf": "a 7z archive", b"Rar!": "a RAR archive", b"SQLite format 3": "a database",
           b"\x89PNG": "a picture", b"\x80\x04": "a Python pickle"}  # fmt: skip
PACKED = ("gzip", "zstd", "bzip2", "xz")
EDIT = {"type", "before", "after", "accept_or_reject"}  # an element that means nothing without its text's others


def records(source: BinaryIO | Path, filename: str = "") -> Iterator[Found]:
    """All records of a file, a folder or a stream, whichever kind it is. Raises `Refused` when it is none."""
    if not isinstance(source, Path):
        return told(in_stream(source, filename, 0))
    if source.is_dir():
        return told(in_folder(source))
    return told(in_file(source, filename or source.name))


def told(found: Iterator[Found]) -> Iterator[Found]:
    """Records as far as they can be read, and a sentence where the packing breaks."""
    line, file = 0, ""
    try:
        for one in found:
            line, file = one.line, one.file
            yield one
    except packed.Broken as trouble:
        yield Found(line + 1, trouble=str(trouble), file=file)


def in_file(path: Path, filename: str) -> Iterator[Found]:
    """The records of a file on disk."""
    with path.open("rb") as stream:
        yield from in_stream(stream, filename, 0)


def in_stream(stream: BinaryIO, filename: str, depth: int) -> Iterator[Found]:
    """The records of a stream; what is packed is unpacked on the way. Raises `Refused`."""
    try:
        kind = kind_of_file(stream, filename)
    except packed.Broken as trouble:
        raise Refused(str(trouble).replace("; what comes after this row cannot be read", "")) from None
    if kind in (*PACKED, "zip") and depth >= DEEPEST:
        raise Refused(f"The file is packed more than {DEEPEST} times over. Unpack it, and bring it in again.")
    if kind in PACKED:
        return in_stream(packed.unpacked(stream, kind), PurePosixPath(filename).stem, depth + 1)
    if kind == "zip":
        return in_several(packed.members(packed.spooled(stream)), depth + 1)
    if kind in ("parquet", "arrow"):
        whole = packed.spooled(stream)
        return parquet_rows(whole) if kind == "parquet" else arrow_rows(whole)
    readers: dict[str, Callable[[], Iterator[Found]]] = {
        "csv": lambda: csv_rows(stream), "jsonl": lambda: json_lines(stream),
        "json": lambda: json_list(stream, filename), "document": lambda: document(stream, begin_of(stream)),
    }  # fmt: skip
    return readers[kind]()


def in_folder(folder: Path) -> Iterator[Found]:
    """The records of all files in a folder that hold rows. Raises `Refused` when there are none."""
    names = packed.data_files([str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()])
    if not names:
        raise Refused("The folder holds no JSONL, JSON, CSV, Parquet or Arrow file.")
    return in_several([(name, lambda name=name: (folder / name).open("rb")) for name in names], 1)  # type: ignore[misc]


def in_several(files: list[tuple[str, Callable[[], BinaryIO]]], depth: int) -> Iterator[Found]:
    """The records of several files, one after the other; a file that cannot be read is a bad row that names it."""
    for name, open_ in files:
        with open_() as stream:
            try:
                for one in told(in_stream(stream, name, depth)):
                    yield named(one, name) if len(files) > 1 else one
            except Refused as trouble:
                if len(files) == 1:
                    raise
                yield Found(1, trouble=f"{name}: {trouble}", file=name)


def named(one: Found, name: str) -> Found:
    """A record with the name of its file; an object that is a file by itself knows it, too."""
    file = f"{name}/{one.file}" if one.file else name
    trouble = f"{file}: {one.trouble}" if one.trouble and not one.file else one.trouble
    record = one.record
    if isinstance(record, dict) and one.alone and "file" not in record:
        record = {**record, "file": file}
    return replace(one, record=record, file=file, trouble=trouble)


def kind_of_file(stream: BinaryIO, filename: str = "") -> str:
    """What kind of file it is, from its first bytes; the name decides only between CSV and nothing."""
    stream.seek(0)
    start = stream.read(SNIFFED)
    stream.seek(0)
    kind = next((kind for magic, kind in BINARY.items() if start.startswith(magic)), "")
    if kind:
        return kind
    refuse_foreign(start)
    start = start.removeprefix(MARK)
    begin = start.lstrip()
    if not begin:
        raise Refused("The file is empty." if not start else "The file holds nothing but white space.")
    if begin[:1] == b"[":
        return "json"
    if begin[:1] == b"{":
        return "document" if is_document(stream) else "jsonl"
    header = begin.splitlines()[0].decode("utf-8", "replace")
    if filename.lower().endswith((".csv", ".tsv")) or delimiter_of(header):
        return "csv"
    raise Refused(f"The file is neither JSON nor CSV with named columns; it begins with {header[:60]!r}.")


def refuse_foreign(start: bytes) -> None:
    """Raise `Refused` for what is known to hold no rows that could be read."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("The file is written in UTF-16. Save it as UTF-8 and bring it in again.")
    if start[257:262] == b"ustar":
        raise Refused("The file is a tar archive. Pack it as a zip, or bring in the files one by one.")
    foreign = next((name for magic, name in FOREIGN.items() if start.startswith(magic)), "")
    if foreign:
        raise Refused(f"The file is {foreign}. JSONL, JSON, CSV, Parquet and Arrow can be read, and zips of them.")


def is_document(stream: BinaryIO) -> bool:
    """Whether a file that begins with an object is that one object, not one object on each line."""
    begin = begin_of(stream)
    stream.seek(begin)
    first = stream.readline(LARGEST + 1)
    while not first.strip():
        first = stream.readline(LARGEST + 1)
    second = next_line(stream)
    row = decoded(1, first).record
    if isinstance(row, dict):
        return not second
    if len(first) > LARGEST and not first.endswith(b"\n"):
        return True
    opens = first.rstrip().endswith((b"{", b"[", b",", b":"))
    return opens and not isinstance(decoded(2, second or b"?").record, dict)


def next_line(stream: BinaryIO) -> bytes:
    """The next line that is not empty, or nothing."""
    while line := stream.readline(LARGEST + 1):
        if line.strip():
            return line
    return b""


def begin_of(stream: BinaryIO) -> int:
    """Where the content begins, after the byte order mark if there is one."""
    stream.seek(0)
    return len(MARK) if stream.read(len(MARK)) == MARK else 0


def json_lines(stream: BinaryIO) -> Iterator[Found]:
    """One object a line; empty lines do not count."""
    number = 0
    stream.seek(begin_of(stream))
    while line := stream.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST:
            skip_line(stream, line)
            yield Found(number, trouble=too_long())
        elif line.strip():
            yield decoded(number, line)


def skip_line(stream: BinaryIO, line: bytes) -> None:
    """Read on to the end of a line that is too long to be kept."""
    while line and not line.endswith(b"\n"):
        line = stream.readline(LARGEST)


def json_list(stream: BinaryIO, filename: str) -> Iterator[Found]:
    """The elements of one JSON list, each decoded by itself; the edits of one text together."""
    stream.seek(begin_of(stream))
    position = 0
    try:
        for position, element in enumerate(elements(stream, LARGEST), 1):
            found = decoded(position, element)
            if position == 1 and isinstance(found.record, dict) and set(found.record) >= EDIT:
                yield together(stream, filename)
                return
            yield found
    except packed.Broken:
        raise
    except ValueError as trouble:
        yield Found(position + 1, trouble=str(trouble))


def together(stream: BinaryIO, filename: str) -> Found:
    """A list as one record."""
    stream.seek(begin_of(stream))
    raw = stream.read(LARGEST + 1)
    if len(raw) > LARGEST:
        return Found(1, trouble=too_long())
    try:
        return Found(1, {"file": filename, "edits": orjson.loads(raw)})
    except orjson.JSONDecodeError:
        return decoded(1, raw)
