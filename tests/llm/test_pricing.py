"""A price is known or it is not; sums are exact."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from feedback.llm.model import Usage
from feedback.llm.pricing import FILE, cost_of, price_of, read_prices, worst_tokens
from feedback.llm.prompts import fill

TOKENS = st.integers(0, 2_000_000)


def test_an_unknown_model_has_no_price_and_no_cost() -> None:
    assert price_of("claude-of-tomorrow") is None
    assert cost_of("claude-of-tomorrow", Usage(1, 1)) is None


def test_a_dated_snapshot_has_its_models_price() -> None:
    assert price_of("claude-haiku-4-5-20251001") == price_of("claude-haiku-4-5") is not None


def test_a_million_tokens_of_each_kind() -> None:
    million = 1_000_000
    assert cost_of("claude-sonnet-4-6", Usage(million, million, million, million)) == Decimal("22.05")


def test_the_simulated_model_is_known_to_be_free() -> None:
    assert cost_of("simulated", Usage(1000, 1000)) == 0


def test_a_long_input_has_its_own_price() -> None:
    assert cost_of("claude-haiku-5-5", Usage(100_000)) == Decimal("0.01")
    assert cost_of("claude-haiku-5-5", Usage(200_000)) == Decimal("0.10")


@given(TOKENS, TOKENS, TOKENS, TOKENS)
def test_the_worst_case_is_never_passed(fresh: int, out: int, read: int, written: int) -> None:
    for price in read_prices().values():
        assert price.cost(Usage(fresh, out, read, written)) <= price.worst(fresh + read + written, out)


def test_the_file_says_when_and_whence() -> None:
    written = json.loads(FILE.read_text())
    assert written["dated"]
    assert "check yourself" in written["source"]


def test_worst_tokens_cover_every_byte_and_the_whole_answer() -> None:
    prompt = fill("choose_best", constitution="", conversation="漢字" * 500, candidates="x")
    tokens_in, tokens_out = worst_tokens(prompt)
    assert tokens_in > len((prompt.system + prompt.shared + prompt.user).encode())
    assert tokens_out == prompt.max_tokens
    assert worst_tokens(replace(prompt, max_tokens=7))[1] == 7
