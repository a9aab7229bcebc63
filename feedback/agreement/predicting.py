"""The chance that an answer gets a heart, from visible properties of its text (RLUF). Pure.

A small regularised logistic regression on a dozen properties. It knows nothing of what a text means, and is good for
saying which way versions drift, not for choosing an answer.
"""

from __future__ import annotations

import math
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

PATTERNS: dict[str, re.Pattern[str]] = {
    "list items": re.compile(r"^\s*(?:[-*+]|\d+[.)])\s", re.M),
    "headings": re.compile(r"^#{1,6}\s", re.M),
    "code": re.compile(r"```|`[^`]+`"),
    "links": re.compile(r"\]\(|https?://"),
    "numbers": re.compile(r"\d+"),
    "questions": re.compile(r"[?？؟]"),
    "exclamations": re.compile(r"[!！]"),
    "emoji": re.compile(r"[\u2600-\u27bf\U0001f300-\U0001faff]"),
    "hedges": re.compile(r"\b(?:may|might|perhaps|possibly|probably|likely|seems?|could)\b", re.I),
    "flattery": re.compile(r"\b(?:great|excellent|wonderful|amazing|fantastic|love|beautiful|brilliant)\b", re.I),
    "refusals": re.compile(r"\b(?:sorry|cannot|can't|can’t|unable|as an ai)\b", re.I),
    "you": re.compile(r"\b(?:you|your|yours)\b", re.I),
}
FEATURES = ("length", "words a sentence", *PATTERNS)


def features(text: str) -> list[float]:
    """The visible properties of a text: its length in words, words a sentence, others a hundred words; all as logs."""
    words = max(1, len(text.split()))
    sentences = max(1, len(re.findall(r"[.!?。！？]+(?:\s|$)", text)))
    counts = [math.log1p(100 * len(pattern.findall(text)) / words) for pattern in PATTERNS.values()]
    return [math.log1p(words), math.log1p(words / sentences), *counts]


@dataclass(frozen=True)
class Predictor:
    """The chance of a heart for a text, by the fitted weights of its standardised features."""

    middles: list[float]
    spreads: list[float]
    weights: list[float]

    def predict(self, text: str) -> float:
        """The chance, 0 to 1."""
        return self.chance(features(text))

    def chance(self, raw: Sequence[float]) -> float:
        """The chance for features."""
        return sigmoid(sum(w * x for w, x in zip(self.weights, self.row(raw), strict=True)))

    def row(self, raw: Sequence[float]) -> list[float]:
        """Standardised, with the constant in front."""
        return [1.0, *((x - m) / s for x, m, s in zip(raw, self.middles, self.spreads, strict=True))]

    def strongest(self, many: int = 4) -> list[tuple[str, float]]:
        """The properties with the largest weights, by name."""
        named = zip(FEATURES, self.weights[1:], strict=True)
        return sorted(named, key=lambda one: -abs(one[1]))[:many]


@dataclass(frozen=True)
class Observed:
    """The features of one response with its hearts among its reactions."""

    raw: list[float]
    loved: int
    n: int


def fit(rows: Sequence[Observed], *, penalty: float = 1.0, rounds: int = 12) -> Predictor:
    """Ridge-penalised logistic regression by Newton's steps; the constant is not penalised."""
    middles, spreads = standard(rows)
    predictor = Predictor(middles, spreads, [0.0] * (len(FEATURES) + 1))
    data = [(predictor.row(row.raw), row.loved, row.n) for row in rows]
    weights = predictor.weights
    for _round in range(rounds):
        step = solve(*newton(data, weights, penalty))
        weights = [w + d for w, d in zip(weights, step, strict=True)]
        if max(map(abs, step)) < 1e-6:
            break
    return Predictor(middles, spreads, weights)


def standard(rows: Sequence[Observed]) -> tuple[list[float], list[float]]:
    """Mean and standard deviation of every feature; 1 where it never varies."""
    columns = list(zip(*(row.raw for row in rows), strict=True))
    middles = [sum(column) / len(column) for column in columns]
    spreads = [
        math.sqrt(sum((x - m) ** 2 for x in column) / len(column)) or 1.0
        for column, m in zip(columns, middles, strict=True)
    ]
    return middles, spreads


