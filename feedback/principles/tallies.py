"""What the votes on a principle add up to, and which principles are kept for them. Plain arithmetic; knows no rows.

After Inverse Constitutional AI (Findeis et al., 2024). A judge says for each pair which response a principle selects;
over the repeats of a cell only what all of them say counts. With `right` for the principle selecting the response that
people chose and `wrong` for the other:

    coverage = (right + wrong) / all         accuracy = right / (right + wrong), one half when there are none
    strength = 2 (accuracy - 1/2) coverage   from -1 to 1: how much the principle says about the choices

`neither` takes the place of "not applicable" there, and is what a cell comes to whose repeats disagree.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from feedback.desk.intervals import wilson

UNANIMOUS, MAJORITY = "unanimous", "majority"
NEITHER = "neither"


def settled(outcomes: Sequence[str], how: str = UNANIMOUS) -> str:
    """What the repeats of one cell come to: what all say, or more than half; else `neither`."""
    if not outcomes:
        return NEITHER
    said, times = Counter(outcomes).most_common(1)[0]
    enough = times == len(outcomes) if how == UNANIMOUS else times * 2 > len(outcomes)
    return said if enough else NEITHER


@dataclass(frozen=True)
class Tally:
    """How often a principle selected what people chose, what they did not, both, neither, or got no usable answer."""

    right: int = 0
    wrong: int = 0
    both: int = 0
    neither: int = 0
    invalid: int = 0

    @property
    def all(self) -> int:
        """The pairs voted on."""
        return self.right + self.wrong + self.both + self.neither + self.invalid

    @property
    def decided(self) -> int:
        """The pairs it chooses between."""
        return self.right + self.wrong

    @property
    def coverage(self) -> float:
        """The share of pairs it chooses between."""
        return self.decided / self.all if self.all else 0.0

    @property
    def accuracy(self) -> float:
        """The share of its choices that were people's."""
        return self.right / self.decided if self.decided else 0.5

    @property
    def strength(self) -> float:
        """How much it says about the choices, from -1 (always the other one) to 1."""
        return 2 * (self.accuracy - 0.5) * self.coverage

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's bounds of the accuracy."""
        return wilson(self.right, self.decided)

    @property
    def coverage_interval(self) -> tuple[float, float]:
        """Wilson's bounds of the coverage."""
        return wilson(self.decided, self.all)

    @property
    def strength_interval(self) -> tuple[float, float]:
        """Bounds of the strength: it is (right - wrong) / all, so those of the accuracy at this coverage."""
        low, high = self.interval
        return 2 * (low - 0.5) * self.coverage, 2 * (high - 0.5) * self.coverage


def tallied(votes: Iterable[tuple[str, str]]) -> Tally:
    """The tally of (what the principle selects, what people chose) over pairs; "a" and "b" are the sides."""
    count = Counter("right" if v == p else "wrong" if v in {"a", "b"} else v for v, p in votes)
    return Tally(**{name: count[name] for name in ("right", "wrong", "both", "neither", "invalid")})


@dataclass(frozen=True, kw_only=True)
class Sieve:
    """Which principles pass: the settings of ICAI's filter under our names."""

    more_right_than_wrong: bool = True
    more_right_than_neither: bool = False
    mostly_valid: bool = True
    least_right: float = 0.1
    by_difference: bool = True

    def passes(self, tally: Tally) -> bool:
        """Whether a principle with these votes is kept."""
        return (
            not (self.more_right_than_wrong and tally.right <= tally.wrong)
            and not (self.more_right_than_neither and tally.right <= tally.neither)
            and not (self.mostly_valid and tally.invalid >= tally.right + tally.wrong + tally.neither)
            and not (self.least_right and tally.right < tally.all * self.least_right)
        )

    def why_not(self, tally: Tally) -> str:
        """The sentence for a principle that is not kept, or nothing."""
        if self.passes(tally):
            return ""
        if tally.invalid >= tally.right + tally.wrong + tally.neither:
            return "Hardly a usable answer came."
        if tally.right <= tally.wrong:
            return f"It selected what people chose in {tally.right} pairs and the other in {tally.wrong}."
        return f"It bears on too few pairs: right in {tally.right} of {tally.all}."

    def kept(self, tallies: Mapping[int, Tally], *, at_most: int | None = None) -> list[int]:
        """The keys of those that pass, best first; equal ones as they come."""
        passing = [key for key, tally in tallies.items() if self.passes(tally)]
        passing.sort(key=lambda key: -self.merit(tallies[key]))
        return passing[:at_most] if at_most else passing

    def merit(self, tally: Tally) -> int:
        """What they are ordered by."""
        return tally.right - tally.wrong if self.by_difference else tally.right
