"""Near-duplicates among very many texts, in little memory: sketches of texts, candidates by what they share, clusters.

A text is cut into runs of three words (folded: case, accents' forms, punctuation and white space do not count, digits
do; a text of fewer than six words is one run, writing without spaces goes by its characters) and each run is hashed
once. The 48 smallest hashes are its sketch (bottom-k MinHash, Broder 1997), from which the Jaccard similarity of two
texts is estimated; for texts of up to fifty words it is exact. Two texts are compared when they share two of their four
smallest hashes, or all of them where there are fewer: at a similarity of 0.8 that misses about one pair in fifty.

Sketches and shared hashes lie in temporary files, so that memory is eight bytes a text and one share of the keys.
It knows no database; texts are told apart by the order in which they come.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from array import array
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from io import SEEK_END
from itertools import combinations
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

RUN, SHORT, KEPT, LED, AGREED = 3, 6, 48, 4, 0.7
WINDOW = 8  # how many earlier texts with the same key a text is compared with
IN_MEMORY = 4 * 1024 * 1024
SHARES = 64
HELD = 512  # pairs of numbers a share holds before it writes them
Runs = frozenset[int]
WORD = re.compile(r"[぀-ヿ㐀-鿿가-힯฀-๿]|\w+")
if TYPE_CHECKING:
    Sketch = array[int]


def folded(text: str) -> list[str]:
    """The words of a text with everything folded that does not make it another one."""
    if text.isascii():
        return WORD.findall(text.lower())
    plain = unicodedata.normalize("NFKD", text).casefold()
    return WORD.findall("".join(mark for mark in plain if not unicodedata.combining(mark)))


def hashed(words: Sequence[str]) -> int:
    """A hash of eight bytes that is the same everywhere."""
    return int.from_bytes(blake2b(" ".join(words).encode(), digest_size=8).digest(), "big")


def runs_of(words: Sequence[str], run: int = RUN) -> set[int]:
    """The hashes of all runs of so many words; of a short text the hash of all its words."""
    if len(words) < max(SHORT, run):
        return {hashed(words)}
    return {hashed(words[i : i + run]) for i in range(len(words) - run + 1)}


def sketch_of(texts: Sequence[str]) -> Sketch:
    """The sketch of what was asked, turn by turn: talks with another number of turns are no near-duplicates."""
    words = [word for text in texts for word in folded(text)]
    runs = runs_of([*words, f"\n{len(texts)}"] if len(texts) > 1 and len(words) < SHORT else words)
    if len(texts) > 1:
        runs = {run ^ hashed([str(len(texts))]) for run in runs}
    return array("Q", heapq.nsmallest(KEPT, runs))


def alike(one: Sketch | Runs, other: Sketch | Runs) -> float:
    """The Jaccard similarity of two texts, from their sketches."""
    first, second = frozenset(one), frozenset(other)
    both, union = first & second, first | second
    if len(union) <= KEPT:
        return len(both) / len(union) if union else 1.0
    return sum(run in both for run in sorted(union)[:KEPT]) / KEPT


def may_be_alike(one: Runs, other: Runs, least: float) -> bool:
    """Whether two texts share so many runs that they could be that alike: most candidates do not."""
    return len(one & other) >= least * max(len(one), len(other)) - 1e-9


def keys_of(sketch: Sketch) -> Iterator[int]:
    """What a text shares with its candidates."""
    led = sketch[:LED]
    if len(led) < LED:
        yield hash(tuple(led)) & (2**63 - 1)
        return
    for one, other in combinations(led, 2):
        yield hash((one, other)) & (2**63 - 1)


class Groups:
    """Which texts belong together: union-find over the numbers 0, 1, 2 …, led by the lowest."""

    def __init__(self) -> None:
        self.leaders = array("q")

    def add(self) -> int:
        """Take one more text, by itself; its number."""
        self.leaders.append(len(self.leaders))
        return len(self.leaders) - 1

    def leader(self, number: int) -> int:
        """The lowest number of its group."""
        while (above := self.leaders[number]) != number:
            self.leaders[number] = self.leaders[above]
            number = above
        return number

    def join(self, one: int, other: int) -> None:
        """Make two groups one."""
        low, high = sorted((self.leader(one), self.leader(other)))
        self.leaders[high] = low


class Shelf:
    """Pairs of numbers on disk, in shares by the first, handed out share by share in order."""

    def __init__(self) -> None:
        self.files: list[IO[bytes]] = [SpooledTemporaryFile(IN_MEMORY // SHARES) for _ in range(SHARES)]  # noqa: SIM115
        self.held = [array("q") for _ in range(SHARES)]

    def put(self, key: int, number: int) -> None:
        """Lay down a pair."""
        held = self.held[key % SHARES]
        held.append(key)
        held.append(number)
        if len(held) >= 2 * HELD:
            self.files[key % SHARES].write(held.tobytes())
            del held[:]

    def shared(self) -> Iterator[list[int]]:
        """The numbers of each key that more than one has."""
        for file, held in zip(self.files, self.held, strict=True):
            file.seek(0)
            read = array("q", file.read())
            file.close()
            read.extend(held)
            keys, numbers = read[::2], read[1::2]
            many = {key for key, times in Counter(keys).items() if times > 1}
            found: dict[int, list[int]] = {key: [] for key in sorted(many)}
            for key, number in zip(keys, numbers, strict=True):
                if key in many:
                    found[key].append(number)
            yield from found.values()


class Sketches:
    """Sketches on disk by number."""

    def __init__(self) -> None:
        self.file: IO[bytes] = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115
        self.ends = array("q", [0])
        self.held: list[bytes] = []

    def add(self, sketch: Sketch) -> None:
        """Keep the next one."""
        self.held.append(sketch.tobytes())
        if len(self.held) >= HELD:
            self.write()
        self.ends.append(self.ends[-1] + 8 * len(sketch))

    def write(self) -> None:
        """Lay down what is held."""
        self.file.seek(0, SEEK_END)
        self.file.write(b"".join(self.held))
        self.held.clear()

    def get(self, number: int) -> Sketch:
        """The sketch of that number."""
        if self.held:
            self.write()
        self.file.seek(self.ends[number])
        return array("Q", self.file.read(self.ends[number + 1] - self.ends[number]))


def clustered(texts: Iterable[Sequence[str]], *, least: float = AGREED) -> tuple[Groups, Groups]:
    """Near-duplicates among talks (each the texts of its user's turns), and those with all that begin alike.

    With `least` = 1.0 only texts of the same words are near-duplicates. The second groups are for dividing a set so
    that nothing of one dialogue, and nothing nearly the same, stands in two parts.
    """
    near, kept, shelf, openings = Groups(), Sketches(), Shelf(), Shelf()
    for turns in texts:
        number, sketch = near.add(), sketch_of(turns)
        kept.add(sketch)
        for key in keys_of(sketch):
            shelf.put(key, number)
        openings.put(hashed(folded(turns[0] if turns else "")) >> 1, number)
    for numbers in shelf.shared():
        compare(numbers, near, kept, least)
    together = Groups()
    together.leaders = near.leaders[:]
    for numbers in openings.shared():
        for number in numbers[1:]:
            together.join(numbers[0], number)
    return near, together


def compare(numbers: Sequence[int], near: Groups, kept: Sketches, least: float) -> None:
    """Join those of one key that are alike; each is held against a few before it that lead groups of their own."""
    window: deque[tuple[int, Runs]] = deque(maxlen=WINDOW)
    for number in numbers:
        leader = near.leader(number)
        if any(leader == near.leader(other) for other, _ in window):
            continue
        runs = frozenset(kept.get(number))
        found = next((other for other, seen in window if close(runs, seen, least)), None)
        if found is None:
            window.append((number, runs))
        else:
            near.join(found, number)


def close(one: Runs, other: Runs, least: float) -> bool:
    """Whether two texts are at least that alike."""
    return may_be_alike(one, other, least) and alike(one, other) >= least
