"""What several judgements of one pair come to: which side won, how sure that is, or a reason why there is no row.

`decide` counts outcomes and no more. `settle` knows who said what and holds it against a `Rule`: how many must have
judged, how much they must agree, how strong and how certain it must be, and whose word it is (the majority's, the
first one's, or only a curator's). A curator's decision settles a pair under every rule but "one".

Certainty follows UPO's idea, that a pair is worth as much as its repeated, order-swapped judging agrees: each rater has
one vote, shared out where they said different things on different days or in different orders; a model that judged in
one order only has half a vote, for it may have liked the place. With w for and l against (who found no difference
halves theirs), certainty is the chance that more than half of all raters would choose the winner, given an even prior:
the upper half of Beta(w + 1, l + 1). One person alone makes 0.75, two against none 0.875, two against one 0.69.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import exp, lgamma, log
from typing import NamedTuple

FIRST, SECOND = "first", "second"
UNDECIDED = ("tie", "both-good", "both-bad")
MAJORITY, ONE, ADJUDICATED = "majority", "one", "adjudicated"
TOO_FEW, TOO_SPLIT = "fewer judged it than asked for", "its raters agree less than asked for"
TOO_WEAK, NO_STRENGTH = "the preference is weaker than asked for", "nobody said how much better"
TOO_UNSURE, NOT_SETTLED = "it is less certain than asked for", "no curator has decided it"
SHARE_OF_FIRST = {FIRST: 1.0, SECOND: 0.0}
CERTAIN = 1.0


@dataclass(frozen=True)
class Decision:
    """The side that won ("first", "second"), or "" and why neither did.

    `agreement` is the share of the votes the outcome has, `strength` the mean over those for the winner who said it.
    """

    winner: str
    why: str
    votes: int
    unanimous: bool
    agreement: float = 1.0
    strength: float | None = None
    certainty: float = 0.5
    settled: bool = False


class Vote(NamedTuple):
    """One judgement. `strength` is 1 to 3 for the better one; `swapped` whether the second was shown first."""

    rater: int
    outcome: str
    strength: int | None = None
    swapped: bool | None = None
    machine: bool = False
    curator: bool = False
    rewrite: bool = False


class Rule(NamedTuple):
    """What a pair must fulfil to make a row."""

    votes: str = MAJORITY
    least_votes: int = 1
    least_agreement: float = 0.0
    least_strength: float = 0.0
    least_certainty: float = 0.0


ANY = Rule()


def decide(outcomes: Sequence[str]) -> Decision:
    """The majority among "first", "second" and the ways of not deciding; each judgement is one vote.

    Ties are no votes for either side. As many for one side as for the other is "balanced".
    """
    counts = Counter(outcomes)
    unanimous = len(counts) == 1
    share = max(counts.values()) / len(outcomes)
    if counts[FIRST] == counts[SECOND]:
        undecided = [name for name in UNDECIDED if counts[name]]
        why = "balanced" if counts[FIRST] else undecided[0] if len(undecided) == 1 else "tie"
        return Decision("", why, len(outcomes), unanimous, share)
    winner = FIRST if counts[FIRST] > counts[SECOND] else SECOND
    return Decision(winner, "", len(outcomes), unanimous, counts[winner] / len(outcomes))


def settle(votes: Sequence[Vote], rule: Rule = ANY) -> Decision:
    """What the votes on a pair come to under a rule; they stand in the order they were cast."""
    if len(votes) == 1 and rule is ANY and not votes[0].curator:
        return alone(votes[0].outcome, votes[0].strength or None, votes[0].machine)
    counted = votes[:1] if rule.votes == ONE else votes
    curators = [] if rule.votes == ONE else [vote for vote in counted if vote.curator]
    found = weighed(counted, curators)
    if not found.winner and not found.settled:
        return found
    why = missed(found, rule, counted)
    return replace(found, winner="", why=why) if why else found


@lru_cache(maxsize=256)
def alone(outcome: str, strength: int | None, machine: bool) -> Decision:
    """A pair that one rater judged, under no rule: most pairs there are, so each way it can come out is kept."""
    return weighed([Vote(0, outcome, strength, None, machine)], [])


def weighed(votes: Sequence[Vote], curators: Sequence[Vote]) -> Decision:
    """The decision with its strength and certainty; a curator's is certain, and the others still tell the agreement."""
    found = decide([vote.outcome for vote in votes])
    if curators:
        word = decide([vote.outcome for vote in curators])
        found = replace(word, votes=found.votes, unanimous=found.unanimous, agreement=found.agreement)
    said = [vote.strength for vote in votes if vote.outcome == found.winner and vote.strength]
    strength = sum(said) / len(said) if said else None
    certainty = CERTAIN if curators and found.winner else certainty_of(votes, found.winner)
    return replace(found, strength=strength, certainty=certainty, settled=bool(curators))


def missed(found: Decision, rule: Rule, votes: Sequence[Vote]) -> str:
    """What of the rule a decided pair does not fulfil, or ""."""
    if not found.winner:
        return found.why
    if rule.votes == ADJUDICATED and not found.settled:
        return NOT_SETTLED
    if len({vote.rater for vote in votes}) < rule.least_votes:
        return TOO_FEW
    if not found.settled and found.agreement < rule.least_agreement:
        return TOO_SPLIT
    if rule.least_strength and not all(vote.rewrite for vote in votes):
        if found.strength is None:
            return NO_STRENGTH
        if found.strength < rule.least_strength:
            return TOO_WEAK
    return TOO_UNSURE if found.certainty < rule.least_certainty else ""


def certainty_of(votes: Sequence[Vote], winner: str) -> float:
    """How sure it is that most raters would choose the winner; 0.5 where nobody won."""
    if not winner:
        return 0.5
    by_rater: dict[int, list[Vote]] = defaultdict(list)
    for vote in votes:
        by_rater[vote.rater].append(vote)
    won = lost = 0.0
    for said in by_rater.values():
        first = sum(SHARE_OF_FIRST.get(vote.outcome, 0.5) for vote in said) / len(said)
        share = first if winner == FIRST else 1 - first
        weight = 0.5 if said[0].machine and len({vote.swapped for vote in said}) < 2 else 1.0
        won, lost = won + weight * share, lost + weight * (1 - share)
    return upper_half(round(won, 6), round(lost, 6))


@lru_cache(maxsize=4096)
def upper_half(won: float, lost: float) -> float:
    """The chance that a Beta(won + 1, lost + 1) lies above a half."""
    a, b = won + 1, lost + 1
    if a < b:
        return 1 - upper_half(lost, won)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) - (a + b) * log(2.0))
    return round(1 - front * fraction(a, b) / a, 6)


def fraction(a: float, b: float, x: float = 0.5) -> float:
    """The continued fraction of the incomplete beta function at x, by Lentz's way, for a >= b."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, 200):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d, c = 1 / (1 + even * d), 1 + even / c
        found *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d, c = 1 / (1 + odd * d), 1 + odd / c
        found *= d * c
        if abs(d * c - 1) < 1e-12:
            break
    return found
