"""One answer and whether it is wanted (TRL's and Axolotl's KTO, LLaMA-Factory's `kto_tag`, OpenRLHF's old label).

The flag becomes a rating of two steps: 2 for wanted, 1 for not.
"""

from __future__ import annotations

from dataclasses import replace

from feedback.datasets.readers import chat, plain, sharegpt
from feedback.datasets.readers.checks import words
from feedback.datasets.readers.rows import Record, Row, Score, Unreadable
from feedback.datasets.readers.values import truth

NAME = "wanted-or-not"
LABEL = "a prompt, one response and whether it is wanted (label or kto_tag)"
RATER = "Imported label"
FLAGS = ("kto_tag", "label")
ANSWERED = ("completion", "response", "answer", "messages", "conversations")


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    if "kto_tag" in record:
        return True
    told = record.get("label")
    flagged = isinstance(told, bool) or (isinstance(told, str) and told.strip().lower() in {"true", "false"})
    return flagged and any(name in record for name in ANSWERED)


def read(record: Record) -> Row:
    """The example, its answer, and a rating of it."""
    flag = next((name for name in FLAGS if name in record), "label")
    score = 2 if truth(record, flag) else 1
    others = {name: value for name, value in record.items() if name not in {flag, "rater"}}
    reader = sharegpt if "conversations" in others else chat if "messages" in others else plain
    if not reader.fits(others):
        raise Unreadable("There is no prompt in this row.", column="prompt")
    row: Row = reader.read(others)
    if not row.answers:
        raise Unreadable("There is no response in this row that could be wanted or not.", column=flag)
    rater = words(record, "rater") or RATER
    return replace(row, scores=(Score(answer=0, score=score, scale=2, rater=rater),))
