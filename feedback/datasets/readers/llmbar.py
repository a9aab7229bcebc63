"""`{input, output_1, output_2, label}` (LLMBar): label 1 or 2 names the better output."""

from __future__ import annotations

from feedback.datasets.readers.checks import conversation, different, rest, text_in, words
from feedback.datasets.readers.rows import Answer, Record, Row, Unreadable, Verdict

NAME = "llmbar"
LABEL = "LLMBar's input, two outputs and a label"
RATER = "LLMBar label"
USED = {"input", "output_1", "output_2", "label", "system", "id", "rater"}
OUTCOMES = {"1": "a", "2": "b"}


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return {"input", "output_1", "output_2", "label"} <= set(record)


def read(record: Record) -> Row:
    """An example, its two answers in their order, and the label as a preference."""
    first, second = text_in(record, "output_1"), text_in(record, "output_2")
    different(first, second)
    label = record.get("label")
    outcome = OUTCOMES.get(str(label).strip()) if not isinstance(label, bool) else None
    if outcome is None:
        raise Unreadable(
            f"'label' should be 1 or 2, for the better output, but is {str(label)[:40]!r}.", column="label"
        )
    return Row(
        messages=conversation(record, "input"),
        answers=(Answer(first), Answer(second)),
        verdict=Verdict(outcome, words(record, "rater") or RATER),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )
