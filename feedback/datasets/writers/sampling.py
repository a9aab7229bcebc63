"""Which examples a set of limited size is made of, and how far that is from all of them.

A text stands as the places of the local embedding that its words and pairs of words fill, as bits in a whole number, so
that two are compared by counting bits. Topics are led by texts far from each other; each text belongs to the topic of
its nearest leader.

    diverse     one farthest from all picked so far, again and again (k-centre greedy, DiverseEvol), block by block
    clusters    every topic by its size and by how good its answers were found to be (Diversify and Conquer)
    complex     of every topic the same share, the most complex of it (data-efficient code): the mix stays
    random      by the hash of the content, the same everywhere

Complexity is how many bytes are left when a text is compressed. Everything is the same for the same set; memory is some
30 bytes an example and a block of texts. It knows no database: examples are numbers 0, 1, 2 … in the order they came.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import isqrt
from zlib import compress, crc32

from feedback.llm.embed import telling_words

PLACES = 384
LEADING, TOPICS = 600, 24
BLOCK = 1000
UNSAID = 0.5
LEAST_WEIGHT = 0.1


def bits_of(text: str) -> int:
    """The places a text fills."""
    words = telling_words(text)
    bits = 0
    for feature in (*words, *(f"{one} {other}" for one, other in pairwise(words))):
        bits |= 1 << crc32(feature.encode()) % PLACES
    return bits


def apart(one: int, other: int) -> float:
    """How far two texts are from each other, from 0 to 1."""
    union = (one | other).bit_count()
    return 1 - (one & other).bit_count() / union if union else 0.0


def farthest(bits: Sequence[int], wanted: int, taken: Sequence[int] = ()) -> list[int]:
    """So many of these, each the farthest from all picked before it and from what is `taken`; ties go to the first."""
    if wanted >= len(bits):
        return list(range(len(bits)))
    gaps = [min((apart(one, other) for other in taken), default=1.0) for one in bits]
    picked: list[int] = []
    for _ in range(wanted):
        best = max(range(len(bits)), key=gaps.__getitem__)
        picked.append(best)
        gaps[best] = -1.0
        for i, gap in enumerate(gaps):
            if gap > 0:
                gaps[i] = min(gap, apart(bits[i], bits[best]))
    return picked


@dataclass
class Field:
    """What is known of the examples: topic, complexity, place in the order of their hashes, quality (-1: unknown)."""

    leaders: list[int]
    topics: array[int] = field(default_factory=lambda: array("H"))
    complexity: array[int] = field(default_factory=lambda: array("I"))
    order: array[int] = field(default_factory=lambda: array("Q"))
    quality: array[float] = field(default_factory=lambda: array("f"))

    def add(self, bits: int, words: str, content_hash: str, quality: float | None) -> None:
        """Take the next example."""
        nearest = min(range(len(self.leaders)), key=lambda i: apart(bits, self.leaders[i])) if self.leaders else 0
        self.topics.append(nearest)
        self.complexity.append(len(compress(words.encode(), 1)))
        self.order.append(int(content_hash[:16], 16))
        self.quality.append(-1.0 if quality is None else quality)

    def __len__(self) -> int:
        return len(self.topics)

    def by_topic(self, numbers: Iterable[int]) -> dict[int, list[int]]:
        """These examples by topic."""
        found: dict[int, list[int]] = {}
        for number in numbers:
            found.setdefault(self.topics[number], []).append(number)
        return dict(sorted(found.items()))

    def mean_quality(self, numbers: Iterable[int]) -> float | None:
        """The mean of what is known."""
        known = [self.quality[number] for number in numbers if self.quality[number] >= 0]
        return sum(known) / len(known) if known else None


def leaders_of(sample: Sequence[int]) -> list[int]:
    """Texts far from each other, to lead the topics: no more than there is room for among so many."""
    return [sample[i] for i in farthest(sample, min(TOPICS, max(1, isqrt(len(sample)))))]


def at_random(known: Field, limit: int) -> list[int]:
    """The first so many by hash."""
    return sorted(range(len(known)), key=lambda number: (known.order[number], number))[:limit]


def by_complexity(known: Field, limit: int) -> list[int]:
    """Of every topic the same share, its most complex ones."""
    groups = known.by_topic(range(len(known)))
    shares = shared_out(limit, {topic: float(len(group)) for topic, group in groups.items()}, groups)
    return sorted(
        number
        for topic, group in groups.items()
        for number in sorted(group, key=lambda one: (-known.complexity[one], known.order[one]))[: shares[topic]]
    )


def by_quality(known: Field, limit: int) -> list[int]:
    """Of every topic as many as its size and its mean quality say, in the order of hashes."""
    groups = known.by_topic(range(len(known)))
    weights = {}
    for topic, group in groups.items():
        quality = known.mean_quality(group)
        weights[topic] = len(group) * max(LEAST_WEIGHT, UNSAID if quality is None else quality)
    shares = shared_out(limit, weights, groups)
    return sorted(
        number
        for topic, group in groups.items()
        for number in sorted(group, key=lambda one: known.order[one])[: shares[topic]]
    )


def shared_out(limit: int, weights: dict[int, float], groups: dict[int, list[int]]) -> dict[int, int]:
    """The limit over groups by weight, never more than a group has; what is left over goes round by weight."""
    shares = dict.fromkeys(groups, 0)
    left = min(limit, sum(map(len, groups.values())))
    while left:
        open_ = [topic for topic, group in groups.items() if shares[topic] < len(group)]
        total = sum(weights[topic] for topic in open_)
        given = 0
        for topic in open_:
            more = min(int(left * weights[topic] / total), len(groups[topic]) - shares[topic])
            shares[topic], given = shares[topic] + more, given + more
        if not given:
            for topic in sorted(open_, key=lambda one: -weights[one])[:left]:
                shares[topic], given = shares[topic] + 1, given + 1
        left -= given
    return shares


def by_distance(blocks: Iterator[list[int]], every: int, limit: int, leaders: Sequence[int]) -> list[int]:
    """Block by block its share of the farthest from each other and from the last ones picked before."""
    picked: list[int] = []
    begun, seen = 0, 0
    last: list[int] = []
    for block in blocks:
        seen += len(block)
        wanted = round(limit * seen / every) - len(picked)
        found = farthest(block, max(0, wanted), last)
        last = [block[i] for i in found][-len(leaders) - 8 :]
        picked += [begun + i for i in found]
        begun += len(block)
    return sorted(picked[:limit])


def drift(known: Field, picked: Sequence[int]) -> dict[str, float | None]:
    """How far what was picked is from all: topics (total variation, 0 the same mix), complexity and quality."""
    every = Counter(known.topics)
    some = Counter(known.topics[number] for number in picked)
    topics = sum(abs(every[topic] / len(known) - some[topic] / max(1, len(picked))) for topic in every) / 2
    complexity = [
        sum(known.complexity) / max(1, len(known)),
        sum(known.complexity[n] for n in picked) / max(1, len(picked)),
    ]
    quality = [known.mean_quality(range(len(known))), known.mean_quality(picked)]
    return {
        "topics": len(every), "topics_in_it": len(some), "topic_drift": round(topics, 4),
        "complexity_of_all": round(complexity[0], 1), "complexity": round(complexity[1], 1),
        "quality_of_all": rounded(quality[0]), "quality": rounded(quality[1]),
    }  # fmt: skip


def rounded(value: float | None) -> float | None:
    """To four places."""
    return None if value is None else round(value, 4)
