"""Splits: the same everywhere, about 70/15/15, and shared by near-duplicates."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from feedback.examples.splits import split_of, split_of_text

DATA = Path(__file__).parent.parent / "data" / "llmbar"
PROMPTS = [row["input"] for name in ("natural.json", "mt_bench.json") for row in json.loads((DATA / name).read_bytes())]


def test_the_split_is_the_same_on_every_machine() -> None:
    known = {
        "What is the capital of France?": "holdout",
        "Write a poem about the autumn sea in four lines.": "feedback",
        "": "holdout",
    }
    assert {text: split_of_text(text) for text in known} == known


def test_the_shares_are_about_right() -> None:
    names = ["".join(chr(97 + n // 26**place % 26) for place in range(3)) for n in range(26**3)]
    counts = Counter(split_of_text(f"What do {name} and others ask about {name} today?") for name in names)
    total = sum(counts.values())
    assert abs(counts["feedback"] / total - 0.7) < 0.03
    assert abs(counts["holdout"] / total - 0.15) < 0.03


def test_case_punctuation_digits_and_space_do_not_count() -> None:
    for prompt in PROMPTS:
        changed = "  " + prompt.upper().replace(".", " !! ").replace(" ", "\n ") + " 42"
        assert split_of_text(changed) == split_of_text(prompt)


def test_a_small_change_of_wording_mostly_keeps_the_split() -> None:
    kept = [
        split_of_text(prompt + " Thank you!") == split_of_text(prompt) for prompt in PROMPTS if len(prompt.split()) > 20
    ]
    assert sum(kept) / len(kept) > 0.8


def test_only_the_last_thing_asked_counts() -> None:
    asked = {"role": "user", "content": "Name the seven largest lakes of the world in order."}
    system = {"role": "system", "content": "You are terse."}
    assert split_of([asked]) == split_of([system, asked])


@given(st.text())
def test_any_text_has_a_split(text: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    assert split_of_text(text) in {"feedback", "select", "holdout"}
