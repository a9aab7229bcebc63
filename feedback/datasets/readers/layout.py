"""Which of a tool's columns are asked, which are answers, and which stand beside, by their names alone."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from feedback.datasets.readers.checks import asked, checked_text, fits_json
from feedback.datasets.readers.loose import Turns, alone, as_json, parsed, said_in, turns_from
from feedback.datasets.readers.rows import Answer, Unreadable

PROMPTS = re.compile(
    r"^(prompt|instruction|question|query|request|input|user|user_input|conversation|chat|messages|dialogue|history"
    r"|context|source|article|document|task)(_text|_messages)?$",
    re.I,
)
RESPONSES = re.compile(
    r"^(response|responses|completion|completions|answer|answers|output|outputs|generation|generations|candidate"
    r"|candidates|reply|chosen|rejected|summary|translation|mt_output|left|right|model|text_?[ab]|option|items)"
    r"([ _.-]?(\d+|[ab]|one|two))?$",
    re.I,
)
SYSTEMS = ("system", "system_prompt", "background")
MODEL = re.compile(r"^model([ _.-]?(\d+|[ab]|name|id))?$", re.I)


@dataclass(frozen=True)
class Layout:
    """What was asked, the answers with the names they have, and what stands beside."""

    messages: tuple[dict[str, str], ...]
    names: tuple[str, ...]
    answers: tuple[Answer, ...]
    beside: dict[str, Any]


def layout_of(fields: Mapping[str, Any], name: str) -> Layout:
    """The columns of a task by their names. A text alone is an answer to nothing that was asked."""
    held = {key: parsed(value) for key, value in fields.items() if value not in (None, "", [], {})}
    prompts = [key for key in held if PROMPTS.match(key)]
    named = answers_in(held, [key for key in held if RESPONSES.match(key) and key not in prompts])
    turns = turns_of(held, prompts)
    used = {*prompts, *(key for key in held if RESPONSES.match(key)), *SYSTEMS}
    if not named and turns and turns[-1]["role"] == "assistant" and len(turns) > 1:
        named, turns = [(prompts[-1], Answer(checked_text(turns[-1]["content"], prompts[-1])))], turns[:-1]
    if not named and not turns:
        text = next((key for key, value in held.items() if isinstance(value, str) and value.strip()), None)
        if text is None:
            raise Unreadable(f"{name!r} holds no text.", column=name)
        named, used = [(text, Answer(checked_text(str(held[text]), text)))], {text}
    elif not named and (text := next((key for key in ("text", "body") if isinstance(held.get(key), str)), None)):
        named, used = [(text, Answer(checked_text(str(held[text]), text)))], {*used, text}
    beside = {key: value for key, value in held.items() if key not in used and fits_json({key: value})}
    messages = asked(turns, name) if turns else alone("\n".join(one.text for _, one in named))
    return Layout(messages, tuple(key for key, _ in named), tuple(answer for _, answer in named), beside)


def turns_of(held: Mapping[str, Any], prompts: list[str]) -> Turns:
    """What was asked: the prompt-like columns in their order, after the system's."""
    turns: Turns = []
    for key in SYSTEMS:
        if isinstance(held.get(key), str) and prompts:
            turns.append({"role": "system", "content": said_in(held[key], key)})
    for key in prompts:
        found = turns_from(held[key], key)
        if turns and turns[-1]["role"] == "user" and found and found[0]["role"] == "user":
            turns[-1] = {"role": "user", "content": f"{turns[-1]['content']}\n\n{found[0]['content']}"}
            found = found[1:]
        turns += found
    return turns


def answers_in(held: Mapping[str, Any], keys: list[str]) -> list[tuple[str, Answer]]:
    """The answers of these columns; a list of them is several. The same text twice is one."""
    found: dict[str, tuple[str, Answer]] = {}
    for key in keys:
        value = held[key]
        if isinstance(value, str) and MODEL.match(key):
            continue
        several = value if isinstance(value, list) and not is_dialogue(value) else [value]
        for place, one in enumerate(several):
            text = text_of(one, key)
            if text.strip():
                label = id_of(one) or (key if len(several) == 1 else str(place + 1))
                found.setdefault(text, (label, Answer(checked_text(text, key))))
    return list(found.values())


def is_dialogue(value: list[Any]) -> bool:
    """Whether a list is turns rather than answers."""
    return all(isinstance(one, Mapping) and "role" in one for one in value)


def text_of(one: Any, key: str) -> str:
    """The text of an answer: itself, the last turn of a dialogue, or what an item of a ranker shows."""
    if isinstance(one, list):
        return said_in(one[-1], key) if one else ""
    if isinstance(one, Mapping):
        for name in ("body", "html", "text", "content", "output", "response", "value"):
            if one.get(name) not in (None, "", [], {}):
                return said_in(one[name], key)
        return as_json(dict(one), key)
    return said_in(one, key)


def id_of(one: Any) -> str:
    """The id an item has of its own."""
    told = one.get("id") if isinstance(one, Mapping) else None
    return str(told) if isinstance(told, str | int) and not isinstance(told, bool) else ""
