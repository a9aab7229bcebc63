"""Users' reactions to answers: which are to be believed (RLUF). Pure.

Hearts are binary, sparse and sometimes hostile. So they are filtered first, by rules that can be read on the page; what
is left trains the predictor in `predicting`. Reactions are never an aim of their own: whoever shows them shows
helpfulness and safety beside them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

ENOUGH = 10
BURST, BURST_SECONDS = 10, 20.0
CONTRARY = 0.2


@dataclass(frozen=True)
class Reaction:
    """Whether somebody gave a response a heart, and when (seconds)."""

    rater: int
    response: int
    loved: bool
    at: float = 0.0


@dataclass
class Kept:
    """What passed the abuse filter, and how many did not, by reason."""

    reactions: list[Reaction]
    dropped: Counter[str] = field(default_factory=Counter)


def kept(reactions: Iterable[Reaction]) -> Kept:
    """Leave out what is likely to be abuse.

    "again": all but the last reaction of a person to a response. "burst": `BURST` and more within `BURST_SECONDS`.
    "all-alike": a person with `ENOUGH` reactions and more, all the same. "contrary": a person with as many who goes
    with the others' majority less than one time in five.
    """
    every = sorted(reactions, key=lambda one: one.at)
    last = {(one.rater, one.response): one for one in every}
    found = Kept(list(last.values()))
    found.dropped["again"] = len(every) - len(last)
    drop(found, "burst", in_bursts(found.reactions))
    drop(found, "all-alike", of_raters(found.reactions, all_alike))
    majority = majorities(found.reactions)
    drop(found, "contrary", of_raters(found.reactions, lambda rows: is_contrary(rows, majority)))
    found.dropped += Counter()
    return found


def drop(found: Kept, why: str, out: set[Reaction]) -> None:
    """Take some out and count them."""
    found.dropped[why] = len(out)
    found.reactions = [one for one in found.reactions if one not in out]


def by_rater(reactions: Iterable[Reaction]) -> dict[int, list[Reaction]]:
    """Each person's reactions in order of time."""
    rows: dict[int, list[Reaction]] = defaultdict(list)
    for one in sorted(reactions, key=lambda one: one.at):
        rows[one.rater].append(one)
    return rows


def in_bursts(reactions: Iterable[Reaction]) -> set[Reaction]:
    """Those given faster than anybody reads. Without times nothing is known of it."""
    out: set[Reaction] = set()
    for rows in by_rater(one for one in reactions if one.at).values():
        for first in range(len(rows) - BURST + 1):
            if rows[first + BURST - 1].at - rows[first].at <= BURST_SECONDS:
                out.update(rows[first : first + BURST])
    return out


def of_raters(reactions: Iterable[Reaction], condition: Callable[[list[Reaction]], bool]) -> set[Reaction]:
    """All reactions of the people of whom something is true, among those with enough of them."""
    people = by_rater(reactions).values()
    return {one for rows in people if len(rows) >= ENOUGH and condition(rows) for one in rows}


def all_alike(rows: list[Reaction]) -> bool:
    """Whether somebody always reacts the same."""
    return len({one.loved for one in rows}) == 1


def majorities(reactions: Iterable[Reaction]) -> dict[int, tuple[int, int]]:
    """Hearts and reactions of each response."""
    counts: dict[int, tuple[int, int]] = {}
    for one in reactions:
        loved, n = counts.get(one.response, (0, 0))
        counts[one.response] = (loved + one.loved, n + 1)
    return counts


def is_contrary(rows: list[Reaction], majority: dict[int, tuple[int, int]]) -> bool:
    """Whether somebody mostly goes against all the others, where those are two and more and not divided evenly."""
    same = other = 0
    for one in rows:
        loved, n = majority[one.response]
        loved, n = loved - one.loved, n - 1
        if n >= 2 and loved * 2 != n:
            agrees = one.loved == (loved * 2 > n)
            same, other = same + agrees, other + (not agrees)
    return same + other >= ENOUGH and same / (same + other) < CONTRARY
