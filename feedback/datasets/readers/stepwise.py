"""Answers in steps, each right or wrong (TRL's and Axolotl's stepwise supervision, PRM data).

The steps are one answer, a line each; every step is marked as right or wrong where it stands.
"""

from __future__ import annotations

from feedback.capture.definition import Category
from feedback.datasets.readers.checks import checked_text, conversation, rest, words
from feedback.datasets.readers.rows import Answer, Mark, Record, Row, Unreadable
from feedback.datasets.readers.values import has, list_in, texts_in

NAME = "stepwise"
LABEL = "a prompt, the steps of an answer and a label for each"
RATER = "Imported label"
RIGHT, WRONG = "step-right", "step-wrong"
SEPARATOR = "\n"
USED = {"prompt", "completions", "labels", "system", "id", "rater", "reference", "model"}
LABELS = {1: RIGHT, 0: WRONG, -1: WRONG}  # true is 1 and false is 0
CATEGORIES = (
    Category(name=RIGHT, label="Right step", polarity="kudos", level="sentence", weight=0.2),
    Category(name=WRONG, label="Wrong step", level="sentence", weight=-0.5),
)


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return has(record, "prompt", "completions", "labels")


def read(record: Record) -> Row:
    """The example, the steps as one answer, and a mark on each."""
    steps, labels = texts_in(record, "completions"), list_in(record, "labels")
    if len(steps) != len(labels) or not steps:
        raise Unreadable(f"There are {len(steps)} steps but {len(labels)} labels for them.", column="labels")
    wrong = [one for one in labels if not isinstance(one, bool | int) or one not in LABELS]
    if wrong:
        raise Unreadable(f"A label should be true or false but is {str(wrong[0])[:40]!r}.", column="labels")
    rater = words(record, "rater") or RATER
    marks, start = [], 0
    for place, (step, label) in enumerate(zip(steps, labels, strict=True)):
        checked_text(step, f"completions[{place}]")
        marks.append(Mark(answer=0, category=LABELS[label], rater=rater, start=start, end=start + len(step)))
        start += len(step) + len(SEPARATOR)
    return Row(
        messages=conversation(record, "prompt"),
        answers=(Answer(SEPARATOR.join(steps), words(record, "model"), extra={"steps": len(steps)}),),
        marks=tuple(marks),
        reference=words(record, "reference"),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )
