"""Orders: single preferences whole, rankings whole, and rankings expanded to trainers' pairs (InstructGPT)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

from feedback.datasets.writers import trl_preference
from feedback.datasets.writers.heads import Line, graded, source_of
from feedback.datasets.writers.prompts import Untrainable

PREFERENCES = "precept-preferences"
PREFERENCES_LABEL = "Preferences, one judgement a line"
PREFERENCES_ABOUT = """\
`prompt`, `response_a` and `response_b`, the `outcome` (a, b, tie, both-good, both-bad), the `strength` from -3 (a
much better) to 3 (b much better) or null, `reason`, `aspect` and `timing`: "now", or "hindsight" when a consequence
was shown first (RLHS). `protocol` is the way of asking ("follow-up": mined from what users wrote next and confirmed
by a person); `shown_first` tells which stood first. `form` is "preference", `difficulty` how hard the example seems
(CDF). Whole dialogues that were compared have their turns in `turns_a` and `turns_b`."""
RANKINGS = "precept-rankings"
RANKINGS_LABEL = "Rankings of several responses"
RANKINGS_ABOUT = """\
`prompt` with its `source`, and `responses`, best first: each with `text`, `place` (1 is best, equal places are
ties) and the model that wrote it, as far as known; `aspect` and `reason`."""
PAIRS = "trl-ranked-pairs"
PAIRS_LABEL = "TRL preference pairs, expanded from rankings"
PAIRS_ABOUT = """\
`prompt`, `chosen` and `rejected`, each a list of turns: every two responses of a ranking with different places make
a pair (InstructGPT); ties make none. The sidecar has the prompt's source, the places, and `weight`, one over the
number of pairs of the ranking, for whoever wants each ranking to count once."""


def preference_line(row: Any, *, difficulty: str = "unknown") -> Line:
    """One judgement of a pair."""
    order = row.shown.get("order") if isinstance(row.shown, dict) else None
    a, b = row.response_a, row.response_b
    line = {
        "prompt": list(a.example.messages),
        "response_a": a.text,
        "response_b": b.text,
        "turns_a": a.turns,
        "turns_b": b.turns,
        "outcome": row.outcome,
        "strength": row.strength,
        "reason": row.reason,
        "aspect": row.aspect,
        "timing": row.timing,
        "protocol": row.protocol,
        "shown_first": {a.pk: "a", b.pk: "b"}.get(order[0]) if order else None,
    }
    return graded(line, "preference", difficulty)


def ranking_line(row: Any, places: Sequence[Any]) -> Line:
    """One ranking. Raises `Untrainable` for one of fewer than two."""
    if len(places) < 2:
        raise Untrainable("fewer than two responses are ranked")
    best_first = sorted(places, key=lambda one: (one.place, one.response.pk))
    return {
        "prompt": list(row.example.messages),
        "source": source_of(row.example),
        "responses": [
            {"text": one.response.text, "place": one.place, "model": one.response.model} for one in best_first
        ],
        "aspect": row.aspect,
        "reason": row.reason,
    }


def pairs_of(places: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Every two places that differ, the better first."""
    best_first = sorted(places, key=lambda one: (one.place, one.response.pk))
    return [(one, other) for one, other in combinations(best_first, 2) if one.place < other.place]


def ranked_pair_line(example: Any, better: str, worse: str) -> Line:
    """A pair of a ranking as TRL reads it. Raises `Untrainable`."""
    return dict(trl_preference.line_of(example.messages, better, worse))
