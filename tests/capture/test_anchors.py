"""Places in a text that changed: found, or honestly lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feedback.capture.anchors import AROUND, Anchor, Found, anchor, reanchor

LETTERS = "ab é漢字😀\u0301א\n*"
WORDS = st.lists(
    st.sampled_from(
        ["river", "漢字", "שלום", "👩‍👩‍👧", "e\u0301tude", "flows", "the", "a", "to", "sea", "`code`", "**bold**"]
    ),
    min_size=8,
    max_size=60,
)
SETTINGS = settings(max_examples=200, deadline=None)


@st.composite
def edited(draw: st.DrawFn) -> tuple[str, Anchor, str, int]:
    """A text of words told apart by numbers, a piece of it, the text after edits beside the piece, where it is then."""
    words = [f"{word}{number}" for number, word in enumerate(draw(WORDS))]
    first = draw(st.integers(0, len(words) - 1))
    last = draw(st.integers(first + 1, min(len(words), first + 6)))
    text = " ".join(words)
    start = len(" ".join([*words[:first], ""])) if first else 0
    end = start + len(" ".join(words[first:last]))
    before, after = words[:first], words[last:]
    for side in (before, after):
        for _ in range(draw(st.integers(0, 4))):
            place = draw(st.integers(0, len(side)))
            change = draw(st.sampled_from(["put in", "take out", "change"]))
            side[place : place + (change != "put in")] = [] if change == "take out" else [draw(st.sampled_from("XYZ"))]
    lead = " ".join([*before, ""]) if before else ""
    now = lead + text[start:end] + (" " + " ".join(after) if after else "")
    return text, anchor(text, start, end), now, len(lead)


@SETTINGS
@given(edited())
def test_a_piece_is_found_whatever_is_changed_beside_it(made: tuple[str, Anchor, str, int]) -> None:
    _, lost, now, true = made
    found = reanchor(lost, now)
    if found is None:
        assert len(lost.quote) < 12
        return
    assert now[found.start : found.end] == lost.quote
    if found.sure:
        assert found.start == true


@SETTINGS
@given(st.text(LETTERS, min_size=1, max_size=80), st.data())
def test_in_the_same_text_a_piece_is_where_it_was(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    lost = anchor(text, start, data.draw(st.integers(start + 1, len(text))))
    found = reanchor(lost, text)
    assert found is not None
    assert text[found.start : found.end] == lost.quote
    assert (found.start, found.end) == (lost.start, lost.end)


@SETTINGS
@given(st.text(LETTERS, min_size=1, max_size=60), st.text(LETTERS, max_size=80), st.data())
def test_what_is_sure_has_the_same_words(old: str, new: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(old) - 1))
    lost = anchor(old, start, data.draw(st.integers(start + 1, len(old))))
    found = reanchor(lost, new)
    if found is not None:
        assert 0 <= found.start < found.end <= len(new)
        assert not found.sure or new[found.start : found.end] == lost.quote


TEXT = "The Rhine rises in the Alps. It flows to the North Sea, past Basel and Cologne. It is 1230 km long."


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (f"In short: {TEXT}", "past Basel and Cologne"),
        (TEXT.replace("The Rhine rises in the Alps. ", ""), "past Basel and Cologne"),
        (TEXT.replace("past Basel and Cologne", "past Basel  and Cologne"), "past Basel  and Cologne"),
        (TEXT.replace("past Basel and Cologne", "past Basel, Bonn and Cologne"), "past Basel, Bonn and Cologne"),
        (TEXT.replace(", past Basel and Cologne", ""), None),
        ("Rivers flow to the sea.", None),
        ("", None),
    ],
)
def test_the_rhine(now: str, expected: str | None) -> None:
    start = TEXT.index("past Basel")
    found = reanchor(anchor(TEXT, start, start + len("past Basel and Cologne")), now)
    assert (found and now[found.start : found.end]) == expected
    if found:
        assert found.sure == (expected == "past Basel and Cologne")


def test_of_two_the_one_with_the_same_words_beside_it_is_taken() -> None:
    text = "It is blue. The sky is blue. The sea is green."
    start = text.index("blue", 12)
    now = "The sea is green. The sky is blue. It is blue."
    assert reanchor(anchor(text, start, start + 4), now) == Found(now.index("blue"), now.index("blue") + 4, False)
    now = f"It is blue. And {text}"
    assert reanchor(anchor(text, start, start + 4), now) == Found(start + 16, start + 20, True)


def test_of_two_alike_none_is_sure() -> None:
    text = "ha " * 40
    found = reanchor(anchor(text, 60, 62), text + "ha ")
    assert found == Found(60, 62, False)


def test_a_short_word_in_another_place_is_not_it() -> None:
    assert reanchor(anchor("See you on Monday, then.", 4, 7), "Monday suits you, he said to them all.") is None


def test_a_piece_lies_within_its_text() -> None:
    for start, end in ((0, 0), (3, 2), (-1, 2), (0, 6)):
        with pytest.raises(ValueError, match="no piece"):
            anchor("Rhine", start, end)
    assert anchor("x" * 100, 50, 51).prefix == "x" * AROUND
