"""Going on from an edit: what stays, what follows, and whether the model kept it."""

from __future__ import annotations

import pytest

from feedback.desk.going_on import broken, divided, joined, story, words_in

ORIGINAL = "The tower is 300 metres tall. It was built in 1890. Since 1890 many people have climbed it."


@pytest.mark.parametrize(
    ("edited", "stays", "remainder"),
    [
        (ORIGINAL.replace("300", "330"), "The tower is 330 metres tall.", ORIGINAL[29:]),
        (ORIGINAL.replace("in 1890. Since", "in 1889. Since"), "The tower is 300 metres tall. It was built in 1889.",
         " Since 1890 many people have climbed it."),
        ("The tower is 330 metres tall.", "The tower is 330 metres tall.", ""),
        ("The tower is 300 metres", "The tower is 300 metres", ""),
        (ORIGINAL.replace("tall. It", "tall. That is a lot. It"), "The tower is 300 metres tall. That is a lot. ",
         "It was built in 1890. Since 1890 many people have climbed it."),
    ],
)  # fmt: skip
def test_the_edited_part_reaches_to_the_end_of_the_last_changed_sentence(
    edited: str, stays: str, remainder: str
) -> None:
    parts = divided(ORIGINAL, edited)
    assert (parts.edited.strip(), parts.remainder.strip()) == (stays.strip(), remainder.strip())
    assert (parts.edited + parts.remainder).strip() == edited


def test_a_sentence_in_chinese_ends_where_it_ends() -> None:
    parts = divided("塔高三百米。建于一八九〇年。很多人爬过。", "塔高三百三十米。建于一八九〇年。很多人爬过。")
    assert parts.edited == "塔高三百三十米。"


@pytest.mark.parametrize(
    ("rest", "whole"),
    [
        (" It was built in 1889.", "It is 330 m tall. It was built in 1889."),
        ("It was built in 1889.", "It is 330 m tall. It was built in 1889."),
        ("\n\nIt was built.", "It is 330 m tall.\n\nIt was built."),
        ("It is 330 m tall. It was built.", "It is 330 m tall. It was built."),
        ("", "It is 330 m tall."),
    ],
)
def test_what_follows_is_joined_without_saying_the_end_again(rest: str, whole: str) -> None:
    assert joined("It is 330 m tall.", rest) == whole


def test_half_a_word_is_gone_on_from_without_a_space() -> None:
    assert joined("It is 330 met", "res tall.") == "It is 330 metres tall."


def test_the_end_of_a_long_edit_said_again_stands_once() -> None:
    edited = "First one thing happened and then the other thing happened."
    assert joined(edited, "then the other thing happened. And that was it.") == f"{edited} And that was it."


def test_writing_the_edited_part_over_again_is_noticed() -> None:
    edited = ORIGINAL.replace("Since 1890", "Since 1889")
    parts = divided(ORIGINAL, edited)
    assert broken(parts, "As I said, the tower is 300 metres tall! Since 1889, many people have climbed it.")
    assert not broken(parts, " It is lit at night.")


def test_bringing_back_what_was_taken_out_is_noticed() -> None:
    parts = divided(ORIGINAL, "The tower is 300 metres tall.")
    assert "brought back" in broken(parts, " It was built in 1890. Since 1890 many people have climbed it.")


def test_the_story_tells_who_changed_what() -> None:
    edited = ORIGINAL.replace("built in 1890", "built in 1889")
    answer = edited.replace("Since 1890", "Since 1889")
    told = story(ORIGINAL, edited, answer)
    changes = [(one.kind, one.who, one.text) for one in told if one.kind != "same"]
    assert changes == [
        ("removed", "person", "1890"), ("added", "person", "1889"), ("removed", "model", "1890"),
        ("added", "model", "1889"),
    ]  # fmt: skip
    assert "".join(one.text for one in told if one.kind != "removed") == answer
    assert words_in(told, "added", "model") == 1


def test_an_edit_with_other_line_ends_is_no_other_text() -> None:
    assert divided("One.\r\nTwo.\r\n", "One.\nTwo!").remainder == ""
