"""Axolotl: what its prompt strategies read of a row, by the type we ship in the configuration.

`learned` tells which characters of a turn with `train_detail` are learned, token by token: ends are inclusive, a
segment is widened to its tokens' edges, and a token that no segment covers wholly is masked.
"""

from __future__ import annotations

import re
from typing import Any

SINGLE = {"chatml.argilla": ("instruction", "chosen_response", "rejected_response"),
          "chatml.intel": ("question", "chosen", "rejected"), "chatml.icr": ("input", "chosen", "rejected"),
          "chatml.prompt_pairs": ("prompt", "chosen", "rejected"),
          "bradley_terry.chat_template": ("input", "chosen", "rejected")}  # fmt: skip


def pair(row: dict[str, Any], entry: dict[str, Any]) -> tuple[list[str], str, str]:
    """What was asked, turn by turn, and the two answers."""
    kind = entry["type"]
    if kind in SINGLE:
        asked, chosen, rejected = SINGLE[kind]
        return [*filter(None, [row["system"]]), row[asked]], row[chosen], row[rejected]
    if kind == "chatml.ultra":  # reads the second turn of each and nothing further
        return (
            [*filter(None, [row["system"]]), row["prompt"]],
            row["chosen"][1]["content"],
            row["rejected"][1]["content"],
        )
    if kind == "chat_template.argilla":
        asked = [turn["content"] for turn in row["chosen"][:-1]]
        return [*filter(None, [row["system"]]), *asked], row["chosen"][-1]["content"], row["rejected"][-1]["content"]
    assert kind == "chat_template.default", kind
    asked = [turn["content"] for turn in row[entry["field_messages"]]]
    return asked, *(last(row[entry[field]]) for field in ("field_chosen", "field_rejected"))


def last(side: Any) -> str:
    """An answer as text, an object, or the last of a list."""
    return side if isinstance(side, str) else side["content"] if isinstance(side, dict) else side[-1]["content"]


def labelled(row: dict[str, Any], entry: dict[str, Any]) -> tuple[str, str, bool]:
    """KTO: a label that is not a boolean is refused here, though the trainer would take any word for true."""
    fields = entry["type"]
    label = row[fields["field_label"]]
    assert label is True or label is False
    return row[fields["field_prompt"]], row[fields["field_completion"]], label


def stepwise(row: dict[str, Any]) -> list[tuple[str, bool]]:
    """Steps with labels, as many of one as of the other."""
    return list(zip(row["completions"], row["labels"], strict=True))


def tokens(text: str) -> list[tuple[int, int]]:
    """Tokens as usual tokenizers cut them: a word with the space before it, ends inclusive."""
    return [(found.start(), found.end() - 1) for found in re.finditer(r"\s*\S+|\s+$", text)]


def learned(text: str, details: list[dict[str, Any]]) -> set[int]:
    """The characters that are learned."""
    cut = tokens(text)
    found: set[int] = set()
    wide = [widened(cut, one) for one in details]
    for start, end in cut:
        covering = [one for one in wide if one and one[0] <= start and end <= one[1]]
        if covering and covering[-1][2]:
            found |= set(range(start, end + 1))
    return found


def widened(cut: list[tuple[int, int]], one: dict[str, Any]) -> tuple[int, int, bool] | None:
    """A segment with the edges of the tokens it touches by more than one character."""
    begin, end = one["begin_offset"], one["end_offset"]
    touched = [token for token in cut if token[1] > begin or token[0] >= begin]
    first = touched[0] if touched else None
    before = [token for token in cut if token[1] <= end or token[0] < end]
    after = before[-1] if before else None
    return (first[0], after[1], one["train"]) if first and after and first[0] <= after[0] else None


def trained(row: dict[str, Any], entry: dict[str, Any]) -> dict[int, set[int]]:
    """Of each turn that is learned the characters."""
    found = {}
    for place, turn in enumerate(row[entry["field_messages"]]):
        if not turn[entry["message_field_training"]]:
            continue
        details = turn.get(entry.get("message_field_training_detail", ""))
        whole = set(range(len(turn["content"])))
        found[place] = learned(turn["content"], details) if details else whole
    return found
