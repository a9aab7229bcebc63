"""Feedback that shows the way: demonstrations, hints with the tries before and after, follow-ups, and uptake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from feedback.datasets.writers.heads import Line, answer, head, source_of
from feedback.datasets.writers.prompts import Untrainable, trainable_prompt

DEMONSTRATIONS = "precept-demonstrations"
DEMONSTRATIONS_LABEL = "Demonstrations, whole"
DEMONSTRATIONS_ABOUT = """\
`prompt` with its `source`, the answer a person wrote from nothing as `demonstration`, and the `reason` they gave.
They are a set apart from preferences (ReLIFT)."""
COMPLETIONS = "trl-demonstrations"
COMPLETIONS_LABEL = "TRL prompt and completion, from demonstrations"
COMPLETIONS_ABOUT = "`prompt` and `completion`, each a list of turns, for supervised fine-tuning (ReLIFT, InstructGPT)."
HINTS = "precept-hints"
HINTS_LABEL = "Hints, with the tries without and with them"
HINTS_ABOUT = """\
`prompt` and `hint`; `without` and `with` are the answers tried without any hint and with this one, each with
`text`, `score` (0 to 1, null while nobody judged it) and `success`. `success_without` and `success_with` are the
shares that succeeded, of those judged (Guide); a score of 0.7 and more is a success."""
FOLLOW_UPS = "precept-follow-ups"
FOLLOW_UPS_LABEL = "What users wrote next, as confirmed"
FOLLOW_UPS_ABOUT = """\
`prompt`, `response` and the user's `next_message`; the `mark` a person gave it (satisfied, corrected, repeated,
gave-up, none), its `polarity`, the part that is feedback (`says`), `prompt_quality` of the user's first message
from 1 to 5, and what the detector had `detected`. What nobody confirmed is not in it."""
UPTAKE = "precept-uptake"
UPTAKE_LABEL = "Whether feedback was taken in, one judgement a line"
UPTAKE_ABOUT = """\
`prompt`, the `response` that was criticised, the words with their `perspective`, the `later` response and the
`outcome`: yes, partly, no, worse."""
ACTED_ON = "precept-uptake-pairs"
ACTED_ON_LABEL = "Feedback that was acted on over feedback that was not"
ACTED_ON_ABOUT = """\
Two pieces of feedback on one response: `chosen` was taken in better than `rejected` (yes over partly over not over
made worse), with the two outcomes and perspectives (RbtAct). For training whoever writes feedback."""
POLARITY = {"satisfied": "kudos", "corrected": "critique", "repeated": "critique", "gave-up": "critique", "none": ""}
SUCCESS = 0.7
RANK = {"yes": 3, "partly": 2, "no": 1, "worse": 0}


def demonstration_line(row: Any) -> Line:
    """One demonstration."""
    return {
        "prompt": list(row.example.messages),
        "source": source_of(row.example),
        "demonstration": row.result.text,
        "reason": row.reason,
    }


def completion_line(row: Any) -> Line:
    """A demonstration for supervised training. Raises `Untrainable`."""
    return {"prompt": trainable_prompt(row.example.messages), "completion": answer(row.result.text)}


def hint_line(row: Any, without: Sequence[Line], with_it: Sequence[Line]) -> Line:
    """A hint and what was tried; tries are {"text", "score"}."""
    return {
        "prompt": list(row.example.messages),
        "hint": row.text,
        "without": [tried(one) for one in without],
        "with": [tried(one) for one in with_it],
        "success_without": share(without),
        "success_with": share(with_it),
    }


def tried(one: Line) -> Line:
    """A try and whether it succeeded; None while nobody has judged it."""
    return {**one, "success": None if one["score"] is None else one["score"] >= SUCCESS}


def share(tries: Sequence[Line]) -> float | None:
    """The share that succeeded, of those judged."""
    judged = [one["score"] >= SUCCESS for one in tries if one["score"] is not None]
    return sum(judged) / len(judged) if judged else None


def follow_up_line(row: Any) -> Line:
    """What a user wrote next, and what a person found in it."""
    if row.turn is None:
        found, message = head(row.response), row.response.next_message
    else:
        found, message = head(row.response, row.turn - 1), row.response.messages[row.turn]["content"]
    return {
        **found,
        "next_message": message,
        "mark": row.mark,
        "polarity": POLARITY[row.mark],
        "says": row.says,
        "prompt_quality": row.prompt_quality,
        "detected": row.confirms.mark if row.confirms else None,
        "turn": row.turn,
    }


def uptake_line(row: Any) -> Line:
    """Whether one piece of feedback was taken in by a later response."""
    critique = row.critique
    return {
        **head(critique.response),
        "polarity": critique.polarity,
        "text": critique.text,
        "improve": critique.improve,
        "perspective": critique.perspective,
        "later": row.response.text,
        "outcome": row.outcome,
        "note": row.note,
    }


def acted_on_line(chosen: Any, rejected: Any) -> Line:
    """Two uptakes of words about one response, the better taken in first. Raises `Untrainable`."""
    if chosen.critique.words.strip() == rejected.critique.words.strip():
        raise Untrainable("both say the same")
    return {
        **head(chosen.critique.response),
        "chosen": chosen.critique.words,
        "rejected": rejected.critique.words,
        "chosen_outcome": chosen.outcome,
        "rejected_outcome": rejected.outcome,
        "chosen_perspective": chosen.critique.perspective,
        "rejected_perspective": rejected.critique.perspective,
    }
