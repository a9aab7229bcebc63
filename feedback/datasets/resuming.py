"""How far an export has come, as bytes that lie beside its files, and back; nothing in doubt is taken up.

The first line is the hash of the second, which is JSON. What was damaged, half written, written by another version of
the code that writes files, or stands beside files that are no longer the ones it tells of, counts as nothing: the
export begins anew. Begun anew it costs time; taken up wrongly it would be a wrong file. No database here.
"""

from __future__ import annotations

import base64
import hashlib
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import orjson

from feedback.datasets.facets import Facets, Measured
from feedback.datasets.tallying import Position, Tally

CODE = Path(__file__).parent
NUMBERS = ("times", "votes")  # counters whose names are numbers


@dataclass(frozen=True)
class Kept:
    """A position, and of each of the files how long it was and its hash."""

    position: Position
    files: tuple[tuple[int, str], ...]


def kept_as(kept: Kept) -> bytes:
    """As it is written down."""
    at = kept.position
    told = {
        "code": code(), "files": kept.files, "number": at.number, "items": at.items, "tally": plain(at.tally),
        "facets": {**plain(at.facets), "kept": [[place, *measured(one)] for place, one in at.facets.kept.items()]},
    }  # fmt: skip
    body = orjson.dumps(told, option=orjson.OPT_NON_STR_KEYS)
    return hashlib.sha256(body).hexdigest().encode() + b"\n" + body


def taken_up(data: bytes) -> Kept | None:
    """As it was, or None when anything about it is in doubt."""
    digest, _, body = data.partition(b"\n")
    if digest != hashlib.sha256(body).hexdigest().encode():
        return None
    told = orjson.loads(body)
    if told["code"] != code():
        return None
    facets = {**told["facets"], "kept": {place: unmeasured(one) for place, *one in told["facets"]["kept"]}}
    position = Position(told["number"], told["items"], made(Tally, told["tally"]), made(Facets, facets))
    return Kept(position, tuple((size, sha) for size, sha in told["files"]))


def plain(counted: Any) -> dict[str, Any]:
    """What is counted, by name."""
    return {one.name: getattr(counted, one.name) for one in fields(counted) if one.name != "kept"}


def made(kind: Any, told: Mapping[str, Any]) -> Any:
    """What was counted, with counters again."""
    return kind(**{name: counter(name, one) if isinstance(one, dict) and name != "kept" else one
                   for name, one in told.items()})  # fmt: skip


def counter(name: str, told: Mapping[str, int]) -> Counter[Any]:
    """A counter; JSON has made words of numbers."""
    return Counter({int(one) if name in NUMBERS else one: times for one, times in told.items()})


def measured(one: Measured) -> list[Any]:
    """A row of the sample, its place as the bytes of its numbers."""
    place = base64.b64encode(one.place.tobytes()).decode()
    return [one.quality, one.words, one.against, one.complexity, place]


def unmeasured(told: Sequence[Any]) -> Measured:
    """A row of the sample again."""
    quality, words, against, complexity, place = told
    return Measured(quality, words, against, complexity, array("d", base64.b64decode(place)))


@cache
def code() -> str:
    """A hash of the code that makes rows: what another version began is not gone on with."""
    digest = hashlib.sha256()
    for path in sorted(CODE.rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def same_bytes(path: Path, size: int, sha: str) -> bool:
    """Whether a file begins with so many bytes of this hash."""
    if not path.is_file() or path.stat().st_size < size:
        return False
    digest, left = hashlib.sha256(), size
    with path.open("rb") as source:
        while left and (piece := source.read(min(left, 1 << 20))):
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest() == sha
