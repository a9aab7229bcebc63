"""Cuts one large JSON list into its elements without decoding or holding the whole; knows brackets and strings only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 65536
# A whole string, or one of the marks that matter; a quote that nothing closes yet comes last.
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},]|"', re.DOTALL)
CUT_OFF = "The file ends in the middle of the list; what comes after this row is missing."

AFTER_END = "The list ended before this, but the file goes on. One file holds one list."


def elements(stream: BinaryIO, largest: int, *, alone: bool = True) -> Iterator[bytes]:
    """The elements of the list a stream holds, as bytes. Raises `ValueError` with a sentence where it breaks off.

    A list that is not `alone` stands within something else, which may go on behind it.
    """
    cutter = Cutter()
    size = CHUNK
    while chunk := stream.read(size):
        yield from cutter.feed(chunk)
        if len(cutter.pending) > largest:
            raise ValueError(f"This row is larger than {largest // 1024 // 1024} MB, the most that is read.")
        if cutter.closed and not alone:
            return
        if cutter.closed and cutter.pending:
            raise ValueError(AFTER_END)
        size = max(CHUNK, len(cutter.pending))
    if not cutter.closed:
        raise ValueError(CUT_OFF)


class Cutter:
    """Where in the list the reading stands."""

    def __init__(self) -> None:
        self.pending = b""
        self.scanned = 0
        self.depth = 0
        self.closed = False

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take more bytes; returns the elements that are now whole."""
        data = self.pending + chunk
        if self.closed:
            self.pending = data.strip()
            return []
        found: list[bytes] = []
        start, scanned = 0, len(data)
        for token in TOKEN.finditer(data, self.scanned):
            mark = token.group()
            if mark == b'"':  # a string that goes on in the next chunk
                scanned = token.start()
                break
            if len(mark) > 1:
                continue
            ends_element = self.depth == 1 and mark in b",]"
            if ends_element:
                self.keep(data[start : token.start()], found, last=mark == b"]")
            if ends_element or (self.depth == 0 and mark == b"["):
                start = token.end()
            self.depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(mark, 0)
            if self.depth <= 0:
                self.closed = True
                self.pending, self.scanned = data[token.end() :].strip(), 0
                return found
        self.pending, self.scanned = data[start:], scanned - start
        return found

    def keep(self, element: bytes, found: list[bytes], *, last: bool) -> None:
        """Add an element; an empty list has none, and a stray comma is told by decoding it."""
        if element.strip() or not last:
            found.append(element.strip())
