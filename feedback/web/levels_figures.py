"""How the three levels of a constitution are shown: the three figures, principle by principle, and over time."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.models import JobState, Trial

SOURCES = {"people": _("people"), "model": _("a model alone"), "neither": _("nothing new")}
MOST_EARLIER = 6


def figures_of(trial: Trial) -> dict[str, Any]:
    """What the page shows, once there is a result."""
    result = trial.result
    if "drift" not in result:
        return {}
    lines = [
        {**line, "kept": figures(line["kept"]), "outcome": figures(line["outcome"]), "text": fifths(line["text"])}
        for line in result["principles"]
    ]
    return {
        "text": fifths(result["text"]),
        "kept": figures(result["kept"]),
        "outcome": figures(result["outcome"]),
        "principles": lines,
        "drift": result["drift"],
        "rounds": [{"number": number, "source": source, "label": SOURCES[source]}
                   for number, source in result["drift"]["rounds"]],
        "earlier": earlier_than(trial),
    }  # fmt: skip


def figures(found: dict[str, Any]) -> dict[str, Any]:
    """A share with its interval."""
    low, high = found["interval"]
    rate = found["right"] / found["n"] if found["n"] else None
    return {"rate": rate, "low": low, "high": high, "n": found["n"], "right": found["right"]}


def fifths(score: float | None) -> float | None:
    """A score from 0 to 1 as one from 1 to 5."""
    return None if score is None else 1 + 4 * score


def earlier_than(trial: Trial) -> list[dict[str, Any]]:
    """The three figures of earlier tests of this kind, newest first. One query."""
    rows = Trial.objects.filter(
        project=trial.project_id, kind=trial.kind, state=JobState.DONE, number__lt=trial.number
    ).select_related("constitution")
    return [
        {
            "number": row.number, "constitution": row.constitution, "model": row.model, "simulated": row.simulated,
            "text": fifths(row.result["text"]), "kept": figures(row.result["kept"]),
            "outcome": figures(row.result["outcome"]),
        }
        for row in rows.order_by("-number")[:MOST_EARLIER]
        if "drift" in row.result
    ]  # fmt: skip
