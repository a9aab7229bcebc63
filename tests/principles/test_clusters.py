"""Groups of texts: planted duplicates are found, opposites stay apart, every place is in one topic."""

from __future__ import annotations

import random
import time

from feedback.llm.embed import local
from feedback.principles.clusters import exact, joined, near, topics

TEXTS = [
    "Do not apologise.",
    "Be brief.",
    "be brief",
    "Avoid apologies.",
    "Use bullet lists.",
    "Never use bullet lists.",
    "Write concise responses.",
    "Name the sources you used.",
]


def test_the_same_words_are_one_group_whatever_their_case_and_stops() -> None:
    assert exact(TEXTS) == [[1, 2]]


def test_planted_near_duplicates_are_found_and_opposites_stay_apart() -> None:
    groups = near(TEXTS, local().embed(TEXTS))
    assert [0, 3] in groups
    assert [1, 2, 6] in groups or [1, 2] in groups
    assert not any({4, 5} <= set(group) for group in groups)


def test_every_text_is_in_one_topic_and_as_many_are_made_as_asked_for() -> None:
    vectors = local().embed(TEXTS)
    for wanted in (1, 3, 8, 20):
        groups = topics(vectors, groups=wanted)
        assert sorted(place for group in groups for place in group) == list(range(len(TEXTS)))
        assert len(groups) == min(wanted, len(TEXTS))
    assert any({4, 5} <= set(group) for group in topics(vectors))


def test_joins_are_those_of_average_linkage_done_the_slow_way() -> None:
    dice = random.Random(7)
    for size in range(1, 14):
        alike = [[0.0] * size for _ in range(size)]
        for one in range(size):
            for other in range(one):
                alike[one][other] = alike[other][one] = dice.random()
        for threshold in (0.3, 0.5, 0.7):
            assert joined(alike, threshold=threshold) == slowly(alike, threshold)


def slowly(alike: list[list[float]], threshold: float) -> list[list[int]]:
    """Average linkage stated plainly: join the two most alike groups until none are alike enough."""
    groups = [[place] for place in range(len(alike))]
    while len(groups) > 1:
        mean, one, other = max(
            (sum(alike[a][b] for a in x for b in y) / (len(x) * len(y)), i, j)
            for i, x in enumerate(groups)
            for j, y in enumerate(groups[:i])
        )
        if mean < threshold:
            break
        groups = [*(g for n, g in enumerate(groups) if n not in (one, other)), sorted(groups[one] + groups[other])]
    return sorted(groups)


def test_no_texts_and_one_text_are_no_trouble() -> None:
    assert topics([]) == []
    assert topics(local().embed(["Be brief."])) == [[0]]


def test_four_hundred_drafts_are_grouped_within_seconds() -> None:
    dice = random.Random(1)
    some = [
        "answer",
        "question",
        "list",
        "code",
        "source",
        "reader",
        "step",
        "number",
        "table",
        "date",
        "unit",
        "figure",
        "tone",
        "voice",
        "page",
        "word",
    ]
    texts = [" ".join(dice.choices(some, k=8)) for _ in range(400)]
    started = time.monotonic()
    near(texts, local().embed(texts))
    assert time.monotonic() - started < 10
