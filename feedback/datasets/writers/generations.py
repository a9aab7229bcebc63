"""Pairs and samples with where they come from: rounds, policies, stages, certainty. What online methods train on. Pure.

A generation is the round its source or run told of, else how often the answer was worked over. A stage is SPHERE's:
"own" for two first answers, "corrected" where one was made of the other, "diverse" where both are good.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations
from statistics import mean
from typing import Any

from feedback.datasets.writers import pair_shapes
from feedback.datasets.writers.attempts import Attempt, Attempts, Made, Order
from feedback.datasets.writers.deciding import upper_half
from feedback.datasets.writers.prompts import Untrainable, trainable_prompt
from feedback.datasets.writers.worth import dialogue, known, rows_behind

Pair = tuple[Attempt, Attempt]
THINKING = re.compile(r"<\|?(think|thinking|reflect|reflection)\|?>(.*?)<\|?/\1\|?>", re.DOTALL | re.IGNORECASE)


def generation(at: Attempts, attempt: Attempt) -> int:
    """The round it belongs to, 0 the first."""
    extra = getattr(attempt.row, "extra", None)
    told = extra.get("round") if isinstance(extra, dict) else None
    return told if isinstance(told, int) and not isinstance(told, bool) else at.round_of(attempt)


def existing(at: Attempts) -> list[Attempt]:
    """The attempts that are responses of their own."""
    return [one for one in at.all if one.row is not None]


def ordered(at: Attempts) -> Iterator[Pair]:
    """Every two attempts to one dialogue of which one is known to be better, the better first."""
    for one, other in combinations(existing(at), 2):
        came_out = at.compared(one, other)
        if came_out and dialogue(at, one) == dialogue(at, other):
            yield (other, one) if came_out > 0 else (one, other)


def on(at: Attempts, pair: Pair) -> list[Order]:
    """Every word on two attempts."""
    keys = {one.key for one in pair}
    return [order for order in at.orders if {order.first, order.second} == keys]


def rows_on(at: Attempts, pair: Pair) -> tuple[Any, ...]:
    """The rows that say which is better."""
    found = [order.row for order in on(at, pair) if order.row is not None]
    return tuple(found) or (*rows_behind(at, pair[0]), *rows_behind(at, pair[1]))


def texts(at: Attempts, pair: Pair) -> pair_shapes.Two:
    """The pair as trainers take it. Raises `Untrainable`."""
    return pair_shapes.two(dialogue(at, pair[0]), pair[0].text, pair[1].text)


def stage(at: Attempts, pair: Pair) -> str:
    """SPHERE's stage of a pair."""
    one, other = pair
    if at.parent_of(one) is other or at.parent_of(other) is one:
        return "corrected"
    return "diverse" if known(at, one) and known(at, other) else "own"


def policy(attempt: Attempt) -> str:
    """Who wrote it: the model's name, else how it came about."""
    return attempt.model or attempt.origin


def online(at: Attempts, pair: Pair) -> Made:
    """A pair with all that online methods ask of it."""
    two, orders = texts(at, pair), on(at, pair)
    better = pair[0].key
    won = sum((one.result > 0) == (one.first == better) for one in orders if one.result)
    lost = sum(bool(one.result) for one in orders) - won
    level = sum(not one.result for one in orders) / 2
    strengths = [abs(size) for one in orders if (size := getattr(one.row, "strength", None))]
    line = {
        "prompt": two.prompt, "chosen": [pair_shapes.said(two.chosen)], "rejected": [pair_shapes.said(two.rejected)],
        "strength": round(float(mean(strengths)), 3) if strengths else None, "votes_for": won, "votes_against": lost,
        "ties": int(2 * level), "certainty": upper_half(won + level, lost + level) if orders else None,
        "aspects": sorted({one.aspect for one in orders}), "rater_kinds": sorted({one.by for one in orders}),
        "protocols": sorted({one.row.protocol for one in orders if one.row is not None}), "stage": stage(at, pair),
        "chosen_policy": policy(pair[0]), "rejected_policy": policy(pair[1]),
        "chosen_generation": generation(at, pair[0]), "rejected_generation": generation(at, pair[1]),
        "chosen_run": pair[0].run, "rejected_run": pair[1].run,
        "chosen_score": pair[0].reward, "rejected_score": pair[1].reward,
    }  # fmt: skip
    return Made(line, pair, rows=rows_on(at, pair))


