"""k-means over unit vectors, the same for the same seed (Lloyd's steps from k-means++ starts). Plain arithmetic."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import sqrt

STEPS = 25
Vector = Sequence[float]


def grouped(vectors: Sequence[Vector], groups: int, *, seed: int = 0) -> list[int]:
    """The number of each vector's group, from 0; with as many groups as vectors or more each is its own."""
    if groups >= len(vectors):
        return list(range(len(vectors)))
    points = [unit(vector) for vector in vectors]
    centres = starts(points, groups, random.Random(seed))
    labels: list[int] = []
    for _ in range(STEPS):
        found = [max(range(len(centres)), key=lambda one: dot(point, centres[one])) for point in points]
        if found == labels:
            break
        labels = found
        centres = [middle([p for p, at in zip(points, labels, strict=True) if at == one]) or centres[one]
                   for one in range(len(centres))]  # fmt: skip
    return labels


def starts(points: Sequence[Vector], groups: int, dice: random.Random) -> list[Vector]:
    """The first centres: each next one is likelier the farther it is from those there are."""
    centres: list[Vector] = [dice.choice(points)]
    far = [1 - dot(point, centres[0]) for point in points]
    while len(centres) < groups:
        weights = [max(0.0, distance) ** 2 for distance in far]
        centres.append(dice.choices(points, weights)[0] if any(weights) else dice.choice(points))
        far = [min(old, 1 - dot(point, centres[-1])) for old, point in zip(far, points, strict=True)]
    return centres


def middle(points: Sequence[Vector]) -> Vector:
    """The direction of the mean; empty for none."""
    return unit([sum(column) for column in zip(*points, strict=True)]) if points else []


def unit(vector: Vector) -> Vector:
    """The vector at length one."""
    length = sqrt(sum(value * value for value in vector))
    return [value / length for value in vector] if length else list(vector)


def dot(one: Vector, other: Vector) -> float:
    """The cosine of two unit vectors."""
    return sum(a * b for a, b in zip(one, other, strict=True))
