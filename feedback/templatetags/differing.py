"""What differs between two texts, word by word. Plain text in, plain pieces out; knows nothing of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby

WORD = re.compile(r"\s+|\w+|[^\w\s]")
MANY = 3000
Piece = tuple[str, str]


def differences(before: str, after: str) -> list[Piece]:
    """Pieces ("same" | "out" | "in", words) that read in order; what was taken out stands before what was put in."""
    old, new = split(before), split(after)
    pieces = by_lines(before, after) if max(len(old), len(new)) > MANY else compared(old, new)
    return [(kind, "".join(words for _, words in run)) for kind, run in groupby(pieces, key=lambda piece: piece[0])]


def split(text: str) -> list[str]:
    """Words, spaces and signs; nothing is lost."""
    return WORD.findall(text)


def compared(old: list[str], new: list[str]) -> Iterator[Piece]:
    """The pieces of two lists of words."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "out", "".join(old[a:b])
        if d > c:
            yield "in", "".join(new[c:d])


def by_lines(before: str, after: str) -> Iterator[Piece]:
    """For long texts: whole lines."""
    return compared(before.splitlines(keepends=True), after.splitlines(keepends=True))
