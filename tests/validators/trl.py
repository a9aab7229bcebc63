"""TRL: what it takes for the prompt of a preference row."""

from __future__ import annotations

from typing import Any


def prompt_of(row: dict[str, Any]) -> Any:
    """The prompt as it stands; without one, all that both sides begin with, but for a space at its end."""
    if "prompt" in row:
        return row["prompt"]
    chosen, rejected = row["chosen"], row["rejected"]
    shared = 0
    while shared < min(len(chosen), len(rejected)) and chosen[shared] == rejected[shared]:
        shared += 1
    if shared and isinstance(chosen, str) and (shared == min(len(chosen), len(rejected)) or chosen[shared - 1] == " "):
        shared -= 1
    return chosen[:shared]