def newton(
    data: Sequence[tuple[list[float], int, int]], weights: list[float], penalty: float
) -> tuple[list[list[float]], list[float]]:
    """Curvature and slope of the penalised likelihood."""
    size = len(weights)
    curve = [[0.0] * size for _ in range(size)]
    slope = [0.0] * size
    for row, loved, n in data:
        p = sigmoid(sum(w * x for w, x in zip(weights, row, strict=True)))
        pull, bend = loved - n * p, n * p * (1 - p)
        for i, x in enumerate(row):
            slope[i] += pull * x
            line, factor = curve[i], bend * x
            for j in range(i + 1):
                line[j] += factor * row[j]
    for i in range(size):
        for j in range(i):
            curve[j][i] = curve[i][j]
        curve[i][i] += (penalty if i else 0.0) + 1e-9
        slope[i] -= penalty * weights[i] if i else 0.0
    return curve, slope


def solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    """A linear system by elimination with pivots."""
    size = len(right)
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for i in range(size):
        pivot = max(range(i, size), key=lambda k: abs(rows[k][i]))
        rows[i], rows[pivot] = rows[pivot], rows[i]
        for k in range(i + 1, size):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    found = [0.0] * size
    for i in reversed(range(size)):
        known = sum(rows[i][j] * found[j] for j in range(i + 1, size))
        found[i] = (rows[i][size] - known) / rows[i][i]
    return found


def sigmoid(x: float) -> float:
    """1 / (1 + e^-x), without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


@dataclass(frozen=True)
class Checked:
    """How well unseen responses were told apart: the area under the curve (0.5 is chance) and the log loss, beside that
    of always naming the average. `is_better` when it beats the average."""

    responses: int
    reactions: int
    area: float
    loss: float
    base_loss: float

    @property
    def is_better(self) -> bool:
        """Whether the predictor knows more than the average does."""
        return self.loss < self.base_loss


def cross_checked(rows: Sequence[Observed], *, folds: int = 5, seed: int = 0, penalty: float = 1.0) -> Checked | None:
    """Predict every response by a fit on the other folds; None where there are too few or all reactions are alike."""
    loved, n = sum(row.loved for row in rows), sum(row.n for row in rows)
    if len(rows) < 4 * folds or not 0 < loved < n:
        return None
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    scored: list[tuple[float, float, Observed]] = []
    for part in range(folds):
        held = set(order[part::folds])
        rest = [row for place, row in enumerate(rows) if place not in held]
        predictor = fit(rest, penalty=penalty)
        average = (sum(row.loved for row in rest) + 1) / (sum(row.n for row in rest) + 2)
        scored += [(predictor.chance(rows[place].raw), average, rows[place]) for place in held]
    loss = sum(log_loss(p, row) for p, _average, row in scored) / n
    base = sum(log_loss(average, row) for _p, average, row in scored) / n
    return Checked(len(rows), n, area([(p, row) for p, _average, row in scored]), loss, base)


def log_loss(p: float, row: Observed) -> float:
    """How surprising the reactions to a response are to a chance."""
    p = min(max(p, 1e-9), 1 - 1e-9)
    return -(row.loved * math.log(p) + (row.n - row.loved) * math.log(1 - p))


def area(scored: Sequence[tuple[float, Observed]]) -> float:
    """How often a heart was given a higher chance than a no; ties count half."""
    wins = below = 0.0
    loved = sum(row.loved for _p, row in scored)
    others = sum(row.n - row.loved for _p, row in scored)
    by_chance: dict[float, tuple[int, int]] = {}
    for p, row in scored:
        a, b = by_chance.get(p, (0, 0))
        by_chance[p] = (a + row.loved, b + row.n - row.loved)
    for p in sorted(by_chance):
        a, b = by_chance[p]
        wins += a * (below + b / 2)
        below += b
    return wins / (loved * others) if loved and others else 0.5
