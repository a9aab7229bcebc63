"""CSV and TSV as records: a header, quoted fields that may hold line ends, whichever delimiter the header shows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from feedback.datasets.readers.found import LARGEST, Found
from feedback.errors import Refused

DELIMITERS = ",;\t|"


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
