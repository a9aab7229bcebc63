"""What a marked piece reads like: its words, without the markup between them."""

from __future__ import annotations

import pytest

from feedback.desk.quoting import words_at

TEXT = "The **Rhine** flows &mdash; _slowly_.\nOn.\n\n| a | b |\n|---|---|\n| 🌊 | [c](http://d.e) |"


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("The **Rhine", "The Rhine"),
        ("flows &mdash; _slow", "flows — slow"),
        ("slowly_.\nOn", "slowly. On"),
        ("On.\n\n| a", "On. a"),
        ("| 🌊 | [c](http", "🌊 c"),
        ("**", ""),
    ],
)
def test_markup_is_left_out(piece, words) -> None:
    start = TEXT.index(piece)
    assert words_at(TEXT, start, start + len(piece)) == words
