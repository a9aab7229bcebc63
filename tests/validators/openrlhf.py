"""OpenRLHF: what its data sets make of a row with the flags we ship. The template joins roles and contents."""

from __future__ import annotations

from typing import Any


def template(turns: list[dict[str, str]], *, ask: bool = False) -> str:
    """A chat template."""
    return "".join(f"<{turn['role']}>{turn['content']}</>" for turn in turns) + ("<assistant>" if ask else "")


def reward(row: dict[str, Any], flags: dict[str, Any]) -> tuple[str, str, str, float]:
    """Prompt, chosen, rejected and margin: lists are added to the prompt's, so anything but lists stops it."""
    before = row[flags["data.prompt_key"]]
    prompt = template(before, ask=True)
    chosen, rejected = (template(before + row[flags[f"data.{side}_key"]])[len(prompt) :]
                        for side in ("chosen", "rejected"))  # fmt: skip
    return prompt, chosen, rejected, row["margin"] if row.get("margin") is not None else 0


def fine_tuning(row: dict[str, Any], flags: dict[str, Any]) -> tuple[str, str]:
    """Prompt and response: the last turn of the dialogue is the response."""
    turns = row[flags["data.input_key"]]
    prompt = template(turns[:-1], ask=True)
    return prompt, template(turns)[len(prompt) :]


def asking(row: dict[str, Any], flags: dict[str, Any]) -> tuple[str, str]:
    """Prompt and label."""
    return template(row[flags["data.input_key"]], ask=True), row[flags["data.label_key"]]
