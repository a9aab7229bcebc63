"""A chosen and a rejected response, as every trainer writes them (TRL, LLaMA-Factory, OpenRLHF, Axolotl).

What was asked is a text, a list of turns, an instruction with an input, or, where there is none, the turns both share.
The answers are texts, one turn each, or turns that may begin with what was asked; what lies between is kept with the
answer. A `margin` of 1, 2 or 3 is the strength of the preference; any other is kept as it is.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from feedback.datasets.readers.checks import asked, checked_text, different, rest, storable, text_in, turns_in, words
from feedback.datasets.readers.rows import Answer, Record, Row, Unreadable, Verdict
from feedback.datasets.readers.speakers import told
from feedback.datasets.readers.values import first_of, no_prompt, number_of

NAME = "chosen-rejected"
LABEL = "a prompt, the chosen and the rejected response"
RATER = "Imported label"
PROMPTS = ("prompt", "messages", "conversations", "context", "question", "instruction", "input", "query")
ANSWERS = (("chosen", "rejected"), ("chosen_response", "rejected_response"))
USED = {"system", "reference", "id", "rater", "reason", "margin"}
Turns = tuple[dict[str, str], ...]


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return names_of(record) is not None


def names_of(record: Record) -> tuple[str, str] | None:
    """What its two answers are called."""
    for names in ANSWERS:
        if names[0] in record and names[1] in record:
            return names
    return None


def read(record: Record) -> Row:
    """An example, the better answer first, and the preference for it."""
    names = names_of(record)
    assert names is not None
    prompt = first_of(record, PROMPTS)
    apart = prompt and not told_twice(record, prompt, names)
    messages, chosen, rejected = explicit(record, prompt, names) if apart and prompt else whole(record, names)
    if chosen.turns == rejected.turns:
        different(chosen.text, rejected.text, names[1])
    strength = strength_of(record)
    return Row(
        messages=messages,
        answers=(chosen, rejected),
        verdict=Verdict("a", words(record, "rater") or RATER, words(record, "reason"), strength=strength),
        reference=words(record, "reference"),
        external_id=words(record, "id"),
        extra=rest(record, used_of(names, prompt, margin=strength is not None)),
    )


@cache
def used_of(names: tuple[str, str], prompt: str | None, *, margin: bool) -> frozenset[str]:
    """The columns that have a place of their own."""
    used = {*USED, *names, prompt or "", *(("input", "history") if prompt == "instruction" else ())}
    return frozenset(used if margin else used - {"margin"})


def told_twice(record: Record, prompt: str, names: tuple[str, str]) -> bool:
    """Whether the prompt only repeats the last question of two whole dialogues (Axolotl's ORPO)."""
    sides = record[names[0]], record[names[1]]
    if isinstance(sides[0], str) or not isinstance(record[prompt], str):
        return False
    if not all(isinstance(side, list) and len(side) > 3 for side in sides):
        return False
    return all(isinstance(side[-2], dict) and side[-2].get("content") == record[prompt] for side in sides)


def whole(record: Record, names: tuple[str, str]) -> tuple[Turns, Answer, Answer]:
    """Two whole dialogues, with the system's words before them where they stand apart."""
    messages, chosen, rejected = implicit(record, names)
    return with_system(record, list(messages)), chosen, rejected


def with_system(record: Record, turns: list[dict[str, str]]) -> Turns:
    """The turns with the system's words before them."""
    before = record.get("system")
    if isinstance(before, str) and before.strip() and turns[0]["role"] != "system":
        return ({"role": "system", "content": storable(before, "system")}, *turns)
    return tuple(turns)


def earlier(record: Record) -> list[dict[str, str]]:
    """Alpaca's `history`: what was said before, two by two."""
    told = record.get("history")
    pairs = [one for one in told if isinstance(one, list) and len(one) == 2] if isinstance(told, list) else []
    return [
        {"role": role, "content": checked_text(text, "history")}
        for pair in pairs
        for role, text in zip(("user", "assistant"), pair, strict=True)
        if isinstance(text, str)
    ]


def explicit(record: Record, prompt: str, names: tuple[str, str]) -> tuple[Turns, Answer, Answer]:
    """What was asked, and an answer each."""
    messages = asked_in(record, prompt)
    return messages, answer_in(record, names[0], messages), answer_in(record, names[1], messages)


def asked_in(record: Record, name: str) -> Turns:
    """What was asked: text (with an `input` below an instruction) or turns, with the system's words before them."""
    value = told(record[name])
    if isinstance(value, list | dict):
        turns = turns_in(value, name)
    else:
        text = text_in(record, name)
        more = record.get("input") if name == "instruction" else None
        below = f"\n\n{text_in(record, 'input')}" if isinstance(more, str) and more.strip() else ""
        turns = [*(earlier(record) if name == "instruction" else []), {"role": "user", "content": text + below}]
    return asked(with_system(record, turns), name)


def answer_in(record: Record, name: str, messages: Turns) -> Answer:
    """An answer given as text, as one turn, or as turns that may begin with what was asked."""
    value: Any = record.get(name)
    if isinstance(value, str):
        return Answer(text_in(record, name))
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list):
        return Answer(text_in(record, name))
    turns = tuple(turns_in(value, name))
    if len(turns) > 1:
        turns = without(messages, turns)
    return ended(messages, turns, name)


