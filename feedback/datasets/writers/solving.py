"""Judges that solve as well (S2J): a model's own answer to a prompt beside its judgement of another's.

A judge fails on many a prompt that it solves. Each row ties the two: the solution first, the verdict after it, and
whether people and checks say the same. Truth is never the judge's own word, nor another judge's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from feedback.datasets.writers.attempts import PEOPLE, SUCCESS, Attempt, Attempts, Made, Score
from feedback.datasets.writers.judging import said
from feedback.datasets.writers.prompts import Untrainable
from feedback.datasets.writers.triples import asked, turn

SOLVED = {"prompt": "turns", "completion": "turns", "dialogue": "turns", "judge": "text", "solution": "text",
          "response": "text", "score": "float", "verdict": "bool", "truth": "bool", "judged_right": "bool"}  # fmt: skip
ASKS = (
    "Answer this yourself. Then say whether the answer below is right: “right” or “wrong”.\n\n{dialogue}\n\n"
    "Answer: {answer}"
)
ENDS = "{solution}\n\nThe answer above is {word}."


class Judgement(NamedTuple):
    """A judge's score of an answer, and the judge's own answer to the same prompt."""

    attempt: Attempt
    score: Score
    own: Attempt


def judgements(at: Attempts) -> Iterator[Judgement]:
    """Every score by a judge that tried it, too; of several own answers the last."""
    for attempt in at.all:
        for score in attempt.judge_scores:
            own = [one for one in at.all if one.model and one.model in names_of(score) and one.key != attempt.key]
            if own and score.turn is None:
                yield Judgement(attempt, score, own[-1])


def names_of(score: Score) -> set[str]:
    """What a judge is called: by its own name, and by its model's."""
    rater = getattr(score.row, "rater", None)
    return {score.rater, getattr(rater, "model", "") or ""} - {""}


def truth_of(attempt: Attempt) -> bool:
    """Whether checks, else people, say that it is right. Raises `Untrainable` where neither says."""
    if attempt.passes is not None:
        return attempt.passes
    found = [one.value for one in attempt.scores if one.turn is None and one.by in PEOPLE]
    if not found:
        raise Untrainable("neither people nor a check say whether it is right")
    return sum(found) / len(found) >= SUCCESS


def solved(at: Attempts, found: Judgement) -> Made:
    """The judge's solution, its verdict, and whether both are right."""
    attempt, score, own = found
    truth, verdict = truth_of(attempt), score.value >= SUCCESS
    if not own.text.strip():
        raise Untrainable("a response is empty")
    if not truth_of(own):
        raise Untrainable("the judge did not solve it, so nothing ties judging to solving")
    line = {
        "prompt": said(at, attempt, ASKS, answer=attempt.text),
        "completion": turn(ENDS.format(solution=own.text, word="right" if truth else "wrong")),
        "dialogue": asked(at, attempt), "judge": score.rater, "solution": own.text,
        "response": attempt.text, "score": score.value, "verdict": verdict, "truth": truth,
        "judged_right": verdict == truth,
    }  # fmt: skip
    rows = tuple(one.row for used in (attempt, own) for one in used.scores)
    return Made(line, (attempt, own), (), (score.row, *rows))


def rules(line: Mapping[str, Any]) -> str:
    """What no type can say: `judged_right` follows from the two before it."""
    if line["judged_right"] != (line["verdict"] == line["truth"]):
        return "`judged_right` does not say whether the verdict is the truth"
    return ""
