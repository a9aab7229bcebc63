"""How good responses are by comparisons between them, and which comparison would teach most. Plain arithmetic, no rows.

The model is Bradley and Terry's (1952): each response has a strength, and the chance that i is preferred to j is
1 / (1 + exp(strength j - strength i)). What is believed of the strengths is a normal distribution: its middle is the
most likely value under a normal prior, its covariance the inverse curvature there (Laplace). What a comparison teaches
is how much surer of the order one expects to be after it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import erfc, exp, log2, pi, sqrt

SPREAD = 2.0
"""The standard deviation of strengths before anything is known: two responses are then some 2.8 apart."""
BELL = 2.0144
"""The width of the bell that comes closest to the surprise of a comparison as a function of the gap."""
STEPS = 30

Pair = tuple[int, int]
Matrix = list[list[float]]
Value = Callable[["Belief", int, int], float]


@dataclass(frozen=True)
class Answer:
    """One comparison of the responses at two places in a list: `share` is 1 when `first` won, 0 when `second`, half
    when neither."""

    first: int
    second: int
    share: float = 1.0


@dataclass(frozen=True)
class Belief:
    """What is believed of the strengths: `means` and `covariance`, in the order of the responses."""

    means: list[float]
    covariance: Matrix

    def gap(self, first: int, second: int) -> tuple[float, float]:
        """Mean and variance of how much stronger `first` is than `second`."""
        rows = self.covariance
        variance = rows[first][first] + rows[second][second] - 2 * rows[first][second]
        return self.means[first] - self.means[second], max(variance, 0.0)

    @property
    def order(self) -> list[int]:
        """The responses, strongest first."""
        return sorted(range(len(self.means)), key=lambda one: (-self.means[one], one))


def nothing_known(number: int, *, spread: float = SPREAD) -> Belief:
    """The belief about that many responses before any comparison."""
    square = spread * spread
    return Belief([0.0] * number, [[square if i == j else 0.0 for j in range(number)] for i in range(number)])


def chance(gap: float) -> float:
    """The chance that a response this much stronger is preferred."""
    return 1 / (1 + exp(-gap)) if gap >= 0 else exp(gap) / (1 + exp(gap))


def fit(number: int, answers: Sequence[Answer], *, spread: float = SPREAD) -> Belief:
    """The belief about `number` responses after these answers, by Newton's method."""
    if not answers:
        return nothing_known(number, spread=spread)
    means = [0.0] * number
    for _ in range(STEPS):
        slope, curve = slope_and_curve(means, answers, spread)
        step = solve(curve, slope)
        longest = max(abs(one) for one in step)
        shorten = min(1.0, 4.0 / longest) if longest else 1.0
        means = [mean + shorten * one for mean, one in zip(means, step, strict=True)]
        if longest < 1e-9:
            break
    return Belief(means, inverse(slope_and_curve(means, answers, spread)[1]))


def slope_and_curve(means: list[float], answers: Iterable[Answer], spread: float) -> tuple[list[float], Matrix]:
    """First derivative and negative second derivative of the log posterior at `means`."""
    sharp = 1 / (spread * spread)
    slope = [-mean * sharp for mean in means]
    curve = [[sharp if i == j else 0.0 for j in range(len(means))] for i in range(len(means))]
    for one in answers:
        expected = chance(means[one.first] - means[one.second])
        slope[one.first] += one.share - expected
        slope[one.second] -= one.share - expected
        weight = expected * (1 - expected)
        curve[one.first][one.first] += weight
        curve[one.second][one.second] += weight
        curve[one.first][one.second] -= weight
        curve[one.second][one.first] -= weight
    return slope, curve


def learned(belief: Belief, answer: Answer) -> Belief:
    """The belief after one more answer, without fitting all of them again: one Newton step along the pair's line.

    The means stay within a few hundredths of `fit`; a simulation can ask thousands of questions with it.
    """
    mean, variance = belief.gap(answer.first, answer.second)
    if variance <= 0:
        return belief
    moved = peak(mean, variance, answer.share)
    expected = chance(moved)
    weight = expected * (1 - expected)
    along = [row[answer.first] - row[answer.second] for row in belief.covariance]
    shift, shrink = (moved - mean) / variance, weight / (1 + weight * variance)
    means = [one + shift * part for one, part in zip(belief.means, along, strict=True)]
    rows = [
        [cell - shrink * here * there for cell, there in zip(row, along, strict=True)]
        for row, here in zip(belief.covariance, along, strict=True)
    ]
    return Belief(means, rows)


