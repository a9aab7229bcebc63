"""`text_a, text_b, preferred_text[, input, model_a, model_b]` (Inverse Constitutional AI).

Without an `input` the prompt sits inside both texts as `Instruction: … Output: …`; both must agree on it. Where it does
not either, nothing is known of what was asked.
"""

from __future__ import annotations

import re

from feedback.datasets.readers.checks import asked, checked_text, different, rest, text_in, words
from feedback.datasets.readers.rows import Answer, Record, Row, Unreadable, Verdict
from feedback.datasets.readers.values import no_prompt

NAME = "icai"
LABEL = "ICAI's two texts and the preferred one"
RATER = "ICAI label"
USED = {"text_a", "text_b", "preferred_text", "input", "model_a", "model_b", "id", "rater"}
OUTCOMES = {"text_a": "a", "text_b": "b"}
INSIDE = re.compile(r"\AInstruction:\s*(.*?)\n+Output:\s?(.*)\Z", re.DOTALL)


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return {"text_a", "text_b", "preferred_text"} <= set(record)


def read(record: Record) -> Row:
    """An example, its two answers in their order, and the preference."""
    request, first, second = request_and_answers(record)
    different(first, second)
    outcome = OUTCOMES.get(str(record.get("preferred_text")).strip())
    if outcome is None:
        raise Unreadable(
            f"'preferred_text' should be text_a or text_b but is {str(record.get('preferred_text'))[:40]!r}.",
            column="preferred_text",
        )
    return Row(
        messages=asked([{"role": "user", "content": request}], "input"),
        answers=(Answer(first, words(record, "model_a")), Answer(second, words(record, "model_b"))),
        verdict=Verdict(outcome, words(record, "rater") or RATER),
        external_id=words(record, "id"),
        extra=rest(record, USED),
    )


def request_and_answers(record: Record) -> tuple[str, str, str]:
    """What was asked and the two answers, from columns or from inside the texts."""
    first, second = text_in(record, "text_a"), text_in(record, "text_b")
    if words(record, "input"):
        return text_in(record, "input"), first, second
    left, right = INSIDE.match(first), INSIDE.match(second)
    if not left and not right:
        return no_prompt(first, second), first, second
    if not left or not right or left[1].strip() != right[1].strip():
        raise Unreadable(
            "There is no 'input', and the two texts do not begin with the same 'Instruction: … Output:'.",
            column="text_b",
        )
    return left[1].strip(), checked_text(left[2], "text_a"), checked_text(right[2], "text_b")
