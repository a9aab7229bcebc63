"""A word diff gives both texts back, and shows a change where it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from feedback.desk.diff import word_diff


def test_a_change_is_shown_by_the_word() -> None:
    assert word_diff("The sky is blue.", "The sky is green.") == [
        ("same", "The sky is "), ("removed", "blue"), ("added", "green"), ("same", "."),
    ]  # fmt: skip


def test_the_same_text_has_no_change() -> None:
    assert word_diff("a  b\n", "a  b\n") == [("same", "a  b\n")]
    assert word_diff("", "") == []


@given(st.text(), st.text())
def test_both_texts_come_back(old: str, new: str) -> None:
    changes = word_diff(old, new)
    assert "".join(text for kind, text in changes if kind != "added") == old
    assert "".join(text for kind, text in changes if kind != "removed") == new
