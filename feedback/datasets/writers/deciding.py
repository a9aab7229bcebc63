"""What several judgements of one pair come to: the majority, or a reason why the pair makes no row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

FIRST, SECOND = "first", "second"
UNDECIDED = ("tie", "both-good", "both-bad")


@dataclass(frozen=True)
class Decision:
    """The side that won ("first", "second"), or "" and why neither did."""

    winner: str
    why: str
    votes: int
    unanimous: bool


def decide(outcomes: Sequence[str]) -> Decision:
    """The majority among "first", "second" and the ways of not deciding; each judgement is one vote.

    Ties are no votes for either side. As many for one side as for the other is "balanced".
    """
    counts = Counter(outcomes)
    unanimous = len(counts) == 1
    if counts[FIRST] == counts[SECOND]:
        undecided = [name for name in UNDECIDED if counts[name]]
        why = "balanced" if counts[FIRST] else undecided[0] if len(undecided) == 1 else "tie"
        return Decision("", why, len(outcomes), unanimous)
    return Decision(FIRST if counts[FIRST] > counts[SECOND] else SECOND, "", len(outcomes), unanimous)
