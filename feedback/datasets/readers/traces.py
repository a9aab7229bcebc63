"""Traces of applications made rows: what was asked and answered in the whole, and in each call of a model on the way.

A tracer's reader says what the calls are and what was said of them; the rows come out alike. All rows of a trace share
what it began with, and each says which stage it is, so that feedback can be given to any of them. Knows no tool.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from feedback.datasets.readers.checks import fits_json, storable
from feedback.datasets.readers.loose import (
    answer_from,
    as_json,
    number_in,
    pseudonym,
    said_in,
    scored,
    turns_from,
    waiting,
)
from feedback.datasets.readers.rows import CHECK, MODEL, PERSON, Answer, Comment, Rewrite, Row, Score, Unreadable

PEOPLE = re.compile(r"user|human|person|thumb|annotat|reviewer", re.I)
GOOD = ("good", "correct", "yes", "pass", "positive", "thumbs-up", "up", "helpful")
LONGEST = 2000
STAGE = 60


@dataclass(frozen=True, kw_only=True)
class Given:
    """One score, label or comment that a trace or call was given."""

    name: str
    value: Any = None
    label: str = ""
    words: str = ""
    rater: str
    by: str
    correction: Any = None


@dataclass(frozen=True, kw_only=True)
class Call:
    """A trace as a whole or one of its calls; `inner` ones that are no model's are steps, not rows."""

    id: str
    name: str = ""
    kind: str = ""
    asked: Any = None
    answered: Any = None
    model: str = ""
    is_model: bool = True
    given: Sequence[Given] = ()
    reference: Any = None
    extra: Mapping[str, Any] = field(default_factory=dict)


def rows_of(whole: Call, calls: Sequence[Call], source: str, tags: Sequence[str] = ()) -> list[Row]:
    """The rows of a trace. Raises `Unreadable` when nothing was asked anywhere in it."""
    told = [one for one in [whole, *calls] if one is whole or one.is_model or one.given]
    rows = [row for one in told if (row := row_of(one, whole, source, tags)) is not None]
    if not rows:
        raise Unreadable("Nothing was asked in this trace, so there is nothing to bring in.", column="input")
    root = next((turn["content"] for turn in rows[0].messages if turn["role"] == "user"), "")
    steps = [step_of(one) for one in calls]
    if steps and fits_json(steps):
        rows[0] = replace(rows[0], extra={**rows[0].extra, "steps": steps})
    found: dict[tuple[str, ...], Row] = {}
    for row in rows:
        found.setdefault(content_of(row), replace(row, root=root) if len(rows) > 1 else row)
    return list(found.values())


def content_of(row: Row) -> tuple[str, ...]:
    """What makes two rows of a trace the same: a call that is all of it is told once, unless it was spoken of."""
    turns = tuple(f"{turn['role']}\0{turn['content']}" for turn in row.messages)
    said = (str(row.scores), str(row.comments), str(row.rewrites)) if row.scores or row.comments or row.rewrites else ()
    return (*turns, *(answer.text for answer in row.answers), *said)


def row_of(one: Call, whole: Call, source: str, tags: Sequence[str]) -> Row | None:
    """A call as a row; None when it was not asked anything."""
    turns = turns_from(one.asked, "input")
    if not any(turn["role"] == "user" and turn["content"].strip() for turn in turns):
        return None
    text = answer_from(one.answered, "output")
    extra = {"source": source, "trace": whole.id, **one.extra}
    if one is not whole:
        extra |= {"stage": one.name, "call": one.id}
    stage = "" if one is whole else one.name[:STAGE]
    answers = (Answer(text, one.model),) if text.strip() else ()
    return with_given(
        Row(
            messages=waiting(turns, "input"), answers=answers, external_id=one.id[:200], tags=tuple(tags),
            reference=answer_from(one.reference, "reference") if one.reference not in (None, "", {}, []) else "",
            extra={name: value for name, value in extra.items() if value and fits_json({name: value})},
        ),
        one.given, stage,
    )  # fmt: skip


def with_given(row: Row, given: Sequence[Given], stage: str = "") -> Row:
    """The row with what was said of its answer; without an answer it is kept beside."""
    scores: list[Score] = []
    comments: list[Comment] = []
    rewrites: list[Rewrite] = []
    kept: list[dict[str, Any]] = []
    for one in given:
        score = scored(0, one.name, one.value, one.rater, one.by, share=True) if row.answers else None
        scores += [score] if score else []
        if one.words.strip() and row.answers:
            comments.append(comment_of(one, score, stage))
        better = answer_from(one.correction, "correction") if one.correction not in (None, "", {}, []) else ""
        if better.strip() and row.answers and better.strip() != row.answers[0].text.strip():
            rewrites.append(Rewrite(answer=0, text=better, rater=one.rater, by=one.by))
        told = {"name": one.name, "value": one.value, "label": one.label, "rater": one.rater}
        kept.append({name: value for name, value in told.items() if value not in (None, "")})
    extra = {**row.extra, **({"scores": kept} if kept and fits_json(kept) else {})}
    return replace(row, scores=tuple(scores), comments=tuple(comments), rewrites=tuple(rewrites), extra=extra)


def comment_of(one: Given, score: Score | None, stage: str) -> Comment:
    """Words that came with a score; they praise when that is high."""
    high = score is not None and score.score is not None and score.score * 2 > score.scale
    polarity = "kudos" if high or one.label.lower() in GOOD else "critique"
    aspect = storable(one.name, "name")[:60]
    return Comment(
        answer=0, text=one.words, rater=one.rater, polarity=polarity, objective=aspect, stage=stage, by=one.by
    )


def step_of(one: Call) -> dict[str, Any]:
    """A call as a step that is kept with the whole: its name, kind, what went in and what came out, cut short."""
    shown = {"id": one.id, "name": one.name, "kind": one.kind, "model": one.model}
    for name, value in (("input", one.asked), ("output", one.answered)):
        if value not in (None, "", {}, []):
            shown[name] = (value if isinstance(value, str) else as_json(value, name))[:LONGEST]
    return {name: value for name, value in shown.items() if value}


def whose(source: object, name: str, tool: str, author: object = None) -> tuple[str, str]:
    """The rater and kind of a score: people's only where the tool says so or its name does."""
    told = str(source or "").lower()
    if told in ("annotation", "ui", "app", "human") or author or (told in ("api", "sdk", "") and PEOPLE.search(name)):
        return pseudonym(author) or f"{tool} people", PERSON
    if told in ("eval", "online_scoring", "model", "auto_eval", "llm"):
        return f"{tool} evaluator {name}"[:120], MODEL
    return f"{tool} check {name}"[:120], CHECK


def given_of(name: object, value: object, source: object, tool: str, **more: Any) -> Given:
    """A score under its name; a text is a label unless it is a number."""
    called = said_in(name, "name") or "score"
    rater, by = whose(source, called, tool, more.pop("author", None))
    label = storable(value, "value") if isinstance(value, str) and number_in(value) is None else ""
    return Given(name=called, value=None if label else value, label=label or more.pop("label", ""), rater=rater, by=by,
                 **{key: one for key, one in more.items() if key != "label"})  # fmt: skip
