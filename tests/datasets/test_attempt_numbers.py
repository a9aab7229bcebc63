"""What refining brought is counted as the papers count it."""

from __future__ import annotations

from typing import Any

from feedback.datasets.writers.attempt_numbers import Numbers
from feedback.datasets.writers.attempts import Attempt, Attempts, Hinted, Score, Words

SAID = {"rater": "critic", "by": "judge"}


class Numbered:
    """As much of an example as is asked for."""

    number = 7


def attempt(key: str, score: float | None, parent: str = "", **more: Any) -> Attempt:
    """An attempt whose text is its key."""
    scores = [] if score is None else [Score(value=score)]
    return Attempt(key=key, text=more.pop("text", key), parent=parent, scores=scores, **more)


def tried(*attempts: Attempt) -> Attempts:
    """An example with these attempts."""
    prompt = [{"role": "user", "content": "?"}]
    return Attempts(prompt=prompt, tried={one.key: one for one in attempts}, example=Numbered())


def test_turn_k_is_held_against_turn_1_and_flips_are_counted() -> None:
    numbers = Numbers()
    numbers.take(tried(attempt("a", 0.0), attempt("b", 0.5, "a"), attempt("c", 1.0, "b")))
    numbers.take(tried(attempt("d", 1.0), attempt("e", 0.0, "d")))
    assert (numbers.turns[2].better, numbers.turns[2].worse, numbers.turns[2].rate) == (1, 1, 0.5)
    assert numbers.turns[3].rate == 1.0
    assert dict(numbers.flips) == {"wrong both times": 1, "wrong to right": 1, "right to wrong": 1}
    assert numbers.shares() == {"first tries": 0.5, "refinements": 0.333}


def test_traces_of_others_and_of_one_kind_are_warned_of() -> None:
    numbers = Numbers()
    for place in range(5):
        first = attempt(f"first {place}", None, model="small", text="one two three four")
        numbers.take(tried(first, attempt(f"b{place}", None, first.key, model="large", text="something else entirely")))
    assert numbers.warnings == ["off-policy", "one-edit"]
    own = Numbers()
    for place in range(5):
        first = attempt(f"first {place}", None, model="small", text="one two")
        again = attempt(f"b{place}", None, first.key, model="small", text="one two" + " three" * place)
        own.take(tried(first, again))
    assert "off-policy" not in own.warnings


def test_a_critic_has_two_scores() -> None:
    numbers = Numbers()
    wrong = attempt("wrong", 0.0)
    wrong.words = [Words(text="It is wrong.", leads={"right": "made"}, **SAID)]
    right = attempt("right", 1.0, "wrong")
    right.words = [Words(text="It is wrong too.", **SAID)]
    numbers.take(tried(wrong, right))
    critic = numbers.critics["critic", "model"]
    assert (critic.discrimination, critic.helpfulness) == (0.5, 1.0)


def test_what_nothing_helped_with_and_hints_that_only_prompts_know_are_listed() -> None:
    numbers = Numbers()
    at = tried(attempt("a", 0.0), attempt("b", 0.1))
    numbers.take(at)
    assert (numbers.stuck, numbers.stuck_in_all) == ([7], 1)
    hinted = tried(attempt("a", 0.0), attempt("b", 1.0, hint="Think of music."))
    hinted.hints = [Hinted(text="Think of music.", tries=("b",))]
    numbers.take(hinted)
    assert numbers.hints == ["Think of music."]
