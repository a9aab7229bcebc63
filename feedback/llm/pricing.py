"""What a call costs, from the one file of prices. It does not know what may be spent (see `feedback.projects.budget`).

A model that is not in the file has no price: its cost is None, which means unknown, and never zero.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_UP, Decimal
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from feedback.llm.model import Prompt, Usage

FILE = Path(__file__).with_name("prices.json")
MILLION = Decimal(1_000_000)
SMALLEST = Decimal("0.000001")
SNAPSHOT = re.compile(r"-\d{8}$")
# What a service adds to a request on its own account: roles, separators, the instruction that comes with a schema.
OVERHEAD_TOKENS = 1000


@dataclass(frozen=True)
class Price:
    """US dollars per million tokens; another price holds when the input is longer than `long_from` tokens."""

    input: Decimal
    output: Decimal
    cache_write: Decimal
    cache_read: Decimal
    long_from: int | None = None
    long: Price | None = None

    def cost(self, usage: Usage) -> Decimal:
        """What that many tokens cost, rounded up to a millionth of a dollar."""
        rate = self._for_input(usage.total - usage.output_tokens)
        dollars = (
            usage.input_tokens * rate.input
            + usage.output_tokens * rate.output
            + usage.cache_write_tokens * rate.cache_write
            + usage.cache_read_tokens * rate.cache_read
        ) / MILLION
        return dollars.quantize(SMALLEST, rounding=ROUND_UP)

    def worst(self, input_tokens: int, output_tokens: int) -> Decimal:
        """The most a call of that size can cost, however much of it the cache takes."""
        rate = self._for_input(input_tokens)
        dearest = max(rate.input, rate.cache_write, rate.cache_read)
        dollars = (input_tokens * dearest + output_tokens * rate.output) / MILLION
        return dollars.quantize(SMALLEST, rounding=ROUND_UP)

    def _for_input(self, tokens: int) -> Price:
        return self.long if self.long and self.long_from is not None and tokens > self.long_from else self


def price_of(model: str) -> Price | None:
    """The price of a model, by its name with or without a snapshot's date; None when it is not known."""
    prices = read_prices()
    return prices.get(model) or prices.get(SNAPSHOT.sub("", model))


def cost_of(model: str, usage: Usage) -> Decimal | None:
    """What a call cost; None when the price is not known."""
    price = price_of(model)
    return price.cost(usage) if price else None


def worst_tokens(prompt: Prompt) -> tuple[int, int]:
    """The most tokens a prompt can take, as (input, output). A token is never less than one byte of text."""
    schema = schema_bytes(prompt.answer) if prompt.answer else 0
    text = prompt.system + prompt.shared + prompt.user
    return len(text.encode("utf-8", "replace")) + schema + OVERHEAD_TOKENS, prompt.max_tokens


@lru_cache(maxsize=256)
def schema_bytes(answer: type[BaseModel]) -> int:
    """How long the schema of an answer is, in bytes."""
    return len(json.dumps(answer.model_json_schema()).encode())


@cache
def read_prices() -> Mapping[str, Price]:
    """All prices of the file, by the model's name."""
    models = json.loads(FILE.read_text(encoding="utf-8"))["models"]
    return {name: _price(row) for name, row in models.items()}


def _price(row: Mapping[str, Any]) -> Price:
    over = row.get("over")
    return Price(
        input=Decimal(row["input"]),
        output=Decimal(row["output"]),
        cache_write=Decimal(row["cache_write"]),
        cache_read=Decimal(row["cache_read"]),
        long_from=over["tokens"] if over else None,
        long=_price(over) if over else None,
    )
