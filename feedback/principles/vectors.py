"""Vectors of texts, made once for each text and embedder and kept as rows. It does not know what they are used for."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Sequence

from feedback.examples.hashes import text_hash
from feedback.llm.embed import Embedder, full_name, local
from feedback.models import Vector


def vectors_of(texts: Sequence[str], *, embedder: Embedder | None = None) -> list[list[float]]:
    """A vector for each text, in their order; those not kept yet are made and kept. Two queries at most."""
    embedder = embedder or local()
    name = full_name(embedder)
    by_hash = {text_hash(text): text for text in texts}
    found = kept(name, by_hash)
    missing = [one for one in by_hash if one not in found]
    made = embedder.embed([by_hash[one] for one in missing]) if missing else []
    rows = [
        Vector(text_hash=one, embedder=name, values=packed(values)) for one, values in zip(missing, made, strict=True)
    ]
    Vector.objects.bulk_create(rows, ignore_conflicts=True)
    found |= {row.text_hash: unpacked(row.values) for row in rows}
    return [found[text_hash(text)] for text in texts]


def kept(name: str, hashes: Iterable[str]) -> dict[str, list[float]]:
    """The vectors there are, by the hash of their text."""
    rows = Vector.objects.filter(embedder=name, text_hash__in=list(hashes))
    return {row.text_hash: unpacked(row.values) for row in rows}


def packed(values: Sequence[float]) -> bytes:
    """As little-endian float32."""
    numbers = array("f", values)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def unpacked(raw: bytes | memoryview) -> list[float]:
    """Back from little-endian float32."""
    numbers = array("f")
    numbers.frombytes(bytes(raw))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tolist()
