"""Opinion groups and what they agree on, as Polis finds them: plain arithmetic over a table of votes.

A ballot is one participant's votes: statement -> 1 (agree), -1 (disagree), 0 (pass); what was not seen is left out.
It does not know who the participants are, where votes are kept or what a statement says.
Source: Small, Bjorkegren, Erkkila, Shaw, Megill: Polis, Recerca 26(2), 2021; and the mathematics of its server.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

AGREE, DISAGREE, PASS = 1, -1, 0
ENOUGH_VOTES = 7
MOST_GROUPS = 5
ROUNDS = 200
ONE_SIDED_90 = 1.2816

S = TypeVar("S", bound=Hashable)
P = TypeVar("P", bound=Hashable)
Ballot = Mapping[S, int]
Point = tuple[float, float]
Sparse = Mapping[int, float]


@dataclass(frozen=True)
class Tally:
    """How often a statement was agreed with, disagreed with and passed by those who saw it."""

    agrees: int = 0
    disagrees: int = 0
    passes: int = 0

    @property
    def votes(self) -> int:
        """All who saw it, those who passed too."""
        return self.agrees + self.disagrees + self.passes

    @property
    def agreement(self) -> float:
        """The smoothed share that agrees: (agrees + 1) / (votes + 2)."""
        return (self.agrees + 1) / (self.votes + 2)


@dataclass(frozen=True)
class Standing(Generic[S]):
    """One statement: its votes in all and by group, and its group-aware consensus (the product of agreements)."""

    statement: S
    all: Tally
    groups: tuple[Tally, ...]
    consensus: float


@dataclass(frozen=True)
class Typical(Generic[S]):
    """A statement that sets a group apart from the rest.

    `agrees` says whether by agreeing or by disagreeing, `share` the smoothed share that does so, `ratio` how many times
    the share of all the others that is; `z_share` tests it against one half, `z_ratio` against the others.
    """

    statement: S
    agrees: bool
    share: float
    ratio: float
    z_share: float
    z_ratio: float

    @property
    def weight(self) -> float:
        """By which the typical statements of a group are ordered."""
        return self.ratio * self.z_ratio * self.share * self.z_share

    @property
    def is_sure(self) -> bool:
        """Whether both tests pass at 90 %, one-sided."""
        return self.z_share > ONE_SIDED_90 and self.z_ratio > ONE_SIDED_90


def tally(ballots: Sequence[Ballot[S]], statement: S) -> Tally:
    """The votes on one statement."""
    cast = [ballot[statement] for ballot in ballots if statement in ballot]
    return Tally(cast.count(AGREE), cast.count(DISAGREE), cast.count(PASS))


def consensus(
    ballots: Mapping[P, Ballot[S]], groups: Sequence[Sequence[P]], statements: Sequence[S]
) -> list[Standing[S]]:
    """Every statement with its group-aware consensus, highest first; ties keep the order given.

    Without groups all participants are one.
    """
    everybody = list(ballots.values())
    sides = [[ballots[name] for name in group] for group in groups] or [everybody]
    found = []
    for statement in statements:
        tallies = tuple(tally(side, statement) for side in sides)
        product = math.prod(one.agreement for one in tallies)
        found.append(Standing(statement, tally(everybody, statement), tallies, product))
    return sorted(found, key=lambda one: -one.consensus)


def typical(standings: Sequence[Standing[S]], group: int, *, at_most: int = 5) -> list[Typical[S]]:
    """The statements that set a group apart, the most telling first: those that pass both tests, or the best one."""
    every = [distinction(one, group) for one in standings if len(one.groups) > 1 and one.groups[group].votes]
    sure = sorted((one for one in every if one.is_sure), key=lambda one: -one.weight)
    return sure[:at_most] or sorted(every, key=lambda one: -one.z_ratio)[:1]


def distinction(standing: Standing[S], group: int) -> Typical[S]:
    """How far a group is apart from the others on a statement, on the side where it is further."""
    ours = standing.groups[group]
    rest = [one for number, one in enumerate(standing.groups) if number != group]
    votes = sum(one.votes for one in rest)
    for_it = measured(standing.statement, True, ours.agrees, ours.votes, sum(one.agrees for one in rest), votes)
    against = measured(standing.statement, False, ours.disagrees, ours.votes, sum(one.disagrees for one in rest), votes)
    return for_it if for_it.z_ratio > against.z_ratio else against


def measured(statement: S, agrees: bool, ours: int, votes: int, theirs: int, their_votes: int) -> Typical[S]:
    """The shares and tests of one side of one statement."""
    share = (ours + 1) / (votes + 2)
    ratio = share / ((theirs + 1) / (their_votes + 2))
    return Typical(
        statement, agrees, share, ratio, one_share_z(ours, votes), two_shares_z(ours, votes, theirs, their_votes)
    )


def one_share_z(hits: int, of: int) -> float:
    """How surely a share is above one half, both counts one up as Polis has it."""
    hits, of = hits + 1, of + 1
    return 2 * math.sqrt(of) * (hits / of - 0.5)


def two_shares_z(hits: int, of: int, other_hits: int, other_of: int) -> float:
    """How surely a share is above another, all counts one up as Polis has it; 0 where all are hits."""
    hits, of, other_hits, other_of = hits + 1, of + 1, other_hits + 1, other_of + 1
    pooled = (hits + other_hits) / (of + other_of)
    if pooled == 1:
        return 0.0
    return (hits / of - other_hits / other_of) / math.sqrt(pooled * (1 - pooled) * (1 / of + 1 / other_of))


def opinion_map(ballots: Mapping[P, Ballot[S]], statements: Sequence[S]) -> dict[P, Point]:
    """Where each participant stands in the two directions in which opinions differ most (principal components).

    What was not seen counts as the statement's mean; those who saw little are moved out by sqrt(statements / seen), so
    that they do not all sit in the middle. Signs are fixed, so the same votes always give the same map.
    """
    rows = centred(ballots, statements)
    first = component(list(rows.values()), len(statements))
    second = component(list(rows.values()), len(statements), apart_from=first)
    places = {}
    for name, row in rows.items():
        seen = len(ballots[name])
        stretch = math.sqrt(len(statements) / seen) if seen else 0.0
        places[name] = (pull(row, first) * stretch, pull(row, second) * stretch)
    return places


def centred(ballots: Mapping[P, Ballot[S]], statements: Sequence[S]) -> dict[P, Sparse]:
    """Each ballot as distances from the statements' means, by the statement's place; what was not seen is left out."""
    means = {}
    for statement in statements:
        cast = [ballot[statement] for ballot in ballots.values() if statement in ballot]
        means[statement] = sum(cast) / len(cast) if cast else 0.0
    at = {statement: place for place, statement in enumerate(statements)}
    return {name: {at[one]: vote - means[one] for one, vote in ballot.items()} for name, ballot in ballots.items()}


def component(rows: Sequence[Sparse], width: int, *, apart_from: Sequence[float] = ()) -> list[float]:
    """The direction of greatest variance, at right angles to `apart_from`, by power iteration.

    Its largest part is positive. Zeros when nothing varies.
    """
    direction = [1.0 + 0.01 * place for place in range(width)]
    for _ in range(ROUNDS):
        longer = [0.0] * width
        for row in rows:
            strength = pull(row, direction)
            for place, part in row.items():
                longer[place] += strength * part
        if apart_from:
            along = dot(longer, apart_from)
            longer = [part - along * other for part, other in zip(longer, apart_from, strict=True)]
        size = math.sqrt(dot(longer, longer))
        if size < 1e-9:
            return [0.0] * width
        before, direction = direction, [part / size for part in longer]
        if max(abs(a - b) for a, b in zip(before, direction, strict=True)) < 1e-7:
            break
    largest = max(direction, key=abs, default=0.0)
    return [-part for part in direction] if largest < 0 else direction


def pull(row: Sparse, direction: Sequence[float]) -> float:
    """How far a row lies along a direction."""
    return sum(part * direction[place] for place, part in row.items())


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    """The inner product."""
    return sum(x * y for x, y in zip(a, b, strict=True))


def opinion_groups(
    ballots: Mapping[P, Ballot[S]], places: Mapping[P, Point], *, statements: int, at_most: int = MOST_GROUPS
) -> list[list[P]]:
    """Those who voted enough, in the groups that hang together best: k-means for 2 to `at_most`, best silhouette.

    Enough is seven votes, or all statements where there are fewer. The largest group comes first; fewer than four
    participants, or all in one place, make no groups.
    """
    wanted = min(ENOUGH_VOTES, statements)
    names = [name for name, ballot in ballots.items() if len(ballot) >= wanted]
    points = [places[name] for name in names]
    best: list[list[int]] = []
    highest = 0.0
    for k in range(2, min(at_most, len(set(points)), len(names) // 2) + 1):
        groups = k_means(points, k)
        quality = silhouette(points, groups)
        if quality > highest + 1e-9:
            best, highest = groups, quality
    return [[names[index] for index in group] for group in sorted(best, key=lambda one: (-len(one), one))]


def k_means(points: Sequence[Point], k: int) -> list[list[int]]:
    """`k` groups of indexes, begun with the points furthest from one another, so that nothing is left to chance."""
    centres = far_apart(points, k)
    groups: list[list[int]] = []
    for _ in range(ROUNDS):
        nearest = [min(range(k), key=lambda one, at=point: math.dist(at, centres[one])) for point in points]  # type: ignore[misc]
        groups = [[index for index, one in enumerate(nearest) if one == number] for number in range(k)]
        moved = [centre_of([points[i] for i in group]) if group else centres[n] for n, group in enumerate(groups)]
        if moved == centres:
            break
        centres = moved
    return [group for group in groups if group]


def far_apart(points: Sequence[Point], k: int) -> list[Point]:
    """`k` of the points: the one furthest from the middle, then always the one furthest from those taken."""
    middle = centre_of(points)
    taken = [max(points, key=lambda point: math.dist(point, middle))]
    while len(taken) < k:
        taken.append(max(points, key=lambda point: min(math.dist(point, one) for one in taken)))
    return taken


def centre_of(points: Sequence[Point]) -> Point:
    """The mean of some points."""
    return (sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points))


def silhouette(points: Sequence[Point], groups: Sequence[Sequence[int]]) -> float:
    """How much nearer points are to their own group than to the next one, from -1 to 1; 0 for a single group."""
    if len(groups) < 2:
        return 0.0
    total = 0.0
    for number, group in enumerate(groups):
        for index in group:
            spans = [mean_distance(points, index, other) for other in groups]
            own = spans.pop(number)
            if len(group) > 1:
                total += (min(spans) - own) / (max(own, min(spans)) or 1.0)
    return total / len(points)


def mean_distance(points: Sequence[Point], index: int, group: Sequence[int]) -> float:
    """From one point to the others of a group."""
    others = [one for one in group if one != index]
    return sum(math.dist(points[index], points[one]) for one in others) / len(others) if others else 0.0
