"""From bytes to records: JSONL by the line, a JSON list by the element, CSV by the row. Nothing is held but one record.

What cannot be read is a record too (`trouble` says why), so that one bad row need not stop the rest. `line` is the line
in JSONL and CSV files and the position in a JSON list, from 1. The stream must be able to seek.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

import orjson

from feedback.datasets.readers.elements import elements
from feedback.errors import Refused

LARGEST = 16 * 1024 * 1024
SNIFFED = 65536
MARK = b"\xef\xbb\xbf"
DELIMITERS = ",;\t|"


@dataclass(frozen=True)
class Found:
    """One record of a file, or why there is none at that line."""

    line: int
    record: Any = None
    trouble: str = ""


def records(stream: BinaryIO, filename: str = "") -> Iterator[Found]:
    """All records of a file, whichever of the three kinds it is. Raises `Refused` when it is none."""
    kind = kind_of_file(stream, filename)
    if kind == "csv":
        return csv_rows(stream)
    return json_list(stream) if kind == "json" else json_lines(stream)


def kind_of_file(stream: BinaryIO, filename: str = "") -> str:
    """jsonl, json or csv, from the first bytes; the name decides only between CSV and nothing."""
    stream.seek(0)
    start = stream.read(SNIFFED).removeprefix(MARK)
    begin = start.lstrip()
    stream.seek(0)
    if not begin:
        raise Refused("The file is empty." if not start else "The file holds nothing but white space.")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused("The file is written in UTF-16. Save it as UTF-8 and bring it in again.")
    if start.startswith((b"PK\x03\x04", b"\x1f\x8b", b"PAR1")):
        raise Refused("The file is packed or binary. Unpack it: JSONL, JSON and CSV can be read.")
    if begin[:1] == b"[":
        return "json"
    if begin.split(b"\n", 1)[0].strip() == b"{":
        raise Refused("The file is one JSON object, not a list of rows. Write a list [...] or one object on each line.")
    if begin[:1] == b"{":
        return "jsonl"
    header = begin.splitlines()[0].decode("utf-8", "replace")
    if filename.lower().endswith((".csv", ".tsv")) or delimiter_of(header):
        return "csv"
    raise Refused(f"The file is neither JSON nor CSV with named columns; it begins with {header[:60]!r}.")


def json_lines(stream: BinaryIO) -> Iterator[Found]:
    """One object a line; empty lines do not count."""
    number = 0
    skip_mark(stream)
    while line := stream.readline(LARGEST + 1):
        number += 1
        if len(line) > LARGEST:
            skip_line(stream, line)
            yield Found(number, trouble=too_long())
        elif line.strip():
            yield decoded(number, line)


def json_list(stream: BinaryIO) -> Iterator[Found]:
    """The elements of one JSON list, each decoded by itself."""
    skip_mark(stream)
    position = 0
    try:
        for position, element in enumerate(elements(stream, LARGEST), 1):
            yield decoded(position, element)
    except ValueError as trouble:
        yield Found(position + 1, trouble=str(trouble))


def skip_mark(stream: BinaryIO) -> None:
    """Go to the first byte after the byte order mark, if there is one."""
    stream.seek(0)
    stream.seek(len(MARK) if stream.read(len(MARK)) == MARK else 0)


def decoded(number: int, raw: bytes) -> Found:
    """A piece of JSON as a record."""
    try:
        return Found(number, orjson.loads(raw))
    except orjson.JSONDecodeError as trouble:
        return Found(number, trouble=what_is_wrong(raw, str(trouble)))


def what_is_wrong(raw: bytes, told: str) -> str:
    """Why a piece of JSON cannot be read, in words."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as trouble:
        return f"This is not valid UTF-8 (byte {trouble.start + 1} of the row). Save the file as UTF-8."
    if "surrogate" in told:
        return "This holds half a character (a lone surrogate), which cannot be stored."
    if re.search(rb"[:,\[]\s*-?(?:NaN|Infinity)\b", raw):
        return "This holds NaN or Infinity, which are not JSON."
    if "recursion" in told:
        return "This is nested too deeply."
    return f"This is not valid JSON ({told.split(': line', 1)[0]})."


def skip_line(stream: BinaryIO, line: bytes) -> None:
    """Read on to the end of a line that is too long to be kept."""
    while line and not line.endswith(b"\n"):
        line = stream.readline(LARGEST)


def too_long() -> str:
    """The sentence for a record past the limit."""
    return f"This row is larger than {LARGEST // 1024 // 1024} MB, the most that is read."


def csv_rows(stream: BinaryIO) -> Iterator[Found]:
    """Rows under a header; quoted fields may hold line ends. A nameless column is left out."""
    csv.field_size_limit(LARGEST)
    stream.seek(0)
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        header_line = text.readline()
        text.seek(0)
        reader = csv.reader(text, delimiter=delimiter_of(header_line) or ",", strict=True)
        header = checked_header(next(reader, []))
        yield from csv_records(reader, header)
    except csv.Error as trouble:
        raise Refused(f"The header of the CSV file cannot be read ({trouble}).") from trouble
    finally:
        text.detach()


def csv_records(reader: Any, header: list[str]) -> Iterator[Found]:
    """The rows below the header, each with the line it begins on."""
    while True:
        line = reader.line_num + 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as trouble:
            yield Found(line, trouble=f"This is not valid CSV ({trouble}).")
            continue
        if not any(values):
            continue
        if len(values) != len(header):
            yield Found(line, trouble=f"This row has {len(values)} columns; the header has {len(header)}.")
            continue
        yield Found(line, {name: value for name, value in zip(header, values, strict=True) if name})


def checked_header(names: list[str]) -> list[str]:
    """The column names, if they can tell columns apart."""
    header = [name.strip() for name in names]
    twice = {name for name in header if name and header.count(name) > 1}
    if twice:
        raise Refused(f"The CSV header names {min(twice)!r} twice. Give every column its own name.")
    if not any(header):
        raise Refused("The CSV file has no header. Put the names of the columns into its first line.")
    return header


def delimiter_of(header: str) -> str | None:
    """What stands between the columns, by how often it stands in the header."""
    best = max(DELIMITERS, key=header.count)
    return best if header.count(best) else None
