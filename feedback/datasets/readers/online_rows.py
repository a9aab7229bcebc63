"""Rows of the views of online and iterative methods as this product writes them, so that they come back.

A pair comes in as a preference, steps and units as one answer with marks where they are wrong, samples with their
scores. Rewards are scores from 1 to 1001, of which a thousandth is one step.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feedback.datasets.readers.checks import asked, checked_text, different, rest, text_in, turns_in, words
from feedback.datasets.readers.rows import Answer, Mark, Record, Row, Score, Unreadable, Verdict
from feedback.datasets.readers.values import has, list_in, number_of, objects_in, texts_in

NAME = "online-rows"
LABEL = "rows of Precept's views for online methods (PIT, OPRL, SPA-RL, TP-GRPO, best of N, LongPO, Suri, PRefLexOR)"
RATER = "Imported label"
WRONG, FINE = "step-wrong", 1001
BY_SHARE = ((0.4, "minor"), (0.2, "major"), (-1.0, "critical"))
Reading = Callable[[Record], Row]


def fits(record: Record) -> bool:
    """Whether a record has one of these shapes."""
    return reading_of(record) is not None


def reading_of(record: Record) -> Reading | None:
    """What reads it."""
    if fits_reasoned(record):
        return reasoned
    return next((read for columns, read in SHAPES if has(record, *columns)), None)


def fits_reasoned(record: Record) -> bool:
    """Whether the two sides are objects with the reasoning apart."""
    sides = [record.get(name) for name in ("chosen", "rejected")]
    return all(isinstance(side, dict) and has(side, "thinking", "answer") for side in sides)


def read(record: Record) -> Row:
    """The row of whichever shape it has."""
    reading = reading_of(record)
    assert reading is not None
    return reading(record)


def prompt_in(record: Record, name: str = "prompt") -> tuple[dict[str, str], ...]:
    """What was asked."""
    return asked(turns_in(record.get(name), name), name)


def preferred(record: Record, messages: tuple[dict[str, str], ...], better: Answer, worse: Answer, *used: str) -> Row:
    """Two answers, the first preferred."""
    for answer, name in zip((better, worse), used[-2:], strict=True):
        checked_text(answer.text, name)
    different(better.text, worse.text)
    verdict = Verdict("a", words(record, "rater") or RATER)
    return Row(messages=messages, answers=(better, worse), verdict=verdict, extra=rest(record, {"rater", *used}))


def improved(record: Record) -> Row:
    """PIT."""
    better, worse = Answer(text_in(record, "improved")), Answer(text_in(record, "reference"))
    return preferred(record, prompt_in(record), better, worse, "prompt", "improved", "reference")


def trajectories(record: Record) -> Row:
    """OPRL: the steps of either side, a line each."""
    better, worse = (Answer("\n".join(texts_in(record, name))) for name in ("chosen_steps", "rejected_steps"))
    return preferred(record, prompt_in(record), better, worse, "prompt", "chosen_steps", "rejected_steps")


def reasoned(record: Record) -> Row:
    """PRefLexOR: thinking and reflection stand between their marks again."""
    better, worse = (Answer(joined(record, name)) for name in ("chosen", "rejected"))
    return preferred(record, prompt_in(record), better, worse, "prompt", "chosen", "rejected")


def joined(record: Record, name: str) -> str:
    """One side as a text."""
    side: Any = record.get(name)
    if not isinstance(side, dict):
        raise Unreadable(f"{name!r} should be an object with thinking, reflection and answer.", column=name)
    marked = [f"<{mark}>{said}</{mark}>" for part, mark in (("thinking", "think"), ("reflection", "reflect"))
              if (said := words(side, part))]  # fmt: skip
    return " ".join([*marked, text_in(side, "answer")])


def contexts(record: Record) -> Row:
    """LongPO: one request, two contexts."""
    short, long = prompt_in(record, "prompt_short"), prompt_in(record, "prompt_long")
    texts = [turns_in(record.get(name), name)[-1]["content"] for name in ("chosen", "rejected")]
    used = ("prompt_short", "prompt_long", "chosen", "rejected")
    return preferred(record, short, Answer(texts[0]), Answer(texts[1], turns=long), *used)


def corrupted(record: Record) -> Row:
    """Suri: the corrupted instruction and the constraints stay with the example."""
    told = {"corrupted_instruction": text_in(record, "rejected_instruction")}
    constraints = texts_in(record, "constraints") if record.get("constraints") else []
    return Row(
        messages=({"role": "user", "content": text_in(record, "chosen_instruction")},),
        answers=(Answer(text_in(record, "response")),),
        extra={**told, **({"constraints": constraints} if constraints else {})},
    )


def score_in(value: object, column: str, answer: int = 0) -> tuple[Score, ...]:
    """A reward from 0 to 1; none where nobody gave one."""
    number = number_of(value)
    if number is None:
        return ()
    if not 0 <= number <= 1:
        raise Unreadable(f"A score should lie between 0 and 1 but is {number:g}.", column=column)
    return (Score(answer=answer, score=round(number * (FINE - 1)) + 1, scale=FINE, rater=RATER),)


def spread(record: Record) -> Row:
    """SPA-RL: a step that got less than the others is marked, by how much less."""
    steps, rewards = texts_in(record, "steps"), [number_of(one) for one in list_in(record, "rewards")]
    if len(steps) != len(rewards) or None in rewards or not steps:
        raise Unreadable(f"There are {len(steps)} steps but {len(rewards)} rewards for them.", column="rewards")
    most = max(reward or 0.0 for reward in rewards)
    marks, start = [], 0
    for step, reward in zip(steps, rewards, strict=True):
        share = (reward or 0.0) / most if most > 0 else 1.0
        if share < 0.9:
            severity = next(name for least, name in BY_SHARE if share > least)
            end = start + len(step)
            marks.append(Mark(answer=0, category=WRONG, rater=RATER, severity=severity, start=start, end=end))
        start += len(step) + 1
    return answered(record, "\n".join(steps), marks, "steps", "rewards")


def answered(record: Record, text: str, marks: list[Mark], *used: str) -> Row:
    """One answer with its marks and its outcome."""
    return Row(
        messages=prompt_in(record),
        answers=(Answer(checked_text(text, used[0])),),
        marks=tuple(marks),
        scores=score_in(record.get("outcome"), "outcome"),
        extra=rest(record, {"prompt", "outcome", *used}),
    )


def thoughts(record: Record) -> Row:
    """TP-GRPO: a unit without reward is marked as a whole."""
    text, marks = text_in(record, "response"), []
    for one in objects_in(record, "units"):
        start, end = one.get("start"), one.get("end")
        if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
            raise Unreadable("A unit should lie within the response, from its 'start' to its 'end'.", column="units")
        if not number_of(one.get("reward")):
            marks.append(Mark(answer=0, category=WRONG, rater=RATER, start=start, end=end))
    return answered(record, text, marks, "response", "units")


def valued(record: Record) -> Row:
    """MedS3: the steps as one answer; what they were worth stays with the example."""
    return answered(record, "\n".join(texts_in(record, "steps")), [], "steps")


def samples(record: Record) -> Row:
    """Best of N: every sample with its score, model and round."""
    answers: list[Answer] = []
    scores: list[Score] = []
    for place, one in enumerate(objects_in(record, "samples")):
        round_ = one.get("round")
        extra = {"round": round_} if isinstance(round_, int) and round_ else {}
        answers.append(Answer(text_in(one, "text"), words(one, "policy"), extra=extra))
        scores += score_in(one.get("score"), "samples", place)
    used = {"prompt", "samples", "best", "judges", "similarity"}
    return Row(messages=prompt_in(record), answers=tuple(answers), scores=tuple(scores), extra=rest(record, used))


SHAPES: tuple[tuple[tuple[str, ...], Reading], ...] = (
    (("prompt", "reference", "improved"), improved),
    (("prompt", "chosen_steps", "rejected_steps"), trajectories),
    (("prompt_long", "prompt_short", "chosen", "rejected"), contexts),
    (("chosen_instruction", "rejected_instruction", "response"), corrupted),
    (("prompt", "steps", "rewards", "outcome"), spread),
    (("prompt", "steps", "values", "verified"), valued),
    (("prompt", "response", "units", "outcome"), thoughts),
    (("prompt", "samples", "best", "similarity"), samples),
)
