"""Splits: the same everywhere, about 70/15/15, and shared by near-duplicates."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from feedback.examples.hashes import answer_hash, conversation_hash, text_hash
from feedback.examples.splits import sketch, split_of, split_of_text

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


TEXTS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=90).map(" ".join),
    st.lists(st.sampled_from(["naïve", "NAIVE", "ﬁve", "Straße", "İzmir", "été", "1st", "don't", "水曜日", "a_b", "…"]),
             max_size=90).map(" ".join),
)  # fmt: skip


def plain_sketch(text: str) -> list[str]:
    """The sketch as it was first written, one step at a time."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    words = re.findall(r"[^\W\d_]+", "".join(one for one in folded if not unicodedata.combining(one)))
    if len(words) < 6:
        return [" ".join(words) or text.strip()]
    runs = {" ".join(words[place : place + 3]) for place in range(len(words) - 2)}
    return sorted(runs, key=lambda run: (hashlib.blake2b(run.encode(), digest_size=16).digest(), run))[:2]


@given(TEXTS)
def test_the_sketch_is_what_the_plain_way_comes_to(text: str) -> None:
    assert sketch(text) == plain_sketch(text)


@given(TEXTS)
def test_the_split_is_what_the_plain_way_comes_to(text: str) -> None:
    digest = hashlib.blake2b(" | ".join(plain_sketch(text)).encode(), digest_size=16).digest()
    place = int.from_bytes(digest[:8], "big") % 100
    assert split_of_text(text) == ("feedback" if place < 70 else "select" if place < 85 else "holdout")


@given(st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), TEXTS), max_size=4), TEXTS)
def test_hashes_are_of_the_plain_writing(told: list[tuple[str, str]], text: str) -> None:
    turns = [{"content": content, "role": role} for role, content in told]
    plain = hashlib.sha256(json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
    assert conversation_hash(turns) == plain
    assert text_hash(text) == answer_hash(text) == hashlib.sha256(text.encode()).hexdigest()
    assert answer_hash(text, turns) == conversation_hash([*turns, {"role": "assistant", "content": text}])
