"""What changed between two texts, by the word. White space is kept, so the pieces put together give both texts back."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

PIECE = re.compile(r"\s+|\w+|[^\w\s]")
LONGEST = 20_000  # pieces; past that, whole lines are compared

Kind = Literal["same", "removed", "added"]


class Change(NamedTuple):
    """A stretch of text that stayed, went or came."""

    kind: Kind
    text: str


def word_diff(old: str, new: str) -> list[Change]:
    """The stretches of both texts in reading order; what went stands before what came in its place."""
    before, after = pieces(old), pieces(new)
    if len(before) + len(after) > LONGEST:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    changes: list[Change] = []
    for _, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[start:end]), "".join(after[begin:stop])
        if gone == come:
            changes.append(Change("same", gone))
        else:
            changes += [Change("removed", gone)] if gone else []
            changes += [Change("added", come)] if come else []
    return changes


def pieces(text: str) -> list[str]:
    """Words, stretches of white space, and every other sign by itself."""
    return PIECE.findall(text)
