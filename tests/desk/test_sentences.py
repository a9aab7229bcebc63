"""What a person reads as one sentence, in the places of the source."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.desk.markdown import visible
from feedback.desk.sentences import sentences


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Smith left the U.S. at 3.5 knots. So what?", ["Dr. Smith left the U.S. at 3.5 knots.", "So what?"]),
        ('He said "Go." She went.', ['He said "Go."', "She went."]),
        ("It is big, e.g. this one. And so on ...", ["It is big, e.g. this one.", "And so on ..."]),
        ("你好。再见！", ["你好。", "再见！"]),
        ("مرحبا؟ نعم.", ["مرحبا؟", "نعم."]),
        ("Wait 👋🏽! Go 👩‍👩‍👧.", ["Wait 👋🏽!", "Go 👩‍👩‍👧."]),
        ("# Rivers\n\nThe *Rhine* is **long.** Yes.", ["Rivers", "The *Rhine* is **long.", "Yes."]),
        ("1. First. Then\n2. Last", ["First.", "Then", "Last"]),
        ("A line\nthat goes on. And ends", ["A line\nthat goes on.", "And ends"]),
        ("> quoted. So\n> it is", ["quoted.", "So\n> it is"]),
        ("| A. B | c |\n|---|---|\n| d | |", ["A. B", "c", "d"]),
        ("```\nx = 1\ny = 2\n```", ["x = 1", "y = 2"]),
        ("AT&amp;T. Yes &amp; no", ["AT&amp;T.", "Yes &amp; no"]),
        ("---\n\n***", []),
        ("", []),
    ],
)  # fmt: skip
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in sentences(text)] == expected


@settings(max_examples=200, deadline=None)
@given(st.text("ab .!?。*_`#>|-\n1[]()&;\\\r漢א", max_size=100))
def test_sentences_come_in_order_and_hold_all_that_is_read(text: str) -> None:
    found = sentences(text)
    assert all(start < end for start, end in found)
    assert all(before[1] <= after[0] for before, after in pairwise(found))
    for run in visible(text):
        held = [(start, end) for start, end in found if start < run.end and run.start < end]
        assert held or not run.text.strip()
