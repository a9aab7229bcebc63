"""Arenas: two models' answers or conversations and a vote (Chatbot Arena, LMSYS, MT-Bench's human judgements).

The table of 55,000 holds prompts and answers as JSON lists of turns and three winner columns; the conversations come
as two lists of turns and a winner, where a tie and a tie of two bad ones are kept apart. What both conversations share
is the example; where they part, whole dialogues are compared.
"""

from __future__ import annotations

from typing import Any

from feedback.datasets.readers.checks import asked, different, parsed, rest, storable, turns_in, words
from feedback.datasets.readers.chosen import Turns, ended, shared_turns
from feedback.datasets.readers.pairs import LETTERS
from feedback.datasets.readers.rows import MODEL, PERSON, Answer, Record, Row, Unreadable, Verdict
from feedback.datasets.readers.values import chosen_value, has, number_of

NAME = "arena"
LABEL = "two models' conversations and a vote (Chatbot Arena)"
VOTER = "Arena voters"
COLUMNS = {"winner_model_a": "a", "winner_model_b": "b", "winner_tie": "tie"}
USED = {"id", "question_id", "conversation_a", "conversation_b", "winner", "model_a", "model_b", "judge", "prompt",
        "response_a", "response_b", *COLUMNS}  # fmt: skip


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return has(record, "conversation_a", "conversation_b", "winner") or has(
        record, "response_a", "response_b", *COLUMNS
    )


def read(record: Record) -> Row:
    """The example, its two answers, and the vote."""
    if "conversation_a" in record:
        left, right = (tuple(turns_in(record[name], name)) for name in ("conversation_a", "conversation_b"))
        outcome = chosen_value(LETTERS, record, "winner")
        names = ("conversation_a", "conversation_b")
    else:
        left, right = (whole(record, name) for name in ("response_a", "response_b"))
        outcome = voted(record)
        names = ("response_a", "response_b")
    shared = shared_turns(left, right)
    if not shared:
        raise Unreadable("The two conversations share no turn, so they answer different things.", column=names[1])
    first, second = (answer(shared, one, name) for one, name in zip((left, right), names, strict=True))
    if first.turns == second.turns:
        different(first.text, second.text, names[1])
    judge = judge_of(record)
    return Row(
        messages=asked(shared, names[0]),
        answers=(named(first, record, "model_a"), named(second, record, "model_b")),
        verdict=Verdict(outcome, judge or VOTER, by=MODEL if "gpt" in judge.lower() else PERSON),
        external_id=words(record, "id", "question_id"),
        extra=rest(record, USED),
    )


def judge_of(record: Record) -> str:
    """Who voted, where it is told: a name, or a model with its prompt."""
    told = record.get("judge")
    named = [one for one in told if isinstance(one, str)] if isinstance(told, list) else []
    return storable(", ".join(named)[:120], "judge") or words(record, "judge")


def answer(shared: Turns, turns: Turns, name: str) -> Answer:
    """The end of a conversation after the shared turns."""
    return ended(shared, turns[len(shared) :], name)


def named(one: Answer, record: Record, name: str) -> Answer:
    """The answer with its model."""
    return Answer(one.text, words(record, name), turns=one.turns)


def whole(record: Record, name: str) -> Turns:
    """A dialogue of the table: prompts and answers in turn."""
    prompts, answers = spoken(record, "prompt"), spoken(record, name)
    if len(prompts) != len(answers) or not prompts:
        raise Unreadable(f"There are {len(prompts)} prompts but {len(answers)} answers in {name!r}.", column=name)
    roles = ("user", "assistant")
    return tuple(
        {"role": role, "content": storable(text, name)}
        for both in zip(prompts, answers, strict=True)
        for role, text in zip(roles, both, strict=True)
    )


def spoken(record: Record, name: str) -> list[str]:
    """A column that is the JSON text of a list, a list, or one text."""
    value: Any = record.get(name)
    if isinstance(value, str) and value.lstrip().startswith("["):
        value = parsed(value, name, "a list of texts")
    found = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in found):
        raise Unreadable(f"{name!r} holds an answer that is not text.", column=name)
    return found


def voted(record: Record) -> str:
    """Which of the three columns is 1."""
    votes = [outcome for name, outcome in COLUMNS.items() if number_of(record.get(name)) == 1 or record[name] is True]
    if len(votes) != 1:
        raise Unreadable("Exactly one of the three winner columns should be 1.", column="winner_model_a")
    return votes[0]
