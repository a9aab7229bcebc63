"""TRL's preference format, explicit prompt, conversational: `{"prompt": [...], "chosen": [...], "rejected": [...]}`.

For DPO, CPO, ORPO and reward training. Every row has the same keys and types; there is no `margin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedback.datasets.writers.prompts import Turn, Untrainable, trainable_prompt

NAME = "trl-preference"
LABEL = "TRL preference pairs (explicit prompt, conversational)"
Line = dict[str, Any]


def line_of(messages: Sequence[Turn], chosen: str, rejected: str) -> Line:
    """One training row. Raises `Untrainable` with the reason it is left out."""
    better, worse = chosen.strip(), rejected.strip()
    if not better or not worse:
        raise Untrainable("a response is empty")
    if better == worse:
        raise Untrainable("both responses say the same")
    return {"prompt": trainable_prompt(messages), "chosen": [answer(chosen)], "rejected": [answer(rejected)]}


def answer(text: str) -> Turn:
    """An assistant's turn."""
    return {"role": "assistant", "content": text}