def compared_raw(at: Attempts) -> Iterator[Order]:
    """Every single word on two attempts."""
    return (one for one in at.orders if one.first in at.tried and one.second in at.tried and one.first != one.second)


def raw(at: Attempts, order: Order) -> Made:
    """An outcome as it was said: no score is forced, ties and circles stay."""
    a, b = at.tried[order.first], at.tried[order.second]
    line = {
        "prompt": trainable_prompt(dialogue(at, a)), "response_a": a.text, "response_b": b.text,
        "outcome": {1: "a", -1: "b"}.get(order.result, "tie"), "aspect": order.aspect, "rater_kind": order.by,
        "policy_a": policy(a), "policy_b": policy(b), "round_a": generation(at, a), "round_b": generation(at, b),
    }  # fmt: skip
    return Made(line, (a, b), rows=(order.row,) if order.row is not None else ())


def improve(at: Attempts, pair: Pair) -> Made:
    """PIT: a reference and what is better; no rubric."""
    two = texts(at, pair)
    return Made({"prompt": two.prompt, "reference": two.rejected, "improved": two.chosen}, pair, rows=rows_on(at, pair))


def conditioned(at: Attempts, pair: Pair) -> Made:
    """SRPO: which answer was written with which in view."""
    two = texts(at, pair)
    given = [before.text if (before := at.parent_of(one)) else None for one in pair]
    line = {
        "prompt": two.prompt, "chosen": two.chosen, "rejected": two.rejected, "chosen_given": given[0],
        "rejected_given": given[1], "revision_chosen": at.round_of(pair[0]), "revision_rejected": at.round_of(pair[1]),
    }  # fmt: skip
    return Made(line, pair, rows=rows_on(at, pair))


def along_chains(at: Attempts) -> Iterator[tuple[str, Attempt, Attempt]]:
    """EVOLVE: of every chain each later and better answer over each earlier one, for answering and for refining."""
    seen: set[tuple[str, str]] = set()
    for chain in at.chains():
        for before, after in combinations([one for one in chain if one.row is not None], 2):
            if (before.key, after.key) not in seen and at.compared(before, after) == 1:
                seen.add((before.key, after.key))
                yield from (("answer", after, before), ("refine", after, before))


def evolved(at: Attempts, found: tuple[str, Attempt, Attempt]) -> Made:
    """A later answer over an earlier; for refining with the earlier one as the draft."""
    objective, after, before = found
    pair = (after, before)
    two = texts(at, pair)
    line = {
        "objective": objective, "prompt": two.prompt, "draft": before.text if objective == "refine" else None,
        "chosen": two.chosen, "rejected": two.rejected, "chosen_round": at.round_of(after),
        "rejected_round": at.round_of(before), "chosen_score": after.reward, "rejected_score": before.reward,
    }  # fmt: skip
    return Made(line, pair, rows=rows_on(at, pair))


def refinements(at: Attempts) -> Iterator[Pair]:
    """Every attempt and what was made of it, whichever is better."""
    for after in existing(at):
        before = at.parent_of(after)
        if before is not None and before.row is not None:
            yield before, after


def corrected(at: Attempts, pair: Pair) -> Made:
    """SCL: both ways are kept. Raises `Untrainable` where nobody can tell."""
    before, after = pair
    came_out = at.compared(before, after)
    if not came_out:
        raise Untrainable("nobody can tell which is better")
    sides = (after, before) if came_out > 0 else (before, after)
    two = texts(at, sides)
    line = {"prompt": two.prompt, "initial": before.text, "refined": after.text, "chosen": two.chosen,
            "rejected": two.rejected, "refined_is_better": came_out > 0}  # fmt: skip
    return Made(line, pair, rows=rows_on(at, pair))


