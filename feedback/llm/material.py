"""How lists become one value of a prompt, and how to read them back: conversations, attempts and candidates.

Each member is a data block of its own inside the value's block, so a turn cannot pass itself off as the next turn, nor
a candidate as its rival.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from feedback.llm.prompts import data_block

BLOCK = re.compile(r'<data name="([^"\n]+)" seal="([0-9a-f]{24})">\n(.*?)\n</data seal="\2">', re.DOTALL)
SPEAKER = re.compile(
    r"^[ \t]*[#>*\[<]*[ \t]*(system|user|human|person|assistant|model|tool)\b(?:[\]>*]+[ \t]*:?|[ \t]*:)[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
NUMBERED = (
    re.compile(r"^[ \t]*[#*\[<]*[ \t]*candidate[ \t]*(\d+)[\]>*]*[ \t]*[:.)]?[ \t]*", re.IGNORECASE | re.MULTILINE),
    re.compile(r"^[ \t]*[\[(<](\d+)[\])>][ \t]*", re.MULTILINE),
    re.compile(r"^[ \t]*#*[ \t]*(\d+)[.:)][ \t]*", re.MULTILINE),
)


def conversation_text(messages: Iterable[Mapping[str, Any]]) -> str:
    """A conversation, one block a turn, named by who speaks."""
    return "\n".join(data_block(str(turn["role"]), str(turn["content"])) for turn in messages)


def candidates_text(texts: Iterable[str]) -> str:
    """Candidates, numbered from 1."""
    return "\n".join(data_block(f"candidate {number}", text) for number, text in enumerate(texts, start=1))


def history_text(attempts: Iterable[tuple[str, str]]) -> str:
    """Earlier attempts as (text, critique), oldest first."""
    pairs = enumerate(attempts, start=1)
    return "\n".join(
        f"{data_block(f'attempt {number}', text)}\n{data_block(f'critique {number}', critique)}"
        for number, (text, critique) in pairs
    )


def blocks(text: str) -> list[tuple[str, str]]:
    """The outermost data blocks in a text as (name, words)."""
    return [(found[1], found[3]) for found in BLOCK.finditer(text)]


def read_turns(conversation: str) -> list[tuple[str, str]]:
    """The turns of a conversation as (who, words), from blocks, JSON or lines such as `User: …`."""
    if turns := blocks(conversation):
        return turns
    if turns := _turns_of_json(conversation):
        return turns
    marks = list(SPEAKER.finditer(conversation))
    if not marks:
        return [("user", conversation.strip())]
    ends = [*(mark.start() for mark in marks[1:]), len(conversation)]
    return [(mark[1].lower(), conversation[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True)]


def read_request(conversation: str) -> str:
    """What is being asked: the last turn of the person."""
    said = [words for who, words in read_turns(conversation) if who in {"user", "human", "person"}]
    return said[-1] if said else conversation.strip()


def read_candidates(text: str) -> list[str]:
    """The candidates in the order of their numbers, from blocks, JSON or numbered paragraphs."""
    if found := blocks(text):
        return [words for _, words in found]
    try:
        listed = json.loads(text)
    except ValueError:
        listed = None
    if isinstance(listed, list):
        return [str(item) for item in listed]
    return _numbered(text)


def _turns_of_json(text: str) -> list[tuple[str, str]]:
    try:
        turns = json.loads(text)
    except ValueError:
        return []
    if not isinstance(turns, list) or not all(isinstance(turn, dict) and "content" in turn for turn in turns):
        return []
    return [(str(turn.get("role", "user")), str(turn["content"])) for turn in turns]


def _numbered(text: str) -> list[str]:
    for pattern in NUMBERED:
        marks = _in_order(list(pattern.finditer(text)))
        if len(marks) > 1:
            ends = [*(mark.start() for mark in marks[1:]), len(text)]
            return [text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=True)]
    return [text.strip()]


def _in_order(marks: Sequence[re.Match[str]]) -> list[re.Match[str]]:
    """The marks that count 1, 2, 3 …, skipping lists inside a candidate where they start again."""
    kept: list[re.Match[str]] = []
    for mark in marks:
        if int(mark[1]) == len(kept) + 1:
            kept.append(mark)
    return kept
