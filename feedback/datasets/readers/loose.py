"""Values that every tool writes its own way, read kindly: messages in any of the usual shapes, scores, labels, names.

Knows no tool. What cannot be read as text is kept as JSON, never dropped.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from feedback.datasets.readers.checks import ROLES, asked, checked_text, kind_of, storable
from feedback.datasets.readers.rows import PERSON, Row, Score, Unreadable

Turns = list[dict[str, str]]
DEEPEST = 8
CALLED = {"human": "user", "ai": "assistant", "gpt": "assistant", "bot": "assistant", "model": "assistant",
          "chatgpt": "assistant", "developer": "system", "function": "tool", "observation": "tool",
          "prompter": "user", "humanmessage": "user", "aimessage": "assistant", "systemmessage": "system",
          "toolmessage": "tool", "aimessagechunk": "assistant"}  # fmt: skip
TEXTS = ("text", "content", "value", "parts", "message.content", "contents")
ASKED = ("messages", "input_messages", "chat_history", "conversation", "input", "inputs", "question", "prompt", "query",
         "user_input", "instruction", "request", "text", "content", "message", "contents", "args")  # fmt: skip
ANSWERED = ("output", "outputs", "answer", "response", "completion", "output_messages", "generations", "choices",
            "message", "messages", "content", "text", "result", "return_values", "value")  # fmt: skip
LABEL = re.compile(r"[^a-z0-9]+")


def pseudonym(name: object, kind: str = "user") -> str:
    """A name for somebody that says nothing of them but is the same wherever their id stands; "" for nobody."""
    text = str(name).strip() if name not in (None, "", [], {}) else ""
    return f"{kind}-{hashlib.sha256(f'precept|{text}'.encode('utf-8', 'replace')).hexdigest()[:10]}" if text else ""


def category_of(label: object) -> str:
    """A label as a category's name: "Wrong Grounding" is "wrong-grounding"; of other scripts a short hash is left."""
    text = storable(str(label), "label").strip()
    if not text:
        raise Unreadable("A mark has an empty label.", column="label")
    name = LABEL.sub("-", text.lower()).strip("-")[:40].strip("-")
    return name or f"label-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def said_in(value: object, name: str, depth: int = 0) -> str:
    """The words of a message's content: text, parts, blocks. Pictures and calls of tools are kept as JSON."""
    if value is None:
        return ""
    if isinstance(value, str):
        return storable(value, name)
    if isinstance(value, list) and depth < DEEPEST:
        return "\n".join(part for part in (said_in(one, name, depth + 1) for one in value) if part)
    if isinstance(value, Mapping) and depth < DEEPEST:
        found = next((value[one] for one in TEXTS if value.get(one) not in (None, "", [])), None)
        if found is not None:
            return said_in(found, name, depth + 1)
    return as_json(value, name)


def as_json(value: object, name: str) -> str:
    """A value as JSON text. Raises `Unreadable` for what cannot be written down."""
    try:
        return storable(json.dumps(value, ensure_ascii=False, allow_nan=False), name)
    except (ValueError, TypeError, RecursionError):
        raise Unreadable(f"{name!r} holds something that cannot be stored as text.", column=name) from None


def parsed(value: object) -> object:
    """A value that may be JSON written as text."""
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def role_of(message: Mapping[str, Any]) -> str:
    """The role of a message under any of its usual names, "" for none."""
    message = spoken(message)
    for name in ("role", "from", "sender", "message.role", "type", "author"):
        told = message.get(name)
        if isinstance(told, Mapping):
            told = told.get("role")
        if isinstance(told, str) and CALLED.get(told.lower(), told.lower()) in ROLES:
            return CALLED.get(told.lower(), told.lower())
    return ""


def spoken(message: Mapping[str, Any]) -> Mapping[str, Any]:
    """A message out of its wrapping: OpenInference's `{"message": …}`, LangChain's serialised ones."""
    inner = message.get("message")
    if isinstance(inner, Mapping) and ("role" in inner or "content" in inner):
        return inner
    kwargs, path = message.get("kwargs"), message.get("id")
    if isinstance(kwargs, Mapping) and isinstance(path, list) and path:
        return {"role": str(path[-1]).lower(), **kwargs}
    return message


def turn_of(message: object, name: str) -> dict[str, str] | None:
    """A message as a turn; None for what is no message."""
    if not isinstance(message, Mapping):
        return None
    role = role_of(message)
    if not role:
        return None
    inner = spoken(message)
    held = [inner.get(one) for one in TEXTS if inner.get(one) not in (None, "", [])]
    calls = inner.get("tool_calls") or inner.get("function_call") or inner.get("message.tool_calls")
    said = said_in(held[0], name) if held else ""
    return {"role": role, "content": "\n".join(filter(None, [said, as_json(calls, name) if calls else ""]))}


def turns_from(value: object, name: str, depth: int = 0) -> Turns:
    """What was asked, as turns: a text, a message, a list of them, or an object that holds one of these."""
    value = parsed(value)
    if depth > DEEPEST or value in (None, "", [], {}):
        return []
    if isinstance(value, list):
        if all(isinstance(one, list) for one in value):
            return turns_from(value[0], name, depth + 1)
        found = [turn_of(one, name) for one in value]
        if all(found):
            return [one for one in found if one and one["content"].strip()]
        return [{"role": "user", "content": said_in(value, name)}]
    if isinstance(value, Mapping):
        return turns_in_object(value, name, depth)
    return [{"role": "user", "content": said_in(value, name)}]


