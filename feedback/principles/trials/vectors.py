"""Where rules lie for grouping them: hashed words and runs of letters, without a model or a network."""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from math import log1p

WIDTH = 256
WORDS = "a an and are as at be by for from in is it of on or response select so that the to which with"
STOP = frozenset(WORDS.split())


def embedded(texts: Sequence[str]) -> list[list[float]]:
    """A vector for each text, the same on every machine."""
    return [vector(text) for text in texts]


def vector(text: str) -> list[float]:
    """Counts of its features, dampened, each at the place its hash says."""
    found = [0.0] * WIDTH
    for feature, times in Counter(features(text)).items():
        found[zlib.crc32(feature.encode()) % WIDTH] += log1p(times)
    return found


def features(text: str) -> Iterator[str]:
    """Its telling words, and their runs of four letters."""
    for word in re.findall(r"\w+", text.lower()):
        if word not in STOP:
            yield f"={word}"
            yield from (word[at : at + 4] for at in range(len(word) - 3))
