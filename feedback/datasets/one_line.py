"""One row of feedback as the line that stands for it in the formats that give feedback as it was said."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from feedback.datasets.writers import marks, orders, rewrites, scores, ways, words
from feedback.datasets.writers.prompts import Untrainable
from feedback.models import Place

LINES: dict[str, Callable[[Any], dict[str, Any]]] = {
    "preference": orders.preference_line, "rating": scores.rating_line, "critique": words.critique_line,
    "span": marks.span_line, "edit": rewrites.edit_line, "demonstration": ways.demonstration_line,
    "hint": lambda row: ways.hint_line(row, (), ()), "followup": ways.follow_up_line, "uptake": ways.uptake_line,
    "pulse": scores.pulse_line, "ranking": lambda row: orders.ranking_line(row, places_of(row)),
}  # fmt: skip


def line_as_given(row: Any) -> str:
    """The line as indented JSON; why there is none where the row makes none; "" for a kind without such a format."""
    writer = LINES.get(str(row._meta.model_name))
    if writer is None:
        return ""
    try:
        return json.dumps(writer(row), ensure_ascii=False, indent=2, default=str)
    except Untrainable as reason:
        return f"No line is written: {reason}."


def places_of(ranking: Any) -> list[Any]:
    """The places of a ranking with their answers."""
    return list(Place.objects.filter(ranking=ranking).select_related("response__example"))