def turns_in_object(value: Mapping[str, Any], name: str, depth: int) -> Turns:
    """The turns of an object: a message, or what stands under a usual name; else all its columns, one a line."""
    turn = turn_of(value, name)
    if turn is not None:
        return [turn]
    key = next((one for one in ASKED if value.get(one) not in (None, "", [], {})), None)
    if key is None or (len(value) > 1 and not isinstance(parsed(value[key]), list | Mapping) and key not in ASKED[:10]):
        told = [f"{one}: {said_in(held, name)}" for one, held in value.items() if held not in (None, "", [], {})]
        return [{"role": "user", "content": storable("\n".join(told), name)}] if told else []
    found = turns_from(value[key], name, depth + 1)
    system = value.get("system") or value.get("system_prompt") or value.get("instructions")
    if isinstance(system, str) and system.strip() and found and found[0]["role"] != "system":
        found = [{"role": "system", "content": storable(system, name)}, *found]
    return found


def answer_from(value: object, name: str, depth: int = 0) -> str:
    """What was answered, as text: of a list of messages the last one's."""
    value = parsed(value)
    if isinstance(value, list) and value and depth < DEEPEST:
        return answer_from(value[-1], name, depth + 1) if any(isinstance(one, dict | list) for one in value) else (
            said_in(value, name)
        )  # fmt: skip
    if isinstance(value, Mapping) and depth < DEEPEST:
        turn = turn_of(value, name)
        if turn is not None:
            return turn["content"]
        key = next((one for one in ANSWERED if value.get(one) not in (None, "", [], {})), None)
        if key is not None:
            return answer_from(value[key], name, depth + 1)
    return "" if value in ([], {}) else said_in(value, name)


def waiting(turns: Sequence[dict[str, str]], name: str) -> tuple[dict[str, str], ...]:
    """The turns up to the last one that waits for an answer."""
    last = max((place for place, turn in enumerate(turns) if turn["role"] != "assistant"), default=-1)
    if last < 0:
        raise Unreadable(f"{name!r} holds nothing that was asked.", column=name)
    return asked(list(turns[: last + 1]), name)


def alone(text: str) -> tuple[dict[str, str], ...]:
    """What stands before a text that nobody asked for: each text is the answer to an example of its own."""
    short = hashlib.sha256(checked_text(text, "text").encode()).hexdigest()[:8]
    return ({"role": "user", "content": f"(No prompt came with this text, {short}.)"},)


def scored(
    answer: int, aspect: object, value: object, rater: str, by: str = PERSON, scale: int = 0, *, share: bool = False
) -> Score | None:
    """A number, a yes or no, or the text of one as a score; None for anything else (it is kept elsewhere).

    Without a `scale`: true and false are thumbs, whole numbers from 1 are of 5, 10 or 100, shares from 0 to 1 of 100;
    with `share` 1 is all of a share and not the lowest of five.
    """
    number = number_in(value)
    if number is None:
        return None
    aspect = storable(str(aspect), "score").strip()[:60] or "overall"
    if isinstance(value, bool):
        return Score(answer=answer, score=2 if value else 1, scale=2, aspect=aspect, rater=rater, by=by)
    if not scale and number == int(number) and number >= 1 and not (share and number == 1):
        scale = next((top for top in (5, 10, 100) if number <= top), 0)
    if scale and number == int(number) and 1 <= number <= scale:
        return Score(answer=answer, score=int(number), scale=scale, aspect=aspect, rater=rater, by=by)
    if not 0 <= number <= 1:
        return None
    return Score(answer=answer, score=max(1, round(number * 100)), scale=100, aspect=aspect, rater=rater, by=by)


def number_in(value: object) -> float | None:
    """A number that is one: no NaN, no text but that of a number."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    return float(value) if isinstance(value, bool | int | float) and math.isfinite(value) and abs(value) < 1e9 else None


def whole(value: object) -> int | None:
    """A whole number, given as one or as text."""
    number = number_in(value)
    return int(number) if number is not None and not isinstance(value, bool) and number == int(number) else None


def tags_in(*values: object) -> tuple[str, ...]:
    """Tags out of texts and lists of texts, each once."""
    found: dict[str, None] = {}
    for value in values:
        for one in value if isinstance(value, list | tuple) else [value]:
            if isinstance(one, str) and one.strip():
                found[storable(one.strip(), "tags")[:60]] = None
    return tuple(found)


def object_in(value: object, name: str) -> Mapping[str, Any]:
    """A column that must hold an object; nothing is an empty one."""
    value = parsed(value)
    if value in (None, ""):
        return {}
    if not isinstance(value, Mapping):
        raise Unreadable(f"{name!r} should be an object but is {kind_of(value)}.", column=name)
    return value


def objects_in(value: object, name: str) -> list[Mapping[str, Any]]:
    """A column that must hold a list of objects; nothing is an empty one."""
    value = parsed(value)
    if value in (None, ""):
        return []
    if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
        raise Unreadable(f"{name!r} should be a list of objects but is {kind_of(value)}.", column=name)
    return value


def root_of(row: Row) -> str:
    """What a dialogue began with: its first turn of a user's."""
    return next((turn["content"] for turn in row.messages if turn["role"] == "user"), "")
