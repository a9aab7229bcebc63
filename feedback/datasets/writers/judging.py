"""Training judges from graded attempts: SPARK's three ways and its policy set, hard negatives for a reranker.

Judges' prompts are short and the same in every row, so that a row can be trained on as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from feedback.datasets.writers.attempts import PEOPLE, Attempt, Attempts, Made, Words
from feedback.datasets.writers.conditioning import plain
from feedback.datasets.writers.prompts import Untrainable
from feedback.datasets.writers.triples import asked, differ, turn

JUDGE = {
    "prompt": "turns",
    "completion": "turns",
    "dialogue": "turns",
    "response": "text",
    "right": "bool",
    "reward": "float?",
}
PAIRWISE = {
    "prompt": "turns",
    "completion": "turns",
    "dialogue": "turns",
    "response_a": "text",
    "response_b": "text",
    "better": "text",
}
REFLECTED = {"prompt": "turns", "completion": "turns", "dialogue": "turns", "response": "text", "reflection": "text",
             "reflection_by": "text", "right": "bool"}  # fmt: skip
POLICY = {"prompt": "turns", "completion": "turns", "reward": "float", "right": "bool"}
NEGATIVE = {"prompt": "turns", "response": "text", "judge_score": "float", "human_score": "float?",
            "rejected_by": "text", "preferred": "text?"}  # fmt: skip
HIGH, LOW = 0.7, 0.4
ONE = "Is the answer below right? Say “right” or “wrong”.\n\n{dialogue}\n\nAnswer: {answer}"
TWO = "Which answer is better? Say “A” or “B”.\n\n{dialogue}\n\nAnswer A: {a}\n\nAnswer B: {b}"
AFTER = (
    "Is the answer below right? Somebody reflected on it first. Say “right” or “wrong”.\n\n{dialogue}\n\n"
    "Answer: {answer}\n\nReflection: {reflection}"
)


def graded(at: Attempts) -> Iterator[Attempt]:
    """Attempts that were scored or checked."""
    return (one for one in at.all if one.success is not None)


def said(at: Attempts, attempt: Attempt, template: str, **parts: str) -> list[dict[str, str]]:
    """The judge's prompt."""
    if not attempt.text.strip():
        raise Untrainable("a response is empty")
    return [{"role": "user", "content": template.format(dialogue=plain(asked(at, attempt)), **parts)}]


def pointwise(at: Attempts, attempt: Attempt) -> Made:
    """One answer: right or wrong."""
    right = bool(attempt.success)
    line = {"prompt": said(at, attempt, ONE, answer=attempt.text), "completion": turn("right" if right else "wrong"),
            "dialogue": asked(at, attempt), "response": attempt.text, "right": right,
            "reward": attempt.reward}  # fmt: skip
    return Made(line, (attempt,), (), rows_of(attempt))


def rows_of(*attempts: Attempt) -> tuple[object, ...]:
    """The rows of their scores."""
    return tuple(score.row for one in attempts for score in one.scores)


def unequal(at: Attempts) -> Iterator[tuple[Attempt, Attempt]]:
    """Every two attempts of which one is better, in an order that the texts decide and not the outcome."""
    for pair in combinations(at.all, 2):
        if at.compared(*pair):
            first, second = sorted(pair, key=lambda one: one.key)
            yield first, second


def pairwise(at: Attempts, pair: tuple[Attempt, Attempt]) -> Made:
    """Two answers: which is better."""
    a, b = pair
    differ(a.text, b.text)
    better = "B" if (at.compared(a, b) or 0) > 0 else "A"
    line = {"prompt": said(at, a, TWO, a=a.text, b=b.text), "completion": turn(better), "dialogue": asked(at, a),
            "response_a": a.text,
            "response_b": b.text, "better": better}  # fmt: skip
    orders = tuple(one.row for one in at.orders if {one.first, one.second} == {a.key, b.key})
    return Made(line, pair, (), (*orders, *rows_of(a, b)))


def reflections(at: Attempts) -> Iterator[tuple[Attempt, Words]]:
    """Every reflection on a graded attempt."""
    return ((one, words) for one in graded(at) for words in one.words if words.said.strip())


def reflected(at: Attempts, found: tuple[Attempt, Words]) -> Made:
    """One answer with a reflection on it: right or wrong."""
    attempt, words = found
    right = bool(attempt.success)
    prompt = said(at, attempt, AFTER, answer=attempt.text, reflection=words.said)
    line = {"prompt": prompt, "completion": turn("right" if right else "wrong"),
            "dialogue": asked(at, attempt), "response": attempt.text, "reflection": words.said,
            "reflection_by": words.voice, "right": right}  # fmt: skip
    return Made(line, (attempt,), (words,), rows_of(attempt))


def policy(at: Attempts, attempt: Attempt) -> Made:
    """The attempt itself with its grade: what the policy learns from."""
    if attempt.reward is None:
        raise Untrainable("the answer has no score")
    if not attempt.text.strip():
        raise Untrainable("a response is empty")
    line = {"prompt": asked(at, attempt), "completion": turn(attempt.text), "reward": attempt.reward,
            "right": bool(attempt.success)}  # fmt: skip
    return Made(line, (attempt,), (), rows_of(attempt))


def overrated(at: Attempts) -> Iterator[Attempt]:
    """Attempts that judges scored."""
    return (one for one in at.all if judged(one) is not None)


def judged(attempt: Attempt) -> float | None:
    """The mean of the judges' scores of the whole answer."""
    found = [one.value for one in attempt.judge_scores if one.turn is None]
    return round(sum(found) / len(found), 3) if found else None


def people_said(attempt: Attempt) -> float | None:
    """The mean of people's scores of the whole answer."""
    found = [one.value for one in attempt.scores if one.turn is None and one.by in PEOPLE]
    return round(sum(found) / len(found), 3) if found else None


def negative(at: Attempts, attempt: Attempt) -> Made:
    """An answer that judges scored high and people or a check reject: what a reranker has to unlearn."""
    score, people = judged(attempt), people_said(attempt)
    if score is None or score < HIGH:
        raise Untrainable("the judge did not score it high")
    rejected = "check" if attempt.passes is False else "people" if people is not None and people <= LOW else ""
    better = next((one for one in at.all if (at.compared(attempt, one) or 0) > 0), None)
    lost = rejected or ("comparison" if better is not None and people is None else "")
    if not lost:
        raise Untrainable("neither people nor a check reject it")
    line = {"prompt": asked(at, attempt), "response": attempt.text, "judge_score": score, "human_score": people,
            "rejected_by": lost, "preferred": better.text if better else None}  # fmt: skip
    rows = (*rows_of(attempt), *(one.row for one in attempt.judge_scores))
    return Made(line, (attempt, *([better] if better else [])), (), rows)
