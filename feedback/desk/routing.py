"""Which question to ask next about an example, from what was said of its answers. Plain data in, a `Route` out.

All answers good and raters of one mind: nothing. Raters unsure or divided: a preference between the two answers it is
about. Middling answers: an edit of the best. All bad: a hint, and when answers written with it are bad too, a
demonstration. The form of feedback follows difficulty as in CDF (critique for easy, refinement for medium, preference
for hard); asking people to show the way only where every attempt failed is ReLIFT's and Guide's; certainty as one minus
the spread of what is believed is UPO's. It knows no database and not who said what.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

Ask = Literal["nothing", "response", "critique", "edit", "preference", "hint", "demonstration"]
Difficulty = Literal["easy", "medium", "hard", "unknown"]

GOOD, BAD = 0.7, 0.4  # what counts as a good and as a bad answer, of 0 to 1
DIVIDED = 0.35  # half the range of scores of one answer from which raters count as divided
CLOSE = 0.1  # two answers whose means are nearer than this are not told apart
SURE = 0.75  # certainty from which a good answer needs no further word
WIDEST = math.sqrt(1 / 12)  # the spread of knowing nothing: uniform on 0 to 1


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One answer and what was said of it: `scores` from 0 (worst) to 1 (best), one for each word on it."""

    id: int
    scores: tuple[float, ...] = ()
    hinted: bool = False

    @property
    def mean(self) -> float:
        """The mean score; a half while nobody said anything."""
        return sum(self.scores) / len(self.scores) if self.scores else 0.5

    @property
    def divided(self) -> bool:
        """Whether raters are far apart on it."""
        return len(self.scores) > 1 and (max(self.scores) - min(self.scores)) / 2 >= DIVIDED

    @property
    def certainty(self) -> float:
        """How well its quality is known, 0 to 1: one minus the spread of a Beta belief, against knowing nothing."""
        return 1 - min(1.0, spread(self.scores) / WIDEST)


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of an example: its answers, which pairs of them were compared or left undecided, which answers were
    criticised or rewritten, and how many hints and demonstrations people wrote."""

    attempts: tuple[Attempt, ...]
    undecided: tuple[tuple[int, int], ...] = ()
    compared: tuple[tuple[int, int], ...] = ()
    criticised: frozenset[int] = frozenset()
    rewritten: frozenset[int] = frozenset()
    hints: int = 0
    demonstrations: int = 0


@dataclass(frozen=True, kw_only=True)
class Route:
    """What to ask next: the kind of question, the answers it is about, why, and how hard the example seems."""

    ask: Ask
    why: str
    difficulty: Difficulty
    certainty: float
    about: tuple[int, ...] = ()


def spread(scores: Sequence[float]) -> float:
    """The standard deviation of a Beta(1 + goods, 1 + bads) belief, widened by how far the scores lie apart."""
    good, bad = 1 + sum(scores), 1 + len(scores) - sum(scores)
    known = math.sqrt(good * bad / ((good + bad) ** 2 * (good + bad + 1)))
    if len(scores) < 2:
        return known
    mean = sum(scores) / len(scores)
    apart = sum((score - mean) ** 2 for score in scores) / len(scores)
    return math.sqrt(known**2 + apart)


def route(known: Known) -> Route:
    """Which question teaches most now, and why."""
    attempts = known.attempts
    if not attempts:
        return nothing_there(known)
    judged = [one for one in attempts if one.scores]
    unjudged = [one.id for one in attempts if not one.scores]
    sure = min((one.certainty for one in judged), default=0.0)
    hard = difficulty_of(judged)
    if not judged:
        return Route(ask="response", why="Nobody has judged an answer yet.", difficulty="unknown", certainty=0.0,
                     about=tuple(unjudged[:1]))  # fmt: skip
    if unjudged and not any(one.mean >= GOOD for one in judged):
        return Route(ask="response", why=f"{many(len(unjudged), 'answer')} not judged yet, and none is good so far.",
                     difficulty=hard, certainty=sure, about=tuple(unjudged[:1]))  # fmt: skip
    if all(one.mean <= BAD and not one.divided for one in judged):
        return all_failed(known, judged, sure)
    return in_between(known, judged, hard, sure)


def nothing_there(known: Known) -> Route:
    """Nobody has answered yet: a person may."""
    if known.demonstrations:
        return Route(ask="nothing", why="A person has written the answer.", difficulty="unknown", certainty=0.0)
    return Route(ask="demonstration", why="There is no answer yet.", difficulty="unknown", certainty=0.0)


def all_failed(known: Known, judged: Sequence[Attempt], sure: float) -> Route:
    """Every attempt is bad: a hint first, then somebody shows how."""
    if known.demonstrations:
        return Route(ask="nothing", why="All attempts failed, and a person has shown how it is done.",
                     difficulty="hard", certainty=sure)  # fmt: skip
    failed = {1: "The one attempt failed", 2: "Both attempts failed"}.get(
        len(judged), f"All {len(judged)} attempts failed"
    )
    if not known.hints:
        return Route(ask="hint", why=f"{failed}: a hint lets the model try again by itself.", difficulty="hard",
                     certainty=sure)  # fmt: skip
    if any(one.hinted for one in judged):
        return Route(ask="demonstration", why=f"{failed}, with a hint as well: somebody has to show how.",
                     difficulty="hard", certainty=sure)  # fmt: skip
    return Route(ask="hint", why=f"{failed}. There is a hint; try again with it.", difficulty="hard", certainty=sure)


def in_between(known: Known, judged: Sequence[Attempt], hard: Difficulty, sure: float) -> Route:
    """Some answers are not bad: compare, edit, criticise or leave it."""
    split = doubtful_pair(known, judged)
    if split:
        pair, why = split
        return Route(ask="preference", why=why, difficulty="hard", certainty=sure, about=pair)
    best = max(judged, key=lambda one: (one.mean, one.certainty))
    if all(one.mean >= GOOD for one in judged):
        if best.certainty >= SURE or len(best.scores) > 1 or len(judged) > 1:
            who = {1: "The answer was", 2: "Both answers were"}.get(len(judged), f"All {len(judged)} answers were")
            return Route(ask="nothing", why=f"{who} judged good.", difficulty="easy", certainty=sure)
        return Route(ask="critique", why="The answer is good by one word so far: words say what makes it so.",
                     difficulty="easy", certainty=sure, about=(best.id,))  # fmt: skip
    if best.mean >= GOOD:
        worst = min(judged, key=lambda one: one.mean)
        if worst.id in known.criticised:
            return Route(ask="nothing", why="There is a good answer, and words say what the others lack.",
                         difficulty="easy", certainty=sure)  # fmt: skip
        return Route(ask="critique", why="There is a good answer; words say what the others lack.", difficulty="easy",
                     certainty=sure, about=(worst.id,))  # fmt: skip
    if best.id in known.rewritten:
        return Route(ask="nothing", why="The best answer was middling, and a person has rewritten it.",
                     difficulty=hard, certainty=sure)  # fmt: skip
    return Route(ask="edit", why="The best answer is middling: a small rewrite teaches what is missing.",
                 difficulty=hard, certainty=sure, about=(best.id,))  # fmt: skip


def doubtful_pair(known: Known, judged: Sequence[Attempt]) -> tuple[tuple[int, int], str] | None:
    """The two answers that raters cannot tell apart, or one they are divided on beside its nearest, and why."""
    ranked = sorted(judged, key=lambda one: -one.mean)
    asked = {frozenset(pair) for pair in known.compared}
    divided = next((one for one in ranked if one.divided), None)
    if divided is not None:
        others = [one for one in ranked if one is not divided and frozenset((divided.id, one.id)) not in asked]
        if others:
            other = min(others, key=lambda one: abs(one.mean - divided.mean))
            return (divided.id, other.id), "Raters are divided on one answer: beside another it is easier to tell."
    if all(one.mean >= GOOD for one in ranked):
        return None
    for low, high in known.undecided:
        return (low, high), "Raters did not agree which of these two is better."
    for first, second in pairwise(ranked):
        unsettled = first.mean > BAD and frozenset((first.id, second.id)) not in asked
        if unsettled and first.mean - second.mean < CLOSE:
            return (first.id, second.id), "These two are about equally good: scores alone do not tell them apart."
    return None


def difficulty_of(judged: Sequence[Attempt]) -> Difficulty:
    """How hard an example is, by the share of good attempts and whether raters agree."""
    if not judged:
        return "unknown"
    if any(one.divided for one in judged) or all(one.mean <= BAD for one in judged):
        return "hard"
    mean = sum(one.mean for one in judged) / len(judged)
    return "easy" if mean >= GOOD else "medium"


def many(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun} is" if number == 1 else f"{number} {noun}s are"
