"""The checks that readers share: texts, turns and conversations of a record, or a sentence about what is wrong there.

A reader takes one record (a dict) and returns a `Row`, or raises `Unreadable` with that sentence and its column.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence, Set
from typing import Any

from feedback.datasets.readers.rows import Mark, Record, Unreadable

ROLES = ("system", "user", "assistant", "tool")
ROLE_NAMES = {"human": "user", "gpt": "assistant", "bot": "assistant", "model": "assistant", "developer": "system",
              "prompter": "user", "chatgpt": "assistant", "function": "tool", "observation": "tool",
              "function_call": "assistant"}  # fmt: skip
BESIDE = {"next_message", "consequence", "reaction"}  # columns about the one answer of a row
REACTED = frozenset({"true", "yes", "1", "heart", "love", "like", "❤", "❤️", "👍"})
PRIVATE = frozenset(
    {"ip", "ip_address", "hashed_ip", "header", "email"}
)  # whose it was, which is nobody's business here
NOT_REACTED = frozenset({"false", "no", "0", "none"})
HALF = re.compile("[\ud800-\udfff]")  # half a character, which no UTF-8 can hold
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it; not the words for it


def marked_text(text: str, mark: Mark, name: str) -> Mark:
    """The mark, if its place lies in the text."""
    if mark.start is not None and not 0 <= mark.start < (mark.end or 0) <= len(text):
        raise Unreadable(
            f"A mark runs from {mark.start} to {mark.end}, but {name!r} has {len(text)} characters.", column=name
        )
    return mark


def text_in(record: Record, name: str) -> str:
    """A column that must hold text."""
    value = record.get(name)
    if type(value) is str and value.isascii() and "\x00" not in value and value and not value.isspace():
        return value
    if value is None:
        raise Unreadable(f"There is no {name!r} in this row.", column=column_of(name))
    if not isinstance(value, str):
        raise Unreadable(f"{name!r} should be text but is {kind_of(value)}.", column=column_of(name))
    return checked_text(value, name)


def checked_text(value: str, name: str) -> str:
    """The text, if it says something and can be stored."""
    if not value or value.isspace():
        raise Unreadable(f"{name!r} is empty.", column=column_of(name))
    return storable(value, name)


def storable(value: str, name: str) -> str:
    """The text, if PostgreSQL and UTF-8 can hold it."""
    if "\x00" in value:
        raise Unreadable(f"{name!r} holds a NUL character, which cannot be stored.", column=column_of(name))
    if not value.isascii() and HALF.search(value):
        raise Unreadable(
            f"{name!r} is not valid UTF-8 or holds half a character (a lone surrogate).", column=column_of(name)
        )
    return value


def column_of(name: str) -> str:
    """The column of a place like `messages[3]`."""
    return name.split("[", 1)[0]


def kind_of(value: object) -> str:
    """What a value is, in words."""
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number", str: "text"}
    return "nothing" if value is None else names.get(type(value), "something else")


def turns_in(value: object, name: str) -> list[dict[str, str]]:
    """A conversation: a list of turns with a role and words, whichever of the usual names they have."""
    if isinstance(value, str):
        value = parsed(value, name)
    if isinstance(value, dict):
        value = rows_of_lists(value)
    if not isinstance(value, list) or not value:
        raise Unreadable(
            f"{name!r} should be a list of turns but is {'empty' if value == [] else kind_of(value)}.",
            column=column_of(name),
        )
    return [turn_in(turn, f"{name}[{place}]") for place, turn in enumerate(value)]


def rows_of_lists(value: dict[str, Any]) -> object:
    """Turns that a table keeps as a list of roles and a list of words, put together; anything else as it is."""
    lists = list(value.values())
    if not lists or not all(isinstance(one, list) and len(one) == len(lists[0]) for one in lists):
        return value
    return [dict(zip(value, each, strict=True)) for each in zip(*lists, strict=True)]


def turn_in(turn: object, name: str) -> dict[str, str]:
    """One turn as role and content."""
    if not isinstance(turn, dict):
        raise Unreadable(
            f"{name!r} should be a turn with a role and content but is {kind_of(turn)}.", column=column_of(name)
        )
    role = turn.get("role", turn.get("from"))
    content = content_in(turn)
    if not isinstance(role, str) or ROLE_NAMES.get(role, role) not in ROLES:
        raise Unreadable(
            f"{name!r} has the role {str(role)[:40]!r}; known are {', '.join(ROLES)}.", column=column_of(name)
        )
    if not isinstance(content, str):
        raise Unreadable(f"The content of {name!r} should be text but is {kind_of(content)}.", column=column_of(name))
    return {"role": ROLE_NAMES.get(role, role), "content": storable(content, name)}


def content_in(turn: dict[str, Any]) -> object:
    """What a turn says: text, parts of text, or the call of a tool, which is kept as JSON."""
    content = turn.get("content", turn.get("value"))
    if isinstance(content, list) and all(
        isinstance(part, dict) and isinstance(part.get("text"), str) for part in content
    ):
        return "".join(part["text"] for part in content)
    if content is None and turn.get("tool_calls") and fits_json(turn["tool_calls"]):
        return json.dumps(turn["tool_calls"], ensure_ascii=False)
    return content


def parsed(value: str, name: str, what: str = "a list of turns") -> object:
    """A list that a CSV file holds as JSON text."""
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise Unreadable(f"{name!r} should be {what} but is text that is not JSON.", column=name) from None


def asked(turns: Sequence[dict[str, str]], name: str) -> tuple[dict[str, str], ...]:
    """The turns of an example: at least one of a user's, with words, and a last one that waits for an answer."""
    if not any(turn["role"] == "user" and turn["content"].strip() for turn in turns):
        raise Unreadable(f"{name!r} has no turn in which a user asks something.", column=column_of(name))
    if turns[-1]["role"] == "assistant":
        raise Unreadable(
            f"{name!r} ends with an assistant's turn, so there is nothing left to answer.", column=column_of(name)
        )
    return tuple(turns)


