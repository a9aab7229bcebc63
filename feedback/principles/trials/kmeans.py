"""k-means over unit vectors, the same for the same seed (Lloyd's steps from k-means++ starts). Plain arithmetic.

Texts have few features, so points are kept as their places that are not zero; centres are whole.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import sqrt

STEPS = 25
Vector = Sequence[float]
Point = list[tuple[int, float]]


def grouped(vectors: Sequence[Vector], groups: int, *, seed: int = 0) -> list[int]:
    """The number of each vector's group, from 0; with as many groups as vectors or more each is its own."""
    if groups >= len(vectors):
        return list(range(len(vectors)))
    width = len(vectors[0])
    points = [point_of(vector) for vector in vectors]
    centres = starts(points, groups, width, random.Random(seed))
    labels: list[int] = []
    for _ in range(STEPS):
        found = [max(range(groups), key=lambda one: dot(point, centres[one])) for point in points]
        if found == labels:
            break
        labels = found
        members: list[list[Point]] = [[] for _ in range(groups)]
        for point, label in zip(points, labels, strict=True):
            members[label].append(point)
        centres = [middle(some, width) if some else centres[one] for one, some in enumerate(members)]
    return labels


def starts(points: Sequence[Point], groups: int, width: int, dice: random.Random) -> list[list[float]]:
    """The first centres: each next one is likelier the farther it is from those there are."""
    centres = [middle([dice.choice(points)], width)]
    far = [1 - dot(point, centres[0]) for point in points]
    while len(centres) < groups:
        weights = [max(0.0, distance) ** 2 for distance in far]
        drawn = dice.choices(points, weights)[0] if any(weights) else dice.choice(points)
        centres.append(middle([drawn], width))
        far = [min(old, 1 - dot(point, centres[-1])) for old, point in zip(far, points, strict=True)]
    return centres


def middle(points: Sequence[Point], width: int) -> list[float]:
    """The direction of the mean."""
    total = [0.0] * width
    for point in points:
        for place, value in point:
            total[place] += value
    length = sqrt(sum(value * value for value in total)) or 1.0
    return [value / length for value in total]


def point_of(vector: Vector) -> Point:
    """The places of a vector that are not zero, at length one."""
    length = sqrt(sum(value * value for value in vector)) or 1.0
    return [(place, value / length) for place, value in enumerate(vector) if value]


def dot(point: Point, centre: Vector) -> float:
    """The cosine of a point and a centre."""
    return sum(value * centre[place] for place, value in point)
