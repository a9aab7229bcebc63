"""A file that is one JSON object: the list of rows inside it, streamed, or else the whole object as one record.

The object is walked by its brackets and strings only, so a list of any size inside it costs no memory. What stands
beside the comparisons of annotated pairs (annotators, metadata) comes with every comparison, as `about`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

import orjson

from feedback.datasets.readers.elements import CHUNK, elements
from feedback.datasets.readers.found import LARGEST, Found, decoded, too_long

WHOLE = 64 * 1024 * 1024
WRAPPERS = ("comparisons", "results.results", "data", "records", "rows", "conversations")
BESIDE = {"comparisons": ("metadata", "annotators")}
TURN = {"role", "from", "content", "value"}  # a list of these is one conversation, not a list of rows
TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{},:]|"', re.DOTALL)


@dataclass
class Place:
    """A value in the object: its keys joined by dots, where it begins and, once it is over, where it ends."""

    path: str
    start: int
    end: int = -1
    is_list: bool = False


def document(stream: BinaryIO, begin: int = 0) -> Iterator[Found]:
    """The rows of one JSON object, or the object itself."""
    try:
        listed = list_in(stream, begin)
    except ValueError as trouble:
        yield Found(1, trouble=str(trouble))
        return
    if listed is None:
        yield whole(stream, begin)
        return
    place, about = listed
    stream.seek(place.start)
    position = 0
    try:
        for position, element in enumerate(elements(stream, LARGEST, alone=False), 1):
            found = decoded(position, element)
            told = isinstance(found.record, dict) and about
            yield Found(position, {**found.record, "about": about}) if told else found
    except ValueError as trouble:
        yield Found(position + 1, trouble=str(trouble))


def whole(stream: BinaryIO, begin: int) -> Found:
    """The object as one record."""
    stream.seek(begin)
    raw = stream.read(WHOLE + 1)
    if len(raw) > WHOLE:
        return Found(1, trouble=f"One object of more than {WHOLE // 1024 // 1024} MB; write a row on each line.")
    return replace(decoded(1, raw), alone=True)


def list_in(stream: BinaryIO, begin: int) -> tuple[Place, dict[str, Any]] | None:
    """The list of rows in the object and what stands beside it, if it holds one."""
    found: Place | None = None
    beside: dict[str, Place] = {}
    for place in places(stream, begin):
        if place.is_list and place.path in WRAPPERS and found is None:
            found = Place(place.path, place.start)
        if place.end >= 0:
            beside[place.path] = place
        if found is not None and set(BESIDE.get(found.path, ())) <= set(beside):
            break
    if found is None or not holds_rows(stream, found):
        return None
    return found, {name: read(stream, beside[name]) for name in BESIDE.get(found.path, ()) if name in beside}


def holds_rows(stream: BinaryIO, place: Place) -> bool:
    """Whether a list is one of rows, by its first element."""
    stream.seek(place.start)
    first = next(elements(stream, LARGEST, alone=False), b"{}")
    row = decoded(1, first).record
    return isinstance(row, dict) and not (place.path == "conversations" and TURN & set(row))


def read(stream: BinaryIO, place: Place) -> Any:
    """The value at a place. Raises `ValueError` when it is no JSON."""
    stream.seek(place.start)
    if place.end - place.start > LARGEST:
        raise ValueError(too_long())
    return orjson.loads(stream.read(place.end - place.start))


def places(stream: BinaryIO, begin: int) -> Iterator[Place]:
    """Values of the object, and of objects right in it: lists when they begin, all when they end."""
    stack: list[bytes] = []
    current: dict[int, Place] = {}
    name = b""
    for offset, mark in tokens(stream, begin):
        depth = len(stack)
        if mark[:1] == b'"':
            name = mark
        elif mark == b":" and depth <= 2 and set(stack) == {b"{"}:
            above = current[1].path + "." if depth == 2 else ""
            current[depth] = Place(above + key_of(name), offset + 1)
        elif mark in (b"{", b"["):
            place = current.get(depth)
            if mark == b"[" and place is not None and depth <= 2:
                place.is_list = True
                yield place
            stack.append(mark)
        elif mark != b":":
            place = current.pop(depth, None)
            if place is not None:
                place.end = offset
                yield place
            if mark != b"," and stack:
                stack.pop()


def key_of(raw: bytes) -> str:
    """A key as text."""
    try:
        return str(orjson.loads(raw))
    except orjson.JSONDecodeError:
        return raw.decode("utf-8", "replace")


def tokens(stream: BinaryIO, begin: int) -> Iterator[tuple[int, bytes]]:
    """Strings and brackets with their offsets. Raises `ValueError` at a string without an end."""
    stream.seek(begin)
    pending, base, size = b"", begin, CHUNK
    while chunk := stream.read(size):
        data = pending + chunk
        end = len(data)
        for token in TOKEN.finditer(data):
            if token.group() == b'"':
                end = token.start()
                break
            yield base + token.start(), token.group()
        pending, base = data[end:], base + end
        if len(pending) > LARGEST:
            raise ValueError(too_long())
        size = max(CHUNK, len(pending))
