"""The local embedder: the same everywhere, near for what says the same, apart for what does not."""

from __future__ import annotations

import pytest

from feedback.llm.embed import PLACES, cosine, full_name, local


def alike(one: str, other: str) -> float:
    return cosine(*local().embed([one, other]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Do not apologise.", "Avoid apologies."),
        ("Be brief.", "Write concise responses."),
        ("Start with the result.", "Give the result first, then the reasons."),
        ("Name your sources.", "Cite the sources you used."),
    ],
)
def test_what_says_the_same_in_other_words_is_near(one: str, other: str) -> None:
    assert alike(one, other) > 0.5


@pytest.mark.parametrize(
    ("one", "other"), [("Be brief.", "Name your sources."), ("Do not apologise.", "Start with the result.")]
)
def test_what_has_nothing_in_common_is_apart(one: str, other: str) -> None:
    assert abs(alike(one, other)) < 0.3


def test_a_negation_is_seen() -> None:
    assert alike("Use lists.", "Never use lists.") < 0.99


def test_the_same_text_has_the_same_vector_everywhere() -> None:
    first, second = local().embed(["Keep it short.", "Keep it short."])
    assert first == second
    assert len(first) == PLACES
    assert sum(value * value for value in first) == pytest.approx(1)
    brief = {place: round(value, 4) for place, value in enumerate(local().embed(["Brief."])[0]) if value}
    assert brief == {3: 0.9285, 35: -0.1857, 139: -0.1857, 255: -0.1857, 256: 0.1857}


def test_a_text_without_words_is_all_zero_and_like_nothing() -> None:
    assert not any(local().embed(["…"])[0])
    assert alike("…", "Be brief.") == 0


def test_name_and_version_are_told() -> None:
    assert full_name(local()) == "hashed-words@1"
