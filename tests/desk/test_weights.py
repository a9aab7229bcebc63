"""Candidates ranked by their marks: other weights, another order."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from feedback.capture.definition import DEFAULT
from feedback.desk.weights import Candidate, ranked, score, weights_from


@dataclass
class Mark:
    """A mark without a database."""

    category: str
    quote: str = ""
    start: int | None = None
    end: int | None = None
    severity: str = ""
    rater_id: int = 1
    prefix: str = ""
    suffix: str = ""
    turn: int | None = None


def mark(text: str, quote: str, category: str, **more: object) -> Mark:
    """A mark on a piece of a text."""
    start = text.index(quote)
    end = start + len(quote)
    return Mark(category, quote, start, end, prefix=text[:start][-32:], suffix=text[end:][:32], **more)  # type: ignore[arg-type]


def test_a_score_is_weight_times_how_bad_it_is() -> None:
    marks = [Mark("wrong", severity="critical"), Mark("irrelevant", severity="minor"), Mark("good")]
    assert score(marks, DEFAULT, {}) == pytest.approx(-0.5 * 2 - 0.3 * 0.5 + 0.3)
    assert score([], DEFAULT, {}) == 0


def test_being_read_by_many_costs_nothing() -> None:
    once = [Mark("wrong")]
    assert score([*once, Mark("wrong", rater_id=2)], DEFAULT, {}) == score(once, DEFAULT, {})


def test_other_weights_turn_the_order_round() -> None:
    false, vague = Candidate("A", "…", [Mark("wrong")]), Candidate("B", "…", [Mark("irrelevant"), Mark("unclear")])
    assert [one.name for one in ranked([false, vague], DEFAULT, {})] == ["A", "B"]
    assert [one.name for one in ranked([false, vague], DEFAULT, {"wrong": -2})] == ["B", "A"]
    assert [one.place for one in ranked([false, vague], DEFAULT, {"wrong": -0.6})] == [1, 1]


def test_the_same_words_elsewhere_are_judged_alike_and_what_is_not_known_comes_last() -> None:
    told = "The Rhine is the longest river of Europe. It flows north."
    marked = Candidate("A", told, [mark(told, "the longest river of Europe", "wrong"), Mark("missing")])
    copied = Candidate("B", f"{told} And it is blue.")
    mended = Candidate("C", "The Rhine is 1230 km long. It flows north.")
    order = ranked([mended, copied, marked], DEFAULT, {})
    assert [(one.name, one.place, one.carried) for one in order] == [("B", 1, True), ("A", 2, False), ("C", 0, False)]
    assert order[0].counts == {"wrong": 1}
    rewritten = replace(mended, made_from="A")
    assert [one.name for one in ranked([rewritten, copied, marked], DEFAULT, {})] == ["C", "B", "A"]


def test_what_is_typed_is_a_number_within_bounds_or_nothing() -> None:
    asked = {"w-wrong": "-1.5", "w-unclear": "lots", "w-harmful": "1e9", "w-nonsense": "1", "w-good": "nan"}
    assert weights_from(asked, DEFAULT) == {"wrong": -1.5}
