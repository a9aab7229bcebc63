"""Every line is checked against the types its format names: what is wrong is said in words."""

from __future__ import annotations

import pytest

from feedback.datasets.checking import checker, column_of

TURN = {"role": "user", "content": "Why?"}


@pytest.mark.parametrize(
    ("notation", "good", "bad"),
    [
        ("text", "", None),
        ("text?", None, 3),
        ("text", "ü", "\ud800"),
        ("int", 3, True),
        ("float", 0.5, float("nan")),
        ("float", 2.0, 2),
        ("number", 3, "3"),
        ("bool", True, "true"),
        ("bool", False, 0),
        ("object", {"a": [1]}, []),
        ("turn", TURN, {**TURN, "train": False}),
        ("turns", [TURN], []),
        ("turns", [TURN], [{"role": "human", "content": "Why?"}]),
        ("list[text]", [], ["a", None]),
        ("list[text?]", [None, "a"], "a"),
        ("list[list[int]]", [[1], []], [1]),
        ("list[object{score: int, why: text?}]?", None, [{"why": None, "score": 1}]),
        ("object{score: int, prediction 1: text}", {"score": 1, "prediction 1": "x"}, {"score": 1}),
        ("any", None, ...),
    ],
)
def test_a_type_takes_what_it_says_and_nothing_else(notation: str, good: object, bad: object) -> None:
    check = checker({"it": notation})
    assert check({"it": good}) == ""
    if bad is not ...:
        assert check({"it": bad}).startswith("`it` ")


def test_keys_are_the_same_and_in_order_on_every_line() -> None:
    named = checker({"a": "int", "b": "int"})
    assert named({"a": 1, "b": 2}) == ""
    assert named({"b": 2, "a": 1}) == "the columns stand in another order"
    assert named({"a": 1}) == "`b` is missing"
    assert named({"a": 1, "b": 2, "c": 3}) == "`c` is not a column of this format"
    unnamed = checker({})
    assert [unnamed({"a": 1}), unnamed({"b": 1})] == ["", "`a` is missing"]


def test_rules_come_after_the_types() -> None:
    check = checker({"a": "int"}, lambda line: "a must be even" if line["a"] % 2 else "")
    assert [check({"a": 2}), check({"a": 1}), check({"a": "1"})] == [
        "", "a must be even", "`a` is a text, not a whole number",
    ]  # fmt: skip


@pytest.mark.parametrize("notation", ["", "word", "list", "list[text", "object{a int}", "text text", "object{a: int;}"])
def test_what_is_no_type_is_refused_with_a_sentence(notation: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        column_of(notation)