def peak(mean: float, variance: float, share: float) -> float:
    """The most likely gap when it was expected at `mean` and the comparison came out `share` (by halving)."""
    low, high = mean - variance, mean + variance
    for _ in range(60):
        middle = (low + high) / 2
        if (share - chance(middle)) - (middle - mean) / variance > 0:
            low = middle
        else:
            high = middle
        if high - low < 1e-10:
            break
    return (low + high) / 2


def worth(belief: Belief, first: int, second: int) -> float:
    """How much this comparison is expected to lower the chance that the two stand the wrong way round in the order.

    What a ranking is judged by (Kendall's tau) counts exactly such pairs, so this asks less than `information` does for
    the same order; tests/benchmarks/asking.py measures both against random pairing.
    """
    mean, variance = belief.gap(first, second)
    if variance <= 0:
        return 0.0
    first_wins = chance(mean / sqrt(1 + pi * variance / 8))
    after = sum(
        share * wrong(*moved(mean, variance, outcome)) for outcome, share in ((1, first_wins), (0, 1 - first_wins))
    )
    return max(wrong(mean, variance) - after, 0.0)


def wrong(mean: float, variance: float) -> float:
    """The chance that a normal gap has the other sign than its mean."""
    return 0.5 * erfc(abs(mean) / sqrt(2 * variance))


def moved(mean: float, variance: float, outcome: int) -> tuple[float, float]:
    """Mean and variance of the gap after one comparison, by a single Newton step."""
    expected = chance(mean)
    after = mean + (outcome - expected) * variance / (1 + expected * (1 - expected) * variance)
    expected = chance(after)
    return after, variance / (1 + expected * (1 - expected) * variance)


def information(belief: Belief, first: int, second: int) -> float:
    """How many bits the outcome of this comparison is expected to tell about the strengths.

    The surprise expected now, less the surprise that would be left if the strengths were known: both for a normal gap,
    the first with MacKay's scaling (1992), the second with the bell of Houlsby and others (2011).
    """
    mean, variance = belief.gap(first, second)
    now = entropy(chance(mean / sqrt(1 + pi * variance / 8)))
    width = BELL * BELL
    left = BELL / sqrt(variance + width) * exp(-mean * mean / (2 * (variance + width)))
    return max(now - left, 0.0)


def potential(belief: Belief, first: int, second: int, *, optimism: float = 1.0) -> float:
    """How good the two might be together: their means and, with `optimism`, what is not known of them (after SELM)."""
    return sum(belief.means[one] + optimism * sqrt(belief.covariance[one][one]) for one in (first, second))


def entropy(share: float) -> float:
    """The surprise of a coin in bits."""
    if share <= 0 or share >= 1:
        return 0.0
    return -share * log2(share) - (1 - share) * log2(1 - share)


def most_telling(belief: Belief, pairs: Iterable[Pair], *, by: Value = worth) -> Pair | None:
    """The pair whose outcome teaches most; the first of equals, None when there is no pair."""
    return max(pairs, key=lambda pair: by(belief, *pair), default=None)


def kendall_tau(order: Sequence[int], truth: Sequence[float]) -> float:
    """How well an order agrees with true strengths: 1 for the same, 0 for chance, -1 for the reverse."""
    number = len(order)
    pairs = number * (number - 1) / 2
    right = sum(truth[order[i]] > truth[order[j]] for i in range(number) for j in range(i + 1, number))
    return 2 * right / pairs - 1 if pairs else 1.0


def solve(matrix: Matrix, right: Sequence[float]) -> list[float]:
    """x with matrix · x = right, for a symmetric positive definite matrix (Cholesky)."""
    lower = root(matrix)
    between: list[float] = []
    for i, row in enumerate(lower):
        between.append((right[i] - sum(row[k] * between[k] for k in range(i))) / row[i])
    found = [0.0] * len(lower)
    for i in range(len(lower) - 1, -1, -1):
        found[i] = (between[i] - sum(lower[k][i] * found[k] for k in range(i + 1, len(lower)))) / lower[i][i]
    return found


def root(matrix: Matrix) -> Matrix:
    """The lower triangle L with L · Lᵀ = matrix."""
    lower: Matrix = []
    for i, row in enumerate(matrix):
        line: list[float] = []
        for j in range(i + 1):
            above = lower[j] if j < i else line
            rest = row[j] - sum(line[k] * above[k] for k in range(j))
            line.append(sqrt(max(rest, 1e-12)) if i == j else rest / lower[j][j])
        lower.append(line)
    return lower


def inverse(matrix: Matrix) -> Matrix:
    """The inverse of a symmetric positive definite matrix."""
    size = len(matrix)
    return [solve(matrix, [1.0 if i == j else 0.0 for j in range(size)]) for i in range(size)]
