"""What a record of helped and harmed says about a principle: a Beta posterior, and when it is bad enough (pure).

After Ponnusamy and others' self-aware self-learning: each live rule keeps its own successes and defects, and its own
decision boundary follows from them. Counts are whole numbers, so everything here is an exact sum of binomials. It does
not know where the counts come from.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log

SURE = 0.95
ENOUGH = 8
EVEN = 0.5


@dataclass(frozen=True, kw_only=True)
class Posterior:
    """Beta(1 + helped, 1 + harmed): what is believed of the share of uses in which a principle helps."""

    helped: int
    harmed: int

    @property
    def n(self) -> int:
        """How many uses were judged."""
        return self.helped + self.harmed

    @property
    def mean(self) -> float:
        """The share expected of the next use."""
        return (1 + self.helped) / (2 + self.n)

    @property
    def low(self) -> float:
        """The lower end of the middle 95 %."""
        return self.quantile(0.025)

    @property
    def high(self) -> float:
        """The upper end of the middle 95 %."""
        return self.quantile(0.975)

    def below(self, share: float) -> float:
        """How probable it is that the true share is below this one."""
        return beta_below(1 + self.helped, 1 + self.harmed, share)

    def quantile(self, probability: float) -> float:
        """The share that lies above with so much probability; found by halving."""
        low, high = 0.0, 1.0
        for _ in range(30):
            middle = (low + high) / 2
            low, high = (middle, high) if self.below(middle) < probability else (low, middle)
        return (low + high) / 2


def beta_below(a: int, b: int, x: float) -> float:
    """P(Beta(a, b) < x) for whole a and b: the upper tail of a binomial with a + b - 1 tries."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    n = a + b - 1
    return min(1.0, sum(exp(choose_log(n, j) + j * log(x) + (n - j) * log(1 - x)) for j in range(a, n + 1)))


def choose_log(n: int, k: int) -> float:
    """The logarithm of n over k."""
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def bar(others: Posterior) -> float:
    """What a principle must not fall below: half, or what the others manage where that is less."""
    return min(EVEN, others.mean) if others.n else EVEN


def is_poor(own: Posterior, *, others: Posterior) -> bool:
    """Whether a principle does worse than the bar, as good as surely, with enough uses judged to say so."""
    return own.n >= ENOUGH and own.below(bar(others)) >= SURE


def harms_as_often(own: Posterior) -> bool:
    """Whether it harmed at least as often as it helped (ACE's list to look at)."""
    return own.harmed > 0 and own.harmed >= own.helped
