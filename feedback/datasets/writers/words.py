"""What was said in words: critiques and kudos whole, reasons for failure, and the two layers of DRESS."""

from __future__ import annotations

from typing import Any

from feedback.datasets.writers.heads import Line, answer, graded, head
from feedback.datasets.writers.prompts import Untrainable, trainable_prompt

CRITIQUES = "precept-critiques"
CRITIQUES_LABEL = "Critiques and kudos, whole"
CRITIQUES_ABOUT = """\
`prompt` and `response`; `polarity` (kudos or critique), `text` (what is the matter) and `improve` (how to do
better), `scope` with its place (`turn`, `quote` with `start` and `end` in code points, `beside`), `failure` and
`stage`, `perspective`, whether the words look back or forward and are `informative`, and whether they were picked
from a model's suggestion. `form` is "critique" and `difficulty` how hard the example seems by what was said of its
answers (CDF)."""
FAILURES = "precept-failures"
FAILURES_LABEL = "Reasons for failure, with the failing step"
FAILURES_ABOUT = """\
`prompt` and `response`, the named `failure` and the failing `stage` of the pipeline, as the form lists them; with
`turn` they are of that turn. Thumbs stand in precept-ratings, comments in precept-critiques: each layer is a file
of its own."""
CONDITIONAL = "dress-conditional"
CONDITIONAL_LABEL = "DRESS: answers conditioned on their critique"
CONDITIONAL_ABOUT = """\
`prompt`, the `critique` as the condition, and the `completion` it was said of; `polarity` tells whether it praises.
Train on the completion given prompt and critique (DRESS, Chen et al., 2024)."""
TURNS = "dress-turns"
TURNS_LABEL = "DRESS: dialogues with the improvement turn"
TURNS_ABOUT = """\
`messages`: what was asked, the first answer, how to improve it as the user's turn, and the answer that came of it:
the same person's rewrite, or an answer that took the words in."""


def critique_line(row: Any, *, difficulty: str = "unknown") -> Line:
    """One critique or kudos with all that is known of it."""
    span = row.span
    line = {
        **head(row.response, row.turn if row.scope == "turn" else None),
        "polarity": row.polarity,
        "text": row.text,
        "improve": row.improve,
        "scope": row.scope,
        "turn": row.turn,
        "quote": span.quote if span else None,
        "start": span.start if span else None,
        "end": span.end if span else None,
        "beside": row.beside.text if row.beside else None,
        "failure": row.failure,
        "stage": row.stage,
        "perspective": row.perspective,
        "looks": row.looks,
        "informative": row.informative,
        "suggested": row.picked_from_id is not None,
    }
    return graded(line, "critique", difficulty)


def failure_line(row: Any) -> Line:
    """A reason for failure; raises `Untrainable` for words that name none."""
    if not row.failure and not row.stage:
        raise Untrainable("no reason for failure is named")
    return {**head(row.response, row.turn), "failure": row.failure, "stage": row.stage, "turn": row.turn}


def conditional_line(row: Any) -> Line:
    """An answer under its critique. Raises `Untrainable`."""
    if not row.text.strip():
        raise Untrainable("there is no critique, only how to improve")
    if row.scope not in {"response", "turn", "dialogue"}:
        raise Untrainable("the words are about a piece or a pair, not about the answer")
    found = head(row.response, row.turn if row.scope == "turn" else None)
    if not found["response"].strip():
        raise Untrainable("a response is empty")
    return {
        "prompt": trainable_prompt(found["prompt"]),
        "critique": row.text,
        "polarity": row.polarity,
        "completion": answer(found["response"]),
    }


def turns_line(row: Any, improved: str | None) -> Line:
    """A dialogue in which the answer was improved as told. Raises `Untrainable`."""
    if not row.improve.strip():
        raise Untrainable("nothing is said of how to improve")
    if improved is None:
        raise Untrainable("no answer came of it yet")
    found = head(row.response, row.turn if row.scope == "turn" else None)
    if improved.strip() == found["response"].strip():
        raise Untrainable("both responses say the same")
    before = trainable_prompt(found["prompt"])
    return {
        "messages": [
            *before, *answer(found["response"]), {"role": "user", "content": row.improve}, *answer(improved),
        ]
    }  # fmt: skip
