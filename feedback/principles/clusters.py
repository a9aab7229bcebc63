"""Which of many texts say the same: in the same words, in nearly the same, or of one topic. Plain arithmetic.

Groups are lists of places in the list that was given, each in order, the groups by their first place. The same input
makes the same groups everywhere. It does not know what the texts are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from feedback.llm.embed import NO, telling_words

Vector = Sequence[float]
Groups = list[list[int]]
NEAR, TOPIC = 0.72, 0.3
NOT_A_WORD = re.compile(r"[^\w]+")


def exact(texts: Sequence[str]) -> Groups:
    """Those in the same words, whatever their case, spaces and full stops; groups of two and more."""
    by_words: dict[str, list[int]] = {}
    for place, text in enumerate(texts):
        by_words.setdefault(plain(text), []).append(place)
    return several(by_words.values())


def plain(text: str) -> str:
    """The words alone, in small letters."""
    return NOT_A_WORD.sub(" ", text.lower()).strip()


def near(
    texts: Sequence[str], vectors: Sequence[Vector], *, threshold: float = NEAR, also: Sequence[Vector] | None = None
) -> Groups:
    """Those that say nearly the same; groups of two and more. What one asks for and another forbids is kept apart.

    With `also` two have to be alike by both vectors, as by the whole sentence and by what it asks for.
    """
    denied = [is_denied(text) for text in texts]
    alike = similarities(vectors)
    if also is not None:
        pairs = zip(alike, similarities(also), strict=True)
        alike = [[min(a, b) for a, b in zip(one, other, strict=True)] for one, other in pairs]
    for one, row in enumerate(alike):
        for other in range(len(row)):
            if denied[one] != denied[other]:
                row[other] = -1.0
    return several(joined(alike, threshold=threshold))


def topics(vectors: Sequence[Vector], *, groups: int | None = None, threshold: float = TOPIC) -> Groups:
    """Every place in one group: as many groups as asked for, or as many as the threshold makes."""
    return joined(similarities(vectors), threshold=threshold, groups=groups)


def is_denied(text: str) -> bool:
    """Whether the text says what not to do."""
    return telling_words(text).count(NO) % 2 == 1


def several(groups: Iterable[list[int]]) -> Groups:
    """The groups of two and more."""
    return [one for one in groups if len(one) > 1]


def similarities(vectors: Sequence[Vector]) -> list[list[float]]:
    """Each with each. The vectors are of length one, or zero."""
    table = [[0.0] * len(vectors) for _ in vectors]
    for one, vector in enumerate(vectors):
        filled = [(place, value) for place, value in enumerate(vector) if value]
        for other in range(one):
            there = vectors[other]
            table[one][other] = table[other][one] = sum(value * there[place] for place, value in filled)
    return table


def joined(alike: list[list[float]], *, threshold: float, groups: int | None = None) -> Groups:
    """Average linkage: the most alike groups are joined first, until none is alike enough, or so many are left."""
    steps = sorted(chain_of(alike), key=lambda step: -step[0])
    wanted = None if groups is None else max(0, len(alike) - max(1, groups))
    steps = steps[:wanted] if wanted is not None else [step for step in steps if step[0] >= threshold]
    root = list(range(len(alike)))

    def top(place: int) -> int:
        while root[place] != place:
            root[place] = root[root[place]]
            place = root[place]
        return place

    for _, one, other in steps:
        low, high = sorted((top(one), top(other)))
        root[high] = low
    found: dict[int, list[int]] = {}
    for place in range(len(alike)):
        found.setdefault(top(place), []).append(place)
    return list(found.values())


def chain_of(alike: list[list[float]]) -> list[tuple[float, int, int]]:
    """All joins of average linkage as (likeness, a place of the one, a place of the other).

    Follows nearest neighbours until two are each other's, so it grows with the square of the number of places.
    """
    table = [row[:] for row in alike]
    sizes, alive = [1] * len(alike), set(range(len(alike)))
    chain: list[int] = []
    steps: list[tuple[float, int, int]] = []
    while len(alive) > 1:
        if not chain:
            chain.append(min(alive))
        last = chain[-1]
        row, before = table[last], chain[-2] if len(chain) > 1 else -1
        nearest = max((place for place in alive if place != last), key=lambda at: (row[at], at == before, -at))
        if nearest != before:
            chain.append(nearest)
            continue
        del chain[-2:]
        steps.append((row[nearest], last, nearest))
        join(table, sizes, alive, *sorted((last, nearest)))
    return steps


def join(table: list[list[float]], sizes: list[int], alive: set[int], into: int, gone: int) -> None:
    """Put two groups together: their likeness to every other is the mean over their members."""
    alive.discard(gone)
    both = sizes[into] + sizes[gone]
    for other in alive - {into}:
        mean = (sizes[into] * table[into][other] + sizes[gone] * table[gone][other]) / both
        table[into][other] = table[other][into] = mean
    sizes[into] = both
