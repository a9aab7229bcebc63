"""Conversations with loss masks (Axolotl): turns, parts of turns or characters that are not to be learned from.

Each stretch that is left out of the loss becomes a mark "masked" on its answer. `end_offset` is the last character that
still belongs to a stretch, and what no stretch covers is not learned from either.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from feedback.capture.definition import Category
from feedback.datasets.readers.chat import dialogue
from feedback.datasets.readers.rows import Mark, Record, Row, Unreadable
from feedback.datasets.readers.values import objects_in

NAME = "loss-masks"
LABEL = "a conversation with loss masks (Axolotl's train and train_detail)"
RATER = "Loss mask"
MASKED = "masked"
WHOLE, DETAIL = ("train", "training"), ("train_detail", "training_detail")
CATEGORIES = (Category(name=MASKED, label="Not to be learned from", weight=-0.3),)
TURNS = ("messages", "conversations")


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return any(isinstance(record.get(name), list) and any(map(is_masked, record[name])) for name in TURNS)


def is_masked(turn: Any) -> bool:
    """Whether a turn says what is learned from."""
    return isinstance(turn, dict) and (any(name in turn for name in (*WHOLE, *DETAIL)) or bool(parts_of(turn)))


def parts_of(turn: dict[str, Any]) -> list[dict[str, Any]]:
    """The parts a turn's words come in, where they say what is learned from."""
    content = turn.get("content", turn.get("value"))
    parts = [part for part in content if isinstance(part, dict)] if isinstance(content, list) else []
    return parts if any(name in part for part in parts for name in WHOLE) else []


def read(record: Record) -> Row:
    """The conversation, and a mark for every stretch of an answer that is masked."""
    column = next(name for name in TURNS if name in record)
    turns = objects_in(record, column)
    row = dialogue(dict(record), column)
    if not row.answers:
        raise Unreadable("The conversation ends without an answer, so nothing is masked.", column=column)
    marks: list[Mark] = []
    for place, turn in enumerate(turns):
        last = place == len(turns) - 1
        told = row.answers[0].text if last else row.messages[place]["content"]
        if (turn.get("role", turn.get("from")) in ("assistant", "gpt")) and is_masked(turn):
            marks += [
                Mark(answer=0, category=MASKED, rater=RATER, start=start, end=end, turn=None if last else place)
                for start, end in stretches(turn, told, f"{column}[{place}]")
            ]
    return replace(row, marks=tuple(marks))


def stretches(turn: dict[str, Any], text: str, name: str) -> list[tuple[int, int]]:
    """Where the masked stretches of a turn begin and end."""
    learned = [False] * len(text)
    details = next((turn[one] for one in DETAIL if one in turn), None)
    if details is not None:
        for start, end in trained(details, len(text), name):
            learned[start:end] = [True] * (end - start)
    elif parts := parts_of(turn):
        at = 0
        for part in parts:
            size = len(str(part.get("text") or ""))
            learned[at : at + size] = [trains(part)] * size
            at += size
    else:
        learned = [trains(turn)] * len(text)
    return runs(learned)


def trains(part: dict[str, Any]) -> bool:
    """Whether a turn or part is learned from: unless it says no."""
    return next((bool(part[name]) for name in WHOLE if part.get(name) is not None), True)


def trained(details: Any, length: int, name: str) -> list[tuple[int, int]]:
    """The stretches that are learned from."""
    found = []
    for one in details if isinstance(details, list) else [None]:
        start, end = (one.get("begin_offset"), one.get("end_offset")) if isinstance(one, dict) else (None, None)
        if type(start) is not int or type(end) is not int or not 0 <= start <= end < length:
            raise Unreadable(
                f"{name!r} should list stretches, each with a 'begin_offset' and an 'end_offset' below {length}.",
                column=name.split("[")[0],
            )
        if isinstance(one, dict) and trains(one):
            found.append((start, end + 1))
    return found


def runs(learned: list[bool]) -> list[tuple[int, int]]:
    """The stretches of places that are not learned from."""
    found: list[tuple[int, int]] = []
    for place, yes in enumerate(learned):
        if yes:
            continue
        if found and found[-1][1] == place:
            found[-1] = (found[-1][0], place + 1)
        else:
            found.append((place, place + 1))
    return found
