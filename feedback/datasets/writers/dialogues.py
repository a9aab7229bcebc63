"""Whole dialogues and contexts: conversations that are preferred or liked as wholes, long and short contexts, and
instructions that were corrupted. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from feedback.datasets.writers.attempts import Attempt, Attempts, Made
from feedback.datasets.writers.generations import Pair, existing, rows_on
from feedback.datasets.writers.pair_shapes import said
from feedback.datasets.writers.prompts import Turn, Untrainable
from feedback.datasets.writers.worth import dialogue, known, label_of, rows_behind

CORRUPTED = "corrupted_instruction"


def whole(at: Attempts, attempt: Attempt) -> list[Turn]:
    """The dialogue with the answer."""
    return [*({"role": turn["role"], "content": turn["content"]} for turn in dialogue(at, attempt)), said(attempt.text)]


def mask(turns: Sequence[Turn]) -> list[bool]:
    """Which turns are the model's own: tools' and users' words are never learned."""
    return [turn["role"] == "assistant" for turn in turns]


def preferred(at: Attempts) -> Iterator[Pair]:
    """Every two dialogues of which one is known to be better."""
    for one, other in combinations(existing(at), 2):
        came_out = at.compared(one, other)
        if came_out:
            yield (other, one) if came_out > 0 else (one, other)


def dialogue_pair(at: Attempts, pair: Pair) -> Made:
    """What both begin with, and how each goes on; a mask for each."""
    chosen, rejected = whole(at, pair[0]), whole(at, pair[1])
    shared = 0
    while shared < min(len(chosen), len(rejected)) - 1 and chosen[shared] == rejected[shared]:
        shared += 1
    if not shared:
        raise Untrainable("the two dialogues do not begin alike")
    if chosen[shared:] == rejected[shared:]:
        raise Untrainable("both dialogues say the same")
    line = {
        "prompt": chosen[:shared], "chosen": chosen[shared:], "rejected": rejected[shared:],
        "chosen_mask": mask(chosen[shared:]), "rejected_mask": mask(rejected[shared:]),
    }  # fmt: skip
    return Made(line, pair, rows=rows_on(at, pair))


def liked(at: Attempts) -> Iterator[Attempt]:
    """The dialogues that were found good or bad."""
    return (one for one in existing(at) if known(at, one) is not None)


def dialogue_label(at: Attempts, attempt: Attempt) -> Made:
    """A whole dialogue with whether it is desirable."""
    turns = whole(at, attempt)
    return Made({"messages": turns, "mask": mask(turns), "label": label_of(at, attempt)}, (attempt,),
                rows=rows_behind(at, attempt))  # fmt: skip


def contexts(at: Attempts) -> Iterator[Pair]:
    """Two answers to one request whose dialogues before it differ: the one with the shorter context first."""
    for one, other in combinations(existing(at), 2):
        first, second = dialogue(at, one), dialogue(at, other)
        if first != second and first[-1] == second[-1]:
            yield (one, other) if length(first) <= length(second) else (other, one)


def length(turns: Sequence[Turn]) -> int:
    """How much there is to read."""
    return sum(len(turn["content"]) for turn in turns)


def by_context(at: Attempts, pair: Pair) -> Made:
    """LongPO: the answer from the short context over the one from the long."""
    short, long = pair
    if short.text.strip() == long.text.strip():
        raise Untrainable("both responses say the same")
    if at.compared(short, long) == 1:
        raise Untrainable("the answer from the long context was found better")
    line: dict[str, Any] = {
        "prompt_long": [dict(turn) for turn in dialogue(at, long)],
        "prompt_short": [dict(turn) for turn in dialogue(at, short)],
        "chosen": [said(short.text)], "rejected": [said(long.text)],
    }  # fmt: skip
    return Made(line, pair, rows=rows_on(at, pair))


def corrupted(at: Attempts) -> Iterator[Attempt]:
    """Suri: good answers to examples of which a corrupted instruction is known."""
    told = at.extra.get(CORRUPTED)
    if isinstance(told, str) and told.strip():
        yield from (one for one in existing(at) if known(at, one) is not False)


def instruction_pair(at: Attempts, attempt: Attempt) -> Made:
    """Two instructions, one response."""
    asked = next(turn["content"] for turn in reversed(at.prompt) if turn["role"] == "user")
    told = str(at.extra[CORRUPTED])
    if told.strip() == asked.strip():
        raise Untrainable("both instructions say the same")
    constraints = at.extra.get("constraints")
    line = {
        "chosen_instruction": asked, "rejected_instruction": told, "response": attempt.text,
        "constraints": [str(one) for one in constraints] if isinstance(constraints, list) else [],
    }  # fmt: skip
    return Made(line, (attempt,), rows=rows_behind(at, attempt))