def conversation(record: Record, name: str, *, system: bool = True) -> tuple[dict[str, str], ...]:
    """A prompt that is text or a list of turns, with the record's system text before it."""
    value = record.get(name)
    turns = turns_in(value, name) if isinstance(value, list) else [{"role": "user", "content": text_in(record, name)}]
    before = record.get("system") if system else None
    if isinstance(before, str) and before.strip() and turns[0]["role"] != "system":
        turns = [{"role": "system", "content": storable(before, "system")}, *turns]
    return asked(turns, name)


def last_answer(turns: list[dict[str, str]], name: str) -> tuple[tuple[dict[str, str], ...], str]:
    """A whole dialogue cut before its last assistant turn: what was asked, and the answer."""
    if turns[-1]["role"] != "assistant":
        raise Unreadable(
            f"{name!r} does not end with an assistant's turn, so it holds no response.", column=column_of(name)
        )
    if len(turns) == 1:
        raise Unreadable(f"{name!r} holds an answer but nothing that was asked.", column=column_of(name))
    return asked(turns[:-1], name), checked_text(turns[-1]["content"], f"{name}[{len(turns) - 1}]")


def rest(record: Record, used: Set[str]) -> dict[str, Any]:
    """The columns that have no place of their own, as far as they can be stored."""
    left = record.keys() - used
    if not left or not (left := left - PRIVATE):
        return {}
    return {
        name: value
        for name, value in record.items()
        if name in left and name and value not in (None, "") and fits_json({name: value})
    }


def fits_json(value: object) -> bool:
    """Whether a value can be kept as JSON in PostgreSQL."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode("utf-8")
    except (ValueError, RecursionError, TypeError):
        return False
    return len(text) < 100_000 and not NUL.search(text)


def words(record: Record, *names: str) -> str:
    """The first of these columns that holds something, as text."""
    for name in names:
        value = record.get(name)
        if value is None:
            continue
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return storable(str(value), name)
    return ""


def beside(record: Record) -> dict[str, Any]:
    """What a row tells of its one answer: the user's next message, what came of it, whether there was a reaction."""
    return {
        "next_message": words(record, "next_message"),
        "consequence": words(record, "consequence"),
        "reaction": reaction_in(record),
    }


def reaction_in(record: Record) -> bool | None:
    """Whether users reacted (a heart, a like): true, false, or a number of them. None where nothing is said."""
    value = record.get("reaction")
    if value is None or value == "":
        return None
    if isinstance(value, bool | int | float):
        return value > 0
    said = str(value).strip().lower()
    if said in REACTED or said in NOT_REACTED:
        return said in REACTED
    raise Unreadable(
        f"'reaction' should be true or false, or a number of reactions, but is {str(value)[:40]!r}.", column="reaction"
    )


def different(chosen: str, rejected: str, column: str = "") -> None:
    """Raise unless the two answers differ in more than outer white space."""
    if chosen.strip() == rejected.strip():
        raise Unreadable("The two answers are the same, so neither can be the better one.", column=column)
