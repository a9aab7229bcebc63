"""Scoped pairs for C3PO (RLVF; Stephan et al., 2024) and rows that stay as they are.

A scoped pair trains an answer under a principle over the one without it, and holds two other answers where they were: a
hard negative from close by, a soft one from anywhere. C3PO's loss is DPO on the pair, plus a penalty for moving away
from the negatives.
"""

from __future__ import annotations

from typing import Any

from feedback.datasets.writers.prompts import Untrainable

NAME = "c3po"
LABEL = "C3PO scoped pairs (chosen, rejected, hard and soft negative)"
ABOUT = """\
`prompt`, `chosen` and `rejected` as in TRL's conversational preference format: the answer under a principle against the
one without it, where the principle applies and was followed. `hard_negative` is a whole exchange from close by, where
it does not apply, `soft_negative` one from anywhere; both with the answer given without the principle, which training
is to keep. `principle` has `domain` and `effect` apart. Written and judged by a model, on requests people could
correct."""

STAY = "precept-stay-as-is"
STAY_LABEL = "Rows that stay as they are (close by a principle, and anywhere)"
STAY_ABOUT = """\
`prompt` and `completion`: a request to which a principle does not apply, with the answer given without it, to be kept.
`scope` is "near" or "general". Where the principle changed the answer all the same, `leaked` is true and `rejected` is
what it became: with `completion` as chosen that is a pair against the leak."""
Line = dict[str, Any]


def pair_line(piece: Any) -> Line:
    """One scoped pair. Raises `Untrainable` with the reason it is left out."""
    row = piece.row
    if not piece.followed:
        raise Untrainable("the principle was not followed where it applies")
    if row.without.strip() == row.under.strip():
        raise Untrainable("both responses say the same")
    if piece.near is None or piece.general is None:
        raise Untrainable("there is no answer close by, or none from anywhere, to hold beside it")
    return {
        "prompt": [turn("user", row.input.text)],
        "chosen": [turn("assistant", row.under)],
        "rejected": [turn("assistant", row.without)],
        "hard_negative": exchange(piece.near),
        "soft_negative": exchange(piece.general),
        "principle": {"domain": row.version.domain, "effect": row.version.effect},
    }


def stay_line(piece: Any) -> Line:
    """One row that stays as it is."""
    row = piece.row
    if not row.without.strip():
        raise Untrainable("a response is empty")
    return {
        "prompt": [turn("user", row.input.text)],
        "completion": [turn("assistant", row.without)],
        "rejected": [turn("assistant", row.under)] if piece.leaked else [],
        "leaked": piece.leaked,
        "scope": row.input.scope,
        "principle": {"domain": row.version.domain, "effect": row.version.effect},
    }


def exchange(row: Any) -> list[Line]:
    """A request with its answer without the principle."""
    return [turn("user", row.input.text), turn("assistant", row.without)]


def turn(role: str, text: str) -> Line:
    """One turn."""
    return {"role": role, "content": text}
