"""Parquet and Arrow (files, streams, the parts of a `save_to_disk` folder) as records, a few rows at a time.

Values become what JSON can hold: times as ISO text, decimals as numbers, bytes as text where they are UTF-8 and left
out where they are not, NaN as nothing.
"""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterator
from typing import Any, BinaryIO

import pyarrow
import pyarrow.ipc
import pyarrow.parquet

from feedback.datasets.readers.found import Found
from feedback.datasets.readers.packed import Broken
from feedback.errors import Refused

AT_ONCE = 256
PAGE = 1024 * 1024
TROUBLES = (pyarrow.ArrowException, OSError, ValueError, OverflowError, UnicodeDecodeError)


def parquet_rows(stream: BinaryIO) -> Iterator[Found]:
    """The rows of a Parquet file, numbered from 1. Raises `Refused` when it is none."""
    stream.seek(0)
    try:
        table = pyarrow.parquet.ParquetFile(stream, memory_map=False, buffer_size=PAGE, pre_buffer=False)
    except TROUBLES as trouble:
        raise Refused(f"The Parquet file cannot be read ({short(trouble)}).") from None
    return numbered(table.iter_batches(batch_size=AT_ONCE, use_threads=False))


def arrow_rows(stream: BinaryIO) -> Iterator[Found]:
    """The rows of an Arrow file or stream, numbered from 1. Raises `Refused` when it is none."""
    stream.seek(0)
    begin = stream.read(6)
    stream.seek(0)
    try:
        if begin == b"ARROW1":
            file = pyarrow.ipc.open_file(stream)
            return numbered(file.get_batch(place) for place in range(file.num_record_batches))
        return numbered(iter(pyarrow.ipc.open_stream(stream)))
    except TROUBLES as trouble:
        raise Refused(f"The Arrow file cannot be read ({short(trouble)}).") from None


def numbered(batches: Iterator[Any]) -> Iterator[Found]:
    """The rows of record batches; a batch that cannot be read ends it with a sentence."""
    number = 0
    try:
        for batch in batches:
            for start in range(0, batch.num_rows, AT_ONCE):
                for row in batch.slice(start, AT_ONCE).to_pylist():
                    number += 1
                    yield Found(number, plain(row))
    except Broken as trouble:
        yield Found(number + 1, trouble=str(trouble))
    except TROUBLES as trouble:
        yield Found(number + 1, trouble=f"The file cannot be read from here on ({short(trouble)}).")


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    if isinstance(value, float | decimal.Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return text_of(value)
    return str(value)


def text_of(value: bytes) -> str | None:
    """Bytes as text, where they are text."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return None


def short(trouble: BaseException) -> str:
    """What Arrow says, on one line."""
    return " ".join(str(trouble).split())[:160].rstrip(".")
