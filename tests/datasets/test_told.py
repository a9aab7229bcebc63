"""Both ways to a pair's line in the sidecar say the same, byte by byte."""

from __future__ import annotations

from datetime import UTC
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from orjson import dumps

from feedback.datasets.judged import JudgedPair, decision_on, placed
from feedback.datasets.provenance import provenance
from feedback.datasets.sided import Answer, Asked, Chose, Rewrote
from feedback.datasets.told import told
from feedback.datasets.writers.deciding import ANY
from feedback.models import Rater

WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
IDS = st.integers(1, 2**60)
SOMETIMES = st.none() | IDS
MOMENTS = st.datetimes(timezones=st.just(UTC))
RAN = SimpleNamespace(
    pk=7, item_id=3, run=SimpleNamespace(number=2, strategy="critique", constitution=SimpleNamespace(number=4))
)
IMPORT = st.builds(lambda name: SimpleNamespace(filename=name), WORDS)
PRINCIPLES = {3: [{"principle": 1, "version": 2}]}


@st.composite
def answers(draw: Any) -> Answer:
    ran = draw(st.booleans())
    return Answer(
        draw(IDS), draw(WORDS), draw(HASHES), draw(st.sampled_from(["imported", "edited"])), draw(WORDS),
        draw(st.booleans()), draw(SOMETIMES), draw(SOMETIMES), 7 if ran else None, None, RAN if ran else None,
    )  # fmt: skip


@st.composite
def pairs(draw: Any) -> JudgedPair:
    source = draw(st.none() | IMPORT)
    asked = Asked(draw(IDS), draw(st.integers(1, 10**6)), draw(WORDS), draw(HASHES), "feedback",
                  None if source is None else 1, [], source)  # fmt: skip
    left, right = draw(answers()), draw(answers())
    rows = []
    for _ in range(draw(st.integers(1, 3))):
        kind = draw(st.sampled_from([value for value, _ in Rater.Kind.choices]))
        rater = Rater(id=draw(IDS), kind=kind, name=draw(WORDS))
        said = (draw(IDS), rater.pk, draw(WORDS), draw(st.sampled_from(["imported", "pair"])), draw(MOMENTS))
        outcome = draw(st.sampled_from(["a", "b", "tie", "both-good", "both-bad"]))
        strength = draw(st.none() | st.integers(-3, 3))
        row = Chose(*said, outcome, strength, {}) if draw(st.booleans()) else Rewrote(*said, {})
        rows.append(placed(row, asked, left, right, rater))
    return JudgedPair(rows, decision_on(rows, ANY))


@given(pairs())
def test_the_quick_way_says_what_the_plain_one_does(pair: JudgedPair) -> None:
    assert told("0123abcd", pair, PRINCIPLES) == dumps(provenance("0123abcd", pair, PRINCIPLES)) + b"\n"