def over_time(at: Attempts) -> Iterator[tuple[str, Attempt, Attempt]]:
    """Temporal Self-Rewarding: pairs of one round, anchored (rejected of round 0), and future (chosen of the last)."""
    rounds = {one.key: generation(at, one) for one in existing(at)}
    newest = max(rounds.values(), default=0)
    for better, worse in ordered(at):
        one, other = rounds[better.key], rounds[worse.key]
        if one == other:
            yield "same-round", better, worse
        elif one == newest and other == 0:
            yield "anchored-future", better, worse
        elif other == 0:
            yield "anchored", better, worse
        elif one == newest:
            yield "future", better, worse


def timed(at: Attempts, found: tuple[str, Attempt, Attempt]) -> Made:
    """A pair with its strategy and the gap between its scores."""
    strategy, better, worse = found
    two = texts(at, (better, worse))
    both = better.reward is not None and worse.reward is not None
    line = {
        "prompt": two.prompt, "chosen": two.chosen, "rejected": two.rejected, "strategy": strategy,
        "chosen_generation": generation(at, better), "rejected_generation": generation(at, worse),
        "gap": round((better.reward or 0.0) - (worse.reward or 0.0), 4) if both else None,
    }  # fmt: skip
    return Made(line, (better, worse), rows=rows_on(at, (better, worse)))


def demonstrated(at: Attempts) -> Iterator[tuple[str, Attempt, Attempt]]:
    """DITTO: what a person wrote over what each version of the model wrote, and newer versions over older ones."""
    shown = [one for one in existing(at) if one.origin == "written"]
    sampled = [one for one in existing(at) if not one.by_person]
    if not shown:
        return
    for one in sampled:
        yield from (("demonstration", best, one) for best in shown)
    for one, other in combinations(sampled, 2):
        first, second = generation(at, one), generation(at, other)
        if first != second:
            yield ("replay", one, other) if first > second else ("replay", other, one)


def ditto(at: Attempts, found: tuple[str, Attempt, Attempt]) -> Made:
    """A demonstration over a sample, with the sample's iteration."""
    kind, better, worse = found
    two = texts(at, (better, worse))
    line = {
        "prompt": two.prompt, "chosen": two.chosen, "rejected": two.rejected, "kind": kind, "author": better.writer,
        "iteration": generation(at, worse), "policy": policy(worse),
    }  # fmt: skip
    return Made(line, (better, worse))


def right_and_wrong(at: Attempts) -> Iterator[Pair]:
    """Orca-Math: every right answer over every wrong one."""
    found = [(one, known(at, one)) for one in existing(at)]
    for one, right in found:
        if right:
            yield from ((one, other) for other, its in found if its is False)


def marked_pair(at: Attempts, pair: Pair) -> Made:
    """A right answer over a wrong one, with the round."""
    two = texts(at, pair)
    line = {"prompt": two.prompt, "chosen": two.chosen, "rejected": two.rejected,
            "round": generation(at, pair[0])}  # fmt: skip
    return Made(line, pair, rows=(*rows_behind(at, pair[0]), *rows_behind(at, pair[1])))


def parts(text: str) -> dict[str, str]:
    """PRefLexOR: thinking, reflection and answer apart."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, inside in THINKING.findall(text):
        found["thinking" if name.lower().startswith("think") else "reflection"].append(inside.strip())
    said = {name: "\n\n".join(found[name]) for name in ("thinking", "reflection")}
    return {**said, "answer": THINKING.sub("", text).strip()}


def reasoned(at: Attempts, pair: Pair) -> Made:
    """A pair whose reasoning can be masked. Raises `Untrainable` where neither shows any."""
    two = texts(at, pair)
    chosen, rejected = parts(two.chosen), parts(two.rejected)
    if not any(side["thinking"] or side["reflection"] for side in (chosen, rejected)):
        raise Untrainable("neither answer shows its reasoning")
    return Made({"prompt": two.prompt, "chosen": chosen, "rejected": rejected}, pair, rows=rows_on(at, pair))
