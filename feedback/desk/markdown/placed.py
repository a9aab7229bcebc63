"""Text that remembers where each of its code points came from. Knows nothing of markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

LINE_END = re.compile(r"\r\n?|\n")


class Run(NamedTuple):
    """A stretch of shown text and its place in the source, in code points, end exclusive."""

    text: str
    start: int
    end: int

    @property
    def is_atom(self) -> bool:
        """Whether it can only be marked as a whole: it does not stand in the source letter by letter."""
        return self.end - self.start != len(self.text)


@dataclass(frozen=True, slots=True)
class Placed:
    """A text whose i-th code point came from `starts[i]` up to `ends[i]`; ranges where it was copied in one piece."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def copied(cls, source: str, start: int, end: int) -> Placed:
        """A slice of the source."""
        text = source[start:end]
        return cls(text, range(start, start + len(text)), range(start + 1, start + 1 + len(text)))

    @classmethod
    def atom(cls, text: str, start: int, end: int) -> Placed:
        """A text that stands for a piece of the source as a whole."""
        return cls(text, [start] * len(text), [end] * len(text))

    def part(self, start: int, end: int) -> Placed:
        """A slice of it."""
        return Placed(self.text[start:end], self.starts[start:end], self.ends[start:end])

    def stripped(self, characters: str) -> Placed:
        """Without these characters at either end."""
        start = len(self.text) - len(self.text.lstrip(characters))
        return self.part(start, max(start, len(self.text.rstrip(characters))))

    def within(self, outer: Placed) -> Placed:
        """This text, placed in `outer.text`, placed where `outer` is."""
        if isinstance(self.starts, range) and isinstance(self.ends, range):
            start, end = self.starts.start, self.starts.stop
            return Placed(self.text, outer.starts[start:end], outer.ends[start:end])
        return Placed(
            self.text, [outer.starts[start] for start in self.starts], [outer.ends[end - 1] for end in self.ends]
        )


NOTHING = Placed("", range(0), range(0))


def joined(pieces: Iterable[Placed]) -> Placed:
    """The pieces as one text."""
    found = [piece for piece in pieces if piece.text]
    if not found:
        return NOTHING
    return Placed(
        "".join(piece.text for piece in found),
        chained([piece.starts for piece in found]),
        chained([piece.ends for piece in found]),
    )


def chained(numbers: Sequence[Sequence[int]]) -> Sequence[int]:
    """The numbers in one go: still a range where each range goes on where the last one ended."""
    whole = numbers[0]
    if all(isinstance(one, range) for one in numbers) and all(
        one[-1] + 1 == after[0] for one, after in pairwise(numbers)
    ):
        return range(whole[0], numbers[-1][-1] + 1)
    return [number for one in numbers for number in one]


@dataclass(frozen=True, slots=True)
class Source:
    """The text as it was given, and as the parser sees it: line ends as one character, NUL replaced."""

    given: str
    seen: str
    at: Sequence[int]

    @classmethod
    def of(cls, given: str) -> Source:
        """The source; `at[i]` is where the i-th code point the parser sees stands in what was given."""
        if "\r" not in given:
            return cls(given, given.replace("\0", "\ufffd"), range(len(given) + 1))
        at: list[int] = []
        last = 0
        for found in LINE_END.finditer(given):
            at.extend(range(last, found.start() + 1))
            last = found.end()
        at.extend(range(last, len(given) + 1))
        return cls(given, LINE_END.sub("\n", given).replace("\0", "\ufffd"), at)

    def runs(self, placed: Placed) -> Iterator[Run]:
        """The longest stretches that stand in what was given letter by letter, and the atoms between them."""
        whole = self.whole(placed)
        if whole is not None:
            yield whole
            return
        begin, length = 0, len(placed.text)
        while begin < length:
            end = begin + 1
            copied = self.is_copied(placed, begin)
            while end < length and self.goes_on(placed, end, copied):
                end += 1
            run = Run(placed.text[begin:end], self.at[placed.starts[begin]], self.at[placed.ends[end - 1]])
            yield run if copied else self.told_apart(run)
            begin = end

    def told_apart(self, run: Run) -> Run:
        """An atom whose place has, by chance, the length of its text: made one wider, so that it stays an atom."""
        if run.is_atom or len(run.text) == 1:
            return run
        return run._replace(end=run.end + 1) if run.end < len(self.given) else run._replace(start=max(0, run.start - 1))

    def whole(self, placed: Placed) -> Run | None:
        """The whole text as one run, the usual case, if it is one."""
        if not isinstance(placed.starts, range) or not placed.text:
            return None
        start, end = self.at[placed.starts[0]], self.at[placed.ends[-1]]
        return Run(placed.text, start, end) if self.given[start:end] == placed.text else None

    def is_copied(self, placed: Placed, index: int) -> bool:
        """Whether this code point stands in what was given as it is."""
        start, end = placed.starts[index], placed.ends[index]
        return end - start == 1 and self.given[self.at[start] : self.at[end]] == placed.text[index]

    def goes_on(self, placed: Placed, index: int, copied: bool) -> bool:
        """Whether this code point belongs to the run of the one before it."""
        if copied:
            return placed.starts[index] == placed.ends[index - 1] and self.is_copied(placed, index)
        same = placed.starts[index] == placed.starts[index - 1] and placed.ends[index] == placed.ends[index - 1]
        return same and not self.is_copied(placed, index)
