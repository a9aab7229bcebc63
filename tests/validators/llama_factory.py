"""LLaMA-Factory: what a row becomes under its `dataset_info.json` entry. One it does not like becomes an empty one."""

from __future__ import annotations

from typing import Any, NamedTuple

TAGS = {"role_tag": "from", "content_tag": "value", "user_tag": "human", "assistant_tag": "gpt",
        "observation_tag": "observation", "function_tag": "function_call", "system_tag": "system"}  # fmt: skip
EMPTY: tuple[list[Any], list[Any]] = ([], [])


class Loaded(NamedTuple):
    """What the trainer would learn from."""

    prompt: list[str]
    answers: list[str]
    system: str


def loaded(row: dict[str, Any], entry: dict[str, Any]) -> Loaded:
    """The row as the trainer sees it."""
    columns = entry.get("columns", {})
    return sharegpt(row, entry, columns) if entry.get("formatting") == "sharegpt" else alpaca(row, entry, columns)


def alpaca(row: dict[str, Any], entry: dict[str, Any], columns: dict[str, str]) -> Loaded:
    """The alpaca way: history, then instruction and input joined."""
    prompt = [text for old in (row[columns["history"]] if "history" in columns else []) for text in old]
    asked = [row[columns[name]] for name in ("prompt", "query") if name in columns and row[columns[name]]]
    prompt.append("\n".join(asked))
    if entry.get("ranking"):
        chosen, rejected = row[columns["chosen"]], row[columns["rejected"]]
        answers = [chosen, rejected] if isinstance(chosen, str) and isinstance(rejected, str) else []
    else:
        answers = [row[columns["response"]]]
    return Loaded(prompt, answers, row[columns["system"]] if "system" in columns else "")


def sharegpt(row: dict[str, Any], entry: dict[str, Any], columns: dict[str, str]) -> Loaded:
    """The sharegpt way, whatever the tags are called."""
    tags = TAGS | entry.get("tags", {})
    turns = row[columns["messages"]]
    system = row[columns["system"]] if "system" in columns else ""  # a missing key stops the trainer
    if turns and turns[0][tags["role_tag"]] == tags["system_tag"]:
        system, turns = turns[0][tags["content_tag"]], turns[1:]
    prompt, answers = turns_and_answers(row, entry, columns, tags, turns)
    return Loaded([one[tags["content_tag"]] for one in prompt], answers, system)


def turns_and_answers(row: Any, entry: Any, columns: Any, tags: Any, turns: list[Any]) -> tuple[list[Any], list[str]]:
    """Prompt and answers, or nothing for a row whose turns it does not take."""
    asks, replies = (tags["user_tag"], tags["observation_tag"]), (tags["assistant_tag"], tags["function_tag"])
    ranking = bool(entry.get("ranking"))
    alternate = all(turn[tags["role_tag"]] in (asks, replies)[place % 2] for place, turn in enumerate(turns))
    if not alternate or len(turns) % 2 != int(ranking):
        return EMPTY
    if "kto_tag" in columns and isinstance(row[columns["kto_tag"]], bool):
        text = turns[-1][tags["content_tag"]]
        return turns[:-1], [text, ""] if row[columns["kto_tag"]] else ["", text]
    if ranking:
        sides = [row[columns[name]] for name in ("chosen", "rejected")]
        if all(isinstance(side, dict) for side in sides):
            return turns, [side[tags["content_tag"]] for side in sides]
    return turns[:-1], [turns[-1][tags["content_tag"]]]