def without(messages: Turns, turns: Turns) -> Turns:
    """The turns after what was asked; a system turn may stand on one side only."""
    for start in (messages, spoken(messages)):
        if turns[: len(start)] == start and len(turns) > len(start):
            return turns[len(start) :]
    bare = spoken(turns)
    return bare[len(spoken(messages)) :] if bare[: len(spoken(messages))] == spoken(messages) else turns


def spoken(turns: Turns) -> Turns:
    """The turns without the system's."""
    return tuple(turn for turn in turns if turn["role"] != "system")


def ended(messages: Turns, turns: Turns, name: str) -> Answer:
    """The answer that turns end with; what lies before it, beyond what was asked, stays with it."""
    if not turns or turns[-1]["role"] != "assistant":
        raise Unreadable(f"{name!r} does not end with an assistant's turn, so it holds no response.", column=name)
    text = checked_text(turns[-1]["content"], name)
    return Answer(text, turns=(*messages, *turns[:-1]) if len(turns) > 1 else None)


def implicit(record: Record, names: tuple[str, str]) -> tuple[Turns, Answer, Answer]:
    """Two whole dialogues: the turns they share, up to a user's, are what was asked. Of two texts nothing is known."""
    left, right = (record[name] for name in names)
    if isinstance(left, str) and isinstance(right, str):
        texts = text_in(record, names[0]), text_in(record, names[1])
        return ({"role": "user", "content": no_prompt(*texts)},), Answer(texts[0]), Answer(texts[1])
    if not (isinstance(left, list) and isinstance(right, list)):
        raise Unreadable(
            f"There is no prompt in this row, and {names[0]!r} and {names[1]!r} are not both lists of turns.",
            column=names[0],
        )
    turns = tuple(turns_in(left, names[0])), tuple(turns_in(right, names[1]))
    shared = shared_turns(*turns)
    if not shared:
        raise Unreadable(
            f"{names[0]!r} and {names[1]!r} share no turn, so they answer different things.", column=names[1]
        )
    found = [ended(shared, one[len(shared) :], name) for one, name in zip(turns, names, strict=True)]
    return asked(shared, names[0]), found[0], found[1]


def shared_turns(left: Turns, right: Turns) -> Turns:
    """The turns two dialogues begin with alike, up to the last of a user's that both go on from."""
    count = 0
    for place, (one, other) in enumerate(zip(left[:-1], right[:-1], strict=False), 1):
        if one != other:
            break
        if one["role"] in ("user", "tool"):
            count = place
    return left[:count]


def strength_of(record: Record) -> int | None:
    """The margin as a strength on the side of the first answer, where it is 1, 2 or 3."""
    margin = number_of(record["margin"]) if "margin" in record else None
    return -int(margin) if margin in (1, 2, 3) and margin is not None else None
