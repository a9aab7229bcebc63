"""What every reader gives: neutral rows, whatever the file looked like. And the checks they share.

A reader takes one record (a dict) and returns a `Row`, or raises `Unreadable` with a sentence about what is wrong.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from feedback.datasets.readers.guidance import Guidance

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
PERSON, MODEL, CHECK, SIMULATED = "imported", "judge", "check", "simulated"  # whose word it is: kinds of raters
HALF = re.compile("[\ud800-\udfff]")  # half a character, which no UTF-8 can hold
NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")  # as JSON writes it; not the words for it
Record = Mapping[str, Any]


class Unreadable(ValueError):
    """A record that cannot be read; the text is a sentence for the person, `column` where in the record it is."""

    def __init__(self, sentence: str, *, column: str = "") -> None:
        super().__init__(sentence)
        self.column = column


@dataclass(frozen=True)
class Answer:
    """One response to the example; what the user wrote next, what came of it and whether users reacted, if known.

    `extra` is what the source told of it beside the text. With `turns` it ends that dialogue instead of the example's.
    """

    text: str
    model: str = ""
    next_message: str = ""
    consequence: str = ""
    reaction: bool | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    turns: tuple[dict[str, str], ...] | None = None


@dataclass(frozen=True)
class Verdict:
    """Which of two answers is better ("a", "b", "tie") and who says so; by default of the first two."""

    outcome: str
    rater: str
    reason: str = ""
    first: int = 0
    second: int = 1
    strength: int | None = None
    aspect: str = "overall"
    timing: str = "now"
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Score:
    """A score from 1 to `scale` for the answer at that place; None for "cannot judge".

    `turn` is an earlier turn, as in `messages`; `comment` the place of the words it is about.
    """

    answer: int
    score: int | None
    rater: str
    scale: int = 5
    aspect: str = "overall"
    turn: int | None = None
    comment: int | None = None
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Comment:
    """Words about the answer at that place: "kudos" or "critique". `beside` is the other answer of a pair.

    `failure` names the kind of failure, `objective` the aspect it is about; `turn` an earlier turn, as in `messages`;
    `mark` is the place of the mark it is about, `whole` says that it is about the whole dialogue, `with_reference` that
    it was written with the right answer in view.
    """

    answer: int
    text: str
    rater: str
    polarity: str = "critique"
    improve: str = ""
    failure: str = ""
    objective: str = ""
    turn: int | None = None
    beside: int | None = None
    mark: int | None = None
    whole: bool = False
    stage: str = ""
    perspective: str = ""
    looks: str = ""
    informative: bool | None = None
    with_reference: bool = False
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Fulfilment:
    """Whether the answer at that place does what a principle or check asks."""

    answer: int
    asks: str
    passes: bool
    rater: str
    by: str = MODEL


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A typed mark on the answer at that place, in code points of its text; without `start` an omission.

    `shown` is what the rater saw that the mark refers to.
    """

    answer: int
    category: str
    rater: str
    start: int | None = None
    end: int | None = None
    severity: str = ""
    reason: str = ""
    replacement: str | None = None
    shown: dict[str, Any] = field(default_factory=dict)
    turn: int | None = None
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Rewrite:
    """What somebody made of the answer at that place."""

    answer: int
    text: str
    rater: str
    reason: str = ""
    turn: int | None = None
    ideal: bool = False
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Shown:
    """An answer that a rater wrote from nothing, to show the way."""

    text: str
    rater: str
    reason: str = ""
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Order:
    """A ranking of all answers: their places in the answers' order, 1 is best and equal places are ties."""

    places: tuple[int, ...]
    rater: str
    reason: str = ""
    aspect: str = "overall"
    by: str = PERSON


@dataclass(frozen=True, kw_only=True)
class Row:
    """An example with its responses, and the preference between the first two or the ranking of all if there is one.

    `root` is what the dialogue began with, where several rows are cut from one: they share a split by it.
    """

    messages: tuple[dict[str, str], ...]
    answers: tuple[Answer, ...] = ()
    verdict: Verdict | None = None
    verdicts: tuple[Verdict, ...] = ()
    order: Order | None = None
    scores: tuple[Score, ...] = ()
    comments: tuple[Comment, ...] = ()
    fulfilments: tuple[Fulfilment, ...] = ()
    demonstrations: tuple[Shown, ...] = ()
    tags: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()
    guidance: tuple[Guidance, ...] = ()
    root: str = ""
    reference: str = ""
    external_id: str = ""
    extra: dict[str, Any] = field(default_factory=dict)

    @property
    def all_verdicts(self) -> tuple[Verdict, ...]:
        """The verdict on the first two, if there is one, and all others."""
        return (self.verdict, *self.verdicts) if self.verdict else self.verdicts


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


def rest(record: Record, used: set[str]) -> dict[str, Any]:
    """The columns that have no place of their own, as far as they can be stored."""
    left = record.keys() - used - PRIVATE
    if not left:
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
        if value is not None and isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
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
