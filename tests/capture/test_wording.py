"""What comments are tagged with, and how diverse they are. No database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.capture.wording import WINDOW, diversity, tags_of, tokens


@pytest.mark.parametrize(
    ("text", "improve", "looks"),
    [
        ("It repeats the first paragraph twice.", "", "back"),
        ("Name the source of each number.", "", "forward"),
        ("You should name the source.", "", "forward"),
        ("Next time begin with the answer.", "", "forward"),
        ("It was too long. Cut the second half.", "", "both"),
        ("It was too long.", "half of it would do", "both"),
        ("", "say which rivers", "forward"),
        ("", "", ""),
        ("Zu lang und zu trocken", "", ""),
        ("太长了，而且重复", "", ""),
    ],
)
def test_a_comment_looks_back_or_forward(text: str, improve: str, looks: str) -> None:
    assert tags_of(text, improve)[0] == looks


@pytest.mark.parametrize(
    ("text", "informative"),
    [
        ("Good.", False),
        ("This is really bad", False),
        ("I like it, great answer!", False),
        ("It names no river and gives the wrong length", True),
        ("“the Oder flows into the sea” is not so", True),
        ("第二段重复了第一段的内容", True),
        ("好", False),
    ],
)
def test_a_comment_is_informative_when_there_is_something_to_act_on(text: str, informative: bool) -> None:
    assert tags_of(text)[1] is informative


def test_of_no_words_nothing_is_said() -> None:
    assert tags_of(" ", "") == ("", None)


def test_the_same_comment_over_and_over_is_not_diverse() -> None:
    same, other = diversity(["Too long."] * 4), diversity(["Too long.", "No source", "Beside the point", "Dull tone"])
    assert same.repeated == 3
    assert same.distinct_1 == 2 / 8
    assert other.distinct_1 > same.distinct_1
    assert other.repeated == 0


def test_neighbours_do_not_reach_across_comments() -> None:
    assert diversity(["one two", "three four"]).distinct_2 == 1.0
    assert diversity(["one two", "one two"]).distinct_2 == 0.5


def test_sets_of_different_size_are_compared_over_stretches_of_one_length() -> None:
    words = [f"word{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(WINDOW)]
    assert diversity([" ".join(words)]).windowed == 1.0
    assert diversity([" ".join(words * 4)]).windowed == 1.0
    assert diversity([" ".join(words * 4)]).distinct_1 == 0.25
    assert diversity(["too short"]).windowed is None


@given(st.lists(st.text(max_size=60), max_size=8))
def test_no_text_breaks_it(texts: list[str]) -> None:
    found = diversity(texts)
    assert 0 <= found.distinct_1 <= 1
    assert found.words == sum(len(tokens(text)) for text in texts)
    for text in texts:
        tags_of(text, text)
