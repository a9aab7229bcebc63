"""Data files that are not JSON Lines: one JSON document, or a CSV table. Written as a stream, by the line. No database.

    document = format.document()
    out.write(document.begin())
    for line in lines:
        out.write(document.row(line))
    out.write(document.end())

The file's name ends as `suffix` says. What a document tells of all its lines stands at its end: no line is kept.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import orjson

Line = Mapping[str, Any]


class Document(Protocol):
    """What writes one data file."""

    suffix: str

    def begin(self) -> bytes:
        """What stands before the first line."""

    def row(self, line: Line) -> bytes:
        """One line."""

    def end(self) -> bytes:
        """What stands after the last."""


class Lines:
    """JSON Lines, what most formats are."""

    suffix = "jsonl"

    def begin(self) -> bytes:
        """Nothing."""
        return b""

    def row(self, line: Line) -> bytes:
        """One line."""
        return orjson.dumps(line) + b"\n"

    def end(self) -> bytes:
        """Nothing."""
        return b""


class Table:
    """A CSV table with a head, as spreadsheets and pandas read it: UTF-8, CR LF, quoted where need be."""

    suffix = "csv"

    def __init__(self, columns: Sequence[str]) -> None:
        self.columns = list(columns)

    def begin(self) -> bytes:
        """The head."""
        return self.written(self.columns)

    def row(self, line: Line) -> bytes:
        """One row in the head's order."""
        return self.written([line[name] for name in self.columns])

    def end(self) -> bytes:
        """Nothing."""
        return b""

    def written(self, cells: Sequence[Any]) -> bytes:
        """Cells as a row."""
        text = io.StringIO()
        csv.writer(text).writerow(["" if cell is None else cell for cell in cells])
        return text.getvalue().encode()


class AnnotatedPairs:
    """ICAI's annotated-pairs 2.0: the comparisons, then who annotated them, then what the whole is.

    A line is a comparison; beside it, under `annotators`, everybody who has a word in it.
    """

    suffix = "json"

    def __init__(self) -> None:
        self.annotators: dict[str, Any] = {}
        self.count = 0

    def begin(self) -> bytes:
        """The opening."""
        return b'{"comparisons":['

    def row(self, line: Line) -> bytes:
        """One comparison."""
        self.annotators.update(line["annotators"])
        comma = b"," if self.count else b""
        self.count += 1
        return comma + b"\n" + orjson.dumps({name: value for name, value in line.items() if name != "annotators"})

    def end(self) -> bytes:
        """The annotators, people first, and the metadata."""
        people = [name for name, one in self.annotators.items() if one["type"] == "human"]
        ordered = {name: self.annotators[name] for name in sorted(self.annotators)}
        metadata = {
            "version": "2.0", "description": "Pairs of responses with everybody's annotations, written by Precept.",
            "dataset_name": "Precept", "default_annotator": min(people or ordered or [""]),
            "available_metadata_keys_per_comparison": ["index"],
        }  # fmt: skip
        return b'\n],"annotators":' + orjson.dumps(ordered) + b',"metadata":' + orjson.dumps(metadata) + b"}\n"
