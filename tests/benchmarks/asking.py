"""How many comparisons it takes to rank 30 responses when the next pair is chosen, against random pairing.

Simulated raters follow Bradley and Terry's model and all ways of asking rank by the same fit, so the only difference
is which pair is asked. Random pairing draws a pair for each comparison; a stricter baseline asks every pair once, in
random order, before any a second time. The mark to reach is the mean Kendall tau the baseline has after as many
comparisons as there are pairs (435). The interval is a bootstrap over the seeds.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

from feedback.desk.bradley_terry import (
    Answer,
    Belief,
    chance,
    fit,
    information,
    kendall_tau,
    learned,
    most_telling,
    nothing_known,
)  # fmt: skip

RESPONSES, SEEDS, REFIT = 30, 50, 25
Pair = tuple[int, int]
Chooser = Callable[[Belief, list[Pair]], Pair]


@dataclass(frozen=True)
class Saving:
    """How many comparisons one way of choosing needs for the tau of the baseline, with the bounds of their ratio."""

    random: int
    chosen: int
    tau: float
    ratio: float
    low: float
    high: float


def curve_of(seed: int, choose: Chooser | None, *, spread: float, number: int, most: int) -> list[float]:
    """Kendall's tau after each comparison; without `choose` the pairs come in random order, each once a round."""
    dice = random.Random(seed)
    truth = [dice.gauss(0, spread) for _ in range(number)]
    pairs, waiting = list(combinations(range(number), 2)), list[Pair]()
    belief, answers, taus = nothing_known(number), list[Answer](), list[float]()
    for count in range(1, most + 1):
        if choose is None:
            waiting = waiting or dice.sample(pairs, len(pairs))
            first, second = waiting.pop()
        else:
            dice.shuffle(pairs)
            first, second = choose(belief, pairs)
        answers.append(Answer(first, second, float(dice.random() < chance(truth[first] - truth[second]))))
        belief = learned(belief, answers[-1]) if count % REFIT else fit(number, answers)
        taus.append(kendall_tau(belief.order, truth))
    return taus


def at_random(belief: Belief, pairs: list[Pair]) -> Pair:
    """Any pair; they come shuffled."""
    return pairs[0]


def by_worth(belief: Belief, pairs: list[Pair]) -> Pair:
    """The pair that makes the order surest."""
    return most_telling(belief, pairs) or pairs[0]


def by_information(belief: Belief, pairs: list[Pair]) -> Pair:
    """The pair that tells most bits about the strengths."""
    return most_telling(belief, pairs, by=information) or pairs[0]


def saving(
    choose: Chooser, *, over: Chooser | None = at_random, spread: float, seeds: int = SEEDS, number: int = RESPONSES
) -> Saving:
    """The ratio of comparisons over all seeds, with a bootstrapped 95 % interval; `over` is the baseline."""
    once = number * (number - 1) // 2
    base = [curve_of(seed, over, spread=spread, number=number, most=once) for seed in range(seeds)]
    ours = [curve_of(seed, choose, spread=spread, number=number, most=once * 2 // 3) for seed in range(seeds)]
    every, dice = list(range(seeds)), random.Random(0)
    drawn = sorted(once / reached(base, ours, dice.choices(every, k=seeds)) for _ in range(1000))
    needed = reached(base, ours, every)
    mark = sum(curve[-1] for curve in base) / seeds
    return Saving(once, needed, mark, once / needed, drawn[25], drawn[974])


def reached(base: list[list[float]], ours: list[list[float]], seeds: list[int]) -> int:
    """After how many comparisons our mean tau over these seeds is what random pairing has at its end."""
    mark = sum(base[seed][-1] for seed in seeds)
    low, high = 0, len(ours[0]) - 1
    while low < high:
        middle = (low + high) // 2
        if sum(ours[seed][middle] for seed in seeds) >= mark:
            high = middle
        else:
            low = middle + 1
    return low + 1


def main() -> None:
    """The ratio at several spreads of strength, by both ways of choosing and against both baselines.

    With a spread of 4 raters pick the better of two random responses nine times in ten, with 2 four times in five.
    """
    for way, choose, over, spread in (
        ("order, over random pairing", by_worth, at_random, 4.0),
        ("order, over random pairing", by_worth, at_random, 2.0),
        ("order, over every pair once", by_worth, None, 4.0),
        ("order, over every pair once", by_worth, None, 2.0),
        ("strengths, over random pairing", by_information, at_random, 4.0),
    ):
        found = saving(choose, over=over, spread=spread)
        print(json.dumps({
            "figure": f"comparisons to rank {RESPONSES} responses, most telling about the {way}",
            "ratio": round(found.ratio, 2), "interval": [round(found.low, 2), round(found.high, 2)], "spread": spread,
            "kendall_tau": round(found.tau, 3), "random": found.random, "chosen": found.chosen, "seeds": SEEDS,
        }))  # fmt: skip


if __name__ == "__main__":
    main()
