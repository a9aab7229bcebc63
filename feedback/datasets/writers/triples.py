"""First answer, what was said of it, and the answer that came of it: the triple most research views stand on.

Each writer takes an example's attempts and one place of it and draws a `Made`; nothing here knows the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from feedback.datasets.writers.attempts import Attempt, Attempts, Words
from feedback.datasets.writers.prompts import Turn, Untrainable, trainable_prompt

TAKEN_IN = {"yes": 4, "made": 3, "partly": 2, "no": 1, "worse": 0}
WHOLE = {"response", "dialogue"}


@dataclass(frozen=True)
class Triple:
    """An attempt, words about it, and what came of them; `outcome` is how they were taken in."""

    first: Attempt
    words: Words
    second: Attempt
    outcome: str

    @property
    def uses(self) -> tuple[Attempt, Attempt]:
        """Both attempts."""
        return self.first, self.second


def triples(at: Attempts, *, own: bool = False) -> Iterator[Triple]:
    """All triples of an example, by what was said first. With `own` also what a refining model said itself."""
    for first in at.all:
        for words in first.words:
            if (words.counted or own) and not words.praises and words.said.strip():
                for key, outcome in words.leads.items():
                    if key in at.tried and key != first.key:
                        yield Triple(first, words, at.tried[key], outcome)
        yield from by_reason(at, first)


def by_reason(at: Attempts, first: Attempt) -> Iterator[Triple]:
    """Rewrites whose writer gave the reason with them and nothing else was said."""
    told = {key for words in first.words for key in words.leads}
    for second in at.made_of(first):
        if second.changed_for.strip() and second.origin == "edited" and second.key not in told:
            words = Words(text=second.changed_for, rater=second.writer, leads={second.key: "made"}, key="reason")
            yield Triple(first, words, second, "made")


def asked(at: Attempts, attempt: Attempt) -> list[Turn]:
    """What the attempt answers, as trainers take it. Raises `Untrainable`."""
    return trainable_prompt(attempt.turns if attempt.turns is not None else at.prompt)


def checked(triple: Triple) -> Triple:
    """The triple, if it can be learned from. Raises `Untrainable`."""
    differ(triple.first.text, triple.second.text)
    if triple.words.scope not in WHOLE | {"span"} or triple.second.edited_turn is not None:
        raise Untrainable("the words are about one turn or a pair, not about the answer")
    if triple.first.turns != triple.second.turns:
        raise Untrainable("the two answers end different dialogues")
    return triple


def differ(first: str, second: str) -> None:
    """Raise `Untrainable` unless both say something, and not the same."""
    if not first.strip() or not second.strip():
        raise Untrainable("a response is empty")
    if first.strip() == second.strip():
        raise Untrainable("both responses say the same")


def better(at: Attempts, triple: Triple) -> bool | None:
    """Whether the second is better than the first; None while nothing says."""
    found = at.compared(*triple.uses)
    return None if found is None else found > 0


def rank(at: Attempts, triple: Triple) -> tuple[int, int, float]:
    """How good a refinement seems: by how the words were taken in, the comparison, its score."""
    return TAKEN_IN.get(triple.outcome, 1), at.compared(*triple.uses) or 0, triple.second.reward or 0.0


def turn(text: str) -> list[Turn]:
    """An answer as a list of one turn."""
    return [{"role": "assistant", "content": text}]
