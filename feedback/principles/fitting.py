"""How well a principle fits a text: by when it applies, and by the situations it was learned in (DROC).

A principle without a condition is general and stands between those whose condition clearly fits and those whose
condition hardly does. Pure: vectors come in, numbers go out; it does not know tables or prompts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from feedback.llm.embed import Embedder, telling_words

GENERAL = 0.2
FITS = 0.08
LEARNED = 0.8
MOST_PIECES = 12
PIECES = re.compile(r"(?<=[.!?\n;:])\s+")
ALWAYS = frozenset(telling_words("always every everything each case cases general generally time times"))
Vector = Sequence[float]
Sparse = tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Key:
    """What a principle is found by: its condition, and requests it was learned from. Only places that are not zero."""

    domain: Sparse
    learned: tuple[Sparse, ...] = ()
    general: bool = False


def is_general(domain: str) -> bool:
    """Whether a condition holds everywhere: it is empty, or names nothing in particular (“always”, “in any answer”)."""
    return set(telling_words(domain)) <= ALWAYS


def pieces_of(text: str) -> list[str]:
    """A text and its sentences, the first ones, since a condition often fits one sentence of many."""
    sentences = [piece.strip() for piece in PIECES.split(text) if piece.strip()]
    return [text, *sentences[:MOST_PIECES]] if len(sentences) > 1 else [text]


def fit_of(key: Key, pieces: Sequence[Vector]) -> float:
    """How well a principle fits a text given as the vectors of its pieces: 0 (not at all) to 1.

    What it was learned from counts a little less than what it says of itself.
    """
    if key.general:
        return GENERAL
    said = max((dot(key.domain, piece) for piece in pieces), default=0.0)
    learned = max((dot(one, pieces[0]) for one in key.learned), default=0.0) if pieces else 0.0
    return max(0.0, said, LEARNED * learned)


def sparse(vector: Vector) -> Sparse:
    """The places of a vector that are not zero: few, where words are hashed."""
    return tuple((place, value) for place, value in enumerate(vector) if value)


def dot(one: Sparse, other: Vector) -> float:
    """The likeness of two vectors of length one."""
    return sum(value * other[place] for place, value in one)


def fitting(fits: Sequence[float], *, at_most: int) -> list[int]:
    """The places of those that fit, the best first, equal ones in their order; at most so many."""
    places = [place for place, fit in enumerate(fits) if fit >= FITS]
    return sorted(places, key=lambda place: (-fits[place], place))[:at_most]


def vectors_of_text(text: str, embedder: Embedder) -> list[list[float]]:
    """The vectors of a text's pieces; not kept, since a text is looked up once."""
    return embedder.embed(pieces_of(text))
