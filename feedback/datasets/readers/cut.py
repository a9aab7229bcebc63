"""CUT (Xu et al. 2023): an instruction, an output and a judgement of it in words, with a score of 1 to 10.

No judgement means that there was nothing to find: the answer is praised, with no words to store. The judgements come
from people in one of its files and from a model in the other; which, the file does not say.
"""

from __future__ import annotations

from feedback.datasets.readers import alpaca
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.rows import Comment, Record, Row, Score, Unreadable
from feedback.datasets.readers.values import has, number_of

NAME = "cut"
LABEL = "an instruction, an output and a judgement of it (CUT)"
RATER = "CUT judgement"
FINE = "Nothing is wrong with this response."


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return has(record, "instruction", "output", "judgment")


def read(record: Record) -> Row:
    """The example, its answer, and what was said of it."""
    row = alpaca.read({name: value for name, value in record.items() if name not in {"judgment", "score", "rater"}})
    rater = words(record, "rater") or RATER
    judgement = record["judgment"]
    if judgement is not None and not isinstance(judgement, str):
        raise Unreadable("'judgment' should be text, or null where nothing is wrong.", column="judgment")
    said = words(record, "judgment")
    comment = Comment(answer=0, text=said or FINE, rater=rater, polarity="critique" if said else "kudos")
    score = number_of(record.get("score"))
    if score is not None and (score != int(score) or not 1 <= score <= 10):
        raise Unreadable(f"'score' should be a whole number from 1 to 10 but is {score:g}.", column="score")
    scores = () if score is None else (Score(answer=0, score=int(score), scale=10, rater=rater),)
    return Row(
        messages=row.messages, answers=row.answers, comments=(comment,), scores=scores,
        external_id=row.external_id, extra=row.extra,
    )  # fmt: skip
