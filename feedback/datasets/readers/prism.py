"""PRISM (Kirk et al. 2024): conversations in which several models answered each turn and people scored them.

Scores from 1 to 100 are ratings; the chosen answer of a turn is preferred over each other one; how people described
themselves (`survey.jsonl`) is about raters, not about answers, and is told as such.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from feedback.datasets.readers.checks import asked, checked_text, rest, text_in, words
from feedback.datasets.readers.rows import Answer, Record, Row, Score, Unreadable, Verdict
from feedback.datasets.readers.values import has, number_of, objects_in

NAME = "prism"
LABEL = "a conversation with several scored answers to each turn (PRISM)"
USED = {"conversation_history", "conversation_id", "user_id"}
SURVEY = "This row describes a rater, not an answer. Bring in the conversations; who the raters are stays outside."
Turns = list[dict[str, str]]


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return isinstance(record.get("conversation_history"), list) or has(record, "user_id", "survey_only")


def read(record: Record) -> list[Row]:
    """A row for every turn of the user's, with the answers to it."""
    if "survey_only" in record:
        raise Unreadable(SURVEY, column="survey_only")
    said = objects_in(record, "conversation_history")
    rows = list(rows_of(record, said))
    if not rows:
        raise Unreadable("'conversation_history' holds no answer.", column="conversation_history")
    return rows


def rows_of(record: Record, said: list[dict[str, Any]]) -> Iterator[Row]:
    """The turns one after the other; what was chosen goes into the dialogue."""
    before: Turns = []
    rater = f"PRISM {words(record, 'user_id') or 'participant'}"
    name = words(record, "conversation_id")
    for turn, group in groupby(said, key=lambda one: str(one.get("turn"))):
        messages = list(group)
        asks = [text_in(one, "content") for one in messages if one.get("role") == "user"]
        answers = distinct([one for one in messages if one.get("role") == "model"])
        if not asks:
            sentence = f"Turn {str(turn)[:40]} of the conversation has no user's words."
            raise Unreadable(sentence, column="conversation_history")
        before = [*before, {"role": "user", "content": asks[0]}]
        if not answers:
            continue
        yield row_of(before, answers, rater, f"{name}:{turn}" if name else "", rest(record, USED))
        chosen = next((one for one in answers if one.get("if_chosen")), answers[0])
        before = [*before, {"role": "assistant", "content": chosen["content"]}]


def row_of(before: Turns, answers: list[dict[str, Any]], rater: str, name: str, extra: dict[str, Any]) -> Row:
    """One turn: its answers, their scores, and the choice."""
    scores = []
    for place, one in enumerate(answers):
        number = number_of(one.get("score"))
        if number is not None and 1 <= number <= 100:
            scores.append(Score(answer=place, score=int(number), scale=100, rater=rater))
    chosen = next((place for place, one in enumerate(answers) if one.get("if_chosen") is True), None)
    rivals = [] if chosen is None else [place for place in range(len(answers)) if place != chosen]
    verdicts = [Verdict("a", rater, first=chosen, second=rival) for rival in rivals if chosen is not None]
    return Row(
        messages=asked(before, "conversation_history"),
        answers=tuple(Answer(one["content"], words(one, "model_name")) for one in answers),
        scores=tuple(scores),
        verdicts=tuple(verdicts),
        root=before[0]["content"],
        external_id=name,
        extra=extra,
    )


def distinct(answers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The answers without those that say the same as another; the chosen one stays."""
    found: dict[str, dict[str, Any]] = {}
    for one in answers:
        text = checked_text(text_in(one, "content"), "conversation_history")
        if text not in found or one.get("if_chosen"):
            found[text] = one
    return list(found.values())
