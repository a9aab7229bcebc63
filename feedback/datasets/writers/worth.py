"""What an attempt is worth to a trainer: good, bad or neither by all that was said of it; and whether to imitate it.

Good is a mean score of 0.7 and more (a thumb up, 4 of 5), bad one of 0.3 and less, what lies between is neither. "Both
good" and "both bad" count for each side, and so does whether it passes every check. The majority of these decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from feedback.datasets.writers.attempts import Attempt, Attempts, Words
from feedback.datasets.writers.prompts import Turn, Untrainable

GOOD, BAD = 0.7, 0.3
BOTH = {"both-good": True, "both-bad": False}
NEITHER = "found neither good nor bad"
DIVIDED = "as many found it good as bad"
SUPERSEDED = "somebody rewrote it"
LOST = "another answer was preferred"
DEMONSTRATED, REWRITTEN, CHOSEN, RATED = "demonstration", "rewrite", "chosen", "rated good"


def dialogue(at: Attempts, attempt: Attempt) -> list[Turn]:
    """The turns that this attempt answers."""
    return attempt.turns if attempt.turns is not None else at.prompt


def orders_of(at: Attempts, attempt: Attempt) -> list[Any]:
    """Where it was set beside another."""
    return [order for order in at.orders if attempt.key in (order.first, order.second)]


def votes(at: Attempts, attempt: Attempt) -> list[bool | None]:
    """Every word on whether it is good; None for a score in between."""
    found: list[bool | None] = []
    for score in attempt.scores:
        if score.turn is None and score.aspect == "overall":
            found.append(True if score.value >= GOOD else False if score.value <= BAD else None)
    for order in orders_of(at, attempt):
        outcome = getattr(order.row, "outcome", "")
        if outcome in BOTH:
            found.append(BOTH[outcome])
    if attempt.passes is not None:
        found.append(attempt.passes)
    return found


def rows_behind(at: Attempts, attempt: Attempt) -> tuple[Any, ...]:
    """The rows of feedback that say it."""
    scores = [score.row for score in attempt.scores if score.turn is None and score.aspect == "overall"]
    return tuple(scores + [one.row for one in orders_of(at, attempt) if getattr(one.row, "outcome", "") in BOTH])


def label_of(at: Attempts, attempt: Attempt) -> bool:
    """Whether it is good. Raises `Untrainable` where that is undecided."""
    found = votes(at, attempt)
    good, bad = found.count(True), found.count(False)
    if good == bad:
        raise Untrainable(DIVIDED if good else NEITHER)
    return good > bad


def labelled(at: Attempts) -> Iterator[Attempt]:
    """The attempts of which somebody said whether they are good."""
    return (attempt for attempt in at.all if attempt.row is not None and votes(at, attempt))


def known(at: Attempts, attempt: Attempt) -> bool | None:
    """The same, None where it is undecided."""
    try:
        return label_of(at, attempt)
    except Untrainable:
        return None


def balance(at: Attempts, attempt: Attempt) -> int:
    """How often it won, less how often it lost."""
    return sum(order.result if order.first == attempt.key else -order.result for order in orders_of(at, attempt))


def imitable(at: Attempts) -> Iterator[Attempt]:
    """The attempts that somebody wrote, chose or found good."""
    for attempt in at.all:
        if attempt.row is not None and (attempt.by_person or orders_of(at, attempt) or votes(at, attempt)):
            yield attempt


def why_imitate(at: Attempts, attempt: Attempt) -> str:
    """What speaks for it: a demonstration, a rewrite, that it was chosen, or rated good. Raises `Untrainable`."""
    if any(after.origin == "edited" and at.compared(attempt, after) != -1 for after in at.made_of(attempt)):
        raise Untrainable(SUPERSEDED)
    won = balance(at, attempt)
    if known(at, attempt) is False:
        raise Untrainable("it was found bad")
    if won < 0:
        raise Untrainable(LOST)
    if attempt.by_person:
        return DEMONSTRATED if attempt.origin == "written" else REWRITTEN
    if won > 0:
        return CHOSEN
    if known(at, attempt):
        return RATED
    raise Untrainable(NEITHER)


def words_of(attempt: Attempt) -> tuple[Words, ...]:
    """The words that were asked for, for the way back."""
    return tuple(attempt.counted)
