"""Whether a text stands in a benchmark: runs of eight words in common, from hashes alone.

A benchmark's texts are kept as hashes of all their runs of eight words (a text of fewer words as one hash). Where there
are too many, only those that a power of two divides are kept, on both sides, so the size is bounded and shares stay
what they are. A text is found in it when half of its runs are, or when six are: thirteen words in a row, as in the
decontamination of GPT-3. It knows no database; what it cannot see is a benchmark said in other words.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from feedback.datasets.writers.sketching import folded, runs_of

RUN, FEWEST, IN_A_ROW, HALF = 8, 4, 6, 0.5
MOST = 400_000


class Found(NamedTuple):
    """How many runs of a text a benchmark has, of how many that were looked for."""

    runs: int
    of: int
    one_in: int = 1

    @property
    def is_in(self) -> bool:
        """Whether that makes it a part of the benchmark."""
        return bool(self.of) and (self.runs >= HALF * self.of or self.runs * self.one_in >= IN_A_ROW)


@dataclass
class Runs:
    """The runs of a benchmark, of which only one in so many is kept."""

    hashes: set[int] = field(default_factory=set)
    one_in: int = 1

    def add(self, text: str) -> None:
        """Take in a text of the benchmark; one of very few words says nothing."""
        words = folded(text)
        if len(words) < FEWEST:
            return
        self.hashes.update(one for one in runs_of(words, RUN) if one % self.one_in == 0)
        while len(self.hashes) > MOST:
            self.one_in *= 2
            self.hashes = {one for one in self.hashes if one % self.one_in == 0}

    def found(self, texts: Iterable[str]) -> Found:
        """How much of these texts is in it."""
        looked: set[int] = set()
        for text in texts:
            words = folded(text)
            if len(words) >= FEWEST:
                looked.update(one for one in runs_of(words, RUN) if one % self.one_in == 0)
        return Found(len(looked & self.hashes), len(looked), self.one_in)

    def packed(self) -> bytes:
        """As bytes, the same for the same runs."""
        return array("Q", sorted(self.hashes)).tobytes()

    @classmethod
    def unpacked(cls, data: bytes, one_in: int) -> Runs:
        """From bytes."""
        return cls(set(array("Q", data)), one_in)


def texts_in(value: Any) -> Iterator[str]:
    """Every text in a record, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from texts_in(one)
