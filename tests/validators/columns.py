"""Whether a line has the columns its format promises, read from the notation anew: nothing of the product is asked.

The notation is turned into a regular expression over a value's own description, so that a fault of the product's check
is not made twice: a value is described in words (`[t,t]`, `{role:t,content:t}`), and the words must match the pattern.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

TOKENS = re.compile(r"list\[|object\{|[a-z]+|[\]{}:,?]|[^\s\]{}:,?]+(?: [^\s\]{}:,?]+)*")
NUMBER = {"int": "i", "float": "f", "number": "[if]", "bool": "b", "text": "t"}
ROLES = ("system", "user", "assistant", "tool")
TURN = r"\{role:r,content:t\}"
ANY = r".*"


def described(value: Any) -> str:
    """A value in words: t text, r a text that is a role, i, f, b, n null, lists and objects with theirs inside."""
    if value is None or isinstance(value, bool):
        return "n" if value is None else "b"
    if isinstance(value, str):
        value.encode()
        return "t"
    if isinstance(value, int):
        return "i"
    if isinstance(value, float):
        assert math.isfinite(value)
        return "f"
    if isinstance(value, list):
        return "[" + ",".join(described(one) for one in value) + "]"
    turn = set(value) == {"role", "content"} and value["role"] in ROLES and isinstance(value["content"], str)
    if turn:
        return "{role:r,content:t}"
    return "{" + ",".join(f"{name}:{described(one)}" for name, one in value.items()) + "}"


def pattern(notation: str) -> str:
    """The pattern that a type's values match."""
    found, rest = one_pattern(notation.strip())
    assert not rest.strip(), notation
    return found


def one_pattern(text: str) -> tuple[str, str]:
    """The pattern of the first type in a text, and the rest."""
    text = text.lstrip()
    if text.startswith("list["):
        inner, text = one_pattern(text[5:])
        found, text = rf"\[(?:{inner}(?:,{inner})*)?\]", text.lstrip()[1:]
    elif text.startswith("object{"):
        parts, text = [], text[7:]
        while True:
            name, _, text = text.partition(":")
            inner, text = one_pattern(text)
            parts.append(f"{re.escape(name.strip())}:{inner}")
            text, last = text.lstrip()[1:], text.lstrip()[0]
            if last == "}":
                break
        found = r"\{" + ",".join(parts) + r"\}"
    else:
        word = re.match(r"[a-z]+", text)
        assert word, text
        text = text[word.end() :]
        found = {**NUMBER, "turn": TURN, "turns": rf"\[{TURN}(?:,{TURN})*\]", "object": r"\{.*\}", "any": ANY}[word[0]]
    if text.lstrip().startswith("?"):
        return f"(?:{found}|n)", text.lstrip()[1:]
    return found, text


def trouble(line: dict[str, Any], columns: dict[str, str]) -> str:
    """What is wrong with a line, or ""."""
    if columns and list(line) != list(columns):
        return f"the columns are {list(line)}, not {list(columns)}"
    for name, notation in columns.items():
        found = described(line[name])
        wanted = pattern(notation).replace("content:t", "content:[tr]")
        if not re.fullmatch(wanted, found, re.DOTALL) and not re.fullmatch(wanted, roleless(found), re.DOTALL):
            return f"`{name}` is {found[:200]}, not {notation}"
    return ""


def roleless(found: str) -> str:
    """The same where turns are told as any other object."""
    return found.replace("role:r", "role:t")


def as_in_parquet(value: Any, notation: str) -> Any:
    """What a value is when it comes out of a Parquet file: whatever may be anything is a text there."""
    notation = notation.strip().removesuffix("?")
    if value is None:
        return None
    if notation in ("any", "object"):
        return value if isinstance(value, str) else json.dumps(value)
    if notation.startswith("list["):
        return [as_in_parquet(one, notation[5:-1]) for one in value]
    if notation.startswith("object{"):
        return {name: as_in_parquet(value[name], one) for name, one in parts_of(notation[7:-1])}
    return float(value) if notation == "number" else value


def parts_of(inner: str) -> list[tuple[str, str]]:
    """The fields of an object's notation."""
    found, depth, at = [], 0, 0
    for place, sign in enumerate(f"{inner},"):
        depth += (sign in "[{") - (sign in "]}")
        if sign == "," and depth == 0:
            name, _, notation = inner[at:place].partition(":")
            found.append((name.strip(), notation.strip()))
            at = place + 1
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same; a text that is JSON may be written in another way."""
    if isinstance(one, str) and isinstance(other, str) and one != other:
        try:
            return bool(json.loads(one) == json.loads(other))
        except ValueError:
            return False
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(same(*both) for both in zip(one, other, strict=True))
    return bool(one == other and type(one) is type(other))
