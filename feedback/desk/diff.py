"""What changed between two texts, by the word. White space is kept, so the pieces put together give both texts back."""

from __future__ import annotations

import re
from collections.abc import Iterator
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
    """The stretches of both texts in reading order; what went stands before what came in its place.

    White space alone between two changes is taken into them: a sentence said anew reads as one change, not as ten.
    """
    before, after = pieces(old), pieces(new)
    if len(before) + len(after) > LONGEST:
        before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    changes: list[Change] = []
    gone = come = ""
    for same, left, right in stretches(before, after):
        if not same or (left.isspace() and (gone or come)):
            gone, come = gone + left, come + right
            continue
        changes += [*changed(gone, come), Change("same", left)]
        gone = come = ""
    return changes + changed(gone, come)


def places_of(changes: list[Change], kind: Kind) -> list[tuple[int, int]]:
    """Where the removed pieces stand in the old text, or the added ones in the new: start and end in code points,
    without white space at their ends."""
    places, at = [], 0
    for change in changes:
        if change.kind == kind and change.text.strip():
            start = at + len(change.text) - len(change.text.lstrip())
            places.append((start, at + len(change.text.rstrip())))
        if change.kind in ("same", kind):
            at += len(change.text)
    return places


def stretches(before: list[str], after: list[str]) -> Iterator[tuple[bool, str, str]]:
    """Runs of pieces: whether they are the same in both, and how they read in each."""
    for kind, start, end, begin, stop in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        yield kind == "equal", "".join(before[start:end]), "".join(after[begin:stop])


def changed(gone: str, come: str) -> list[Change]:
    """One change: what went and what came; white space at its end that stayed stands by itself."""
    end = len(gone) - len(gone.rstrip()) if gone and come else 0
    kept = gone[len(gone) - end :] if end and come.endswith(gone[len(gone) - end :]) else ""
    gone, come = gone.removesuffix(kept), come.removesuffix(kept)
    found = [Change("removed", gone)] if gone else []
    found += [Change("added", come)] if come else []
    return found + ([Change("same", kept)] if kept else [])


def pieces(text: str) -> list[str]:
    """Words, stretches of white space, and every other sign by itself."""
    return PIECE.findall(text)
