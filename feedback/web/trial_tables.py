"""How the figures of a test against choices are laid out: bars, names and marks. Knows only the result's plain data."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.models import Trial

NAMES = {
    "constitution": _("Under the constitution"),
    "none": _("Without one"),
    "none-flipped": _("Without one, turned round"),
    "flipped": _("Against the constitution"),
    "random": _("Under rules drawn at random"),
    "longer": _("Always the longer"),
    "shorter": _("Always the shorter"),
    "first": _("Always the first"),
    "second": _("Always the second"),
    "people": _("People among themselves"),
}
PARTS = {"people": _("person"), "groups": _("kind of person"), "files": _("file"), "tags": _("tag")}


def figures_of(trial: Trial) -> dict[str, Any]:
    """The lines of the tables as the page shows them."""
    result = trial.result
    return {
        "principles": [principle_line(line) for line in result.get("principles", [])],
        "tables": [
            {
                "held_out": held,
                "lines": [table_line(line) for line in result.get(name, [])],
                "compared": any("p" in line for line in result.get(name, [])),
            }
            for name, held in (("table", False), ("held_out_table", True))
            if result.get(name)
        ],
        "parts": [part(kind, lines) for kind, lines in result.get("parts", {}).items() if lines],
    }


def principle_line(line: dict[str, Any]) -> dict[str, Any]:
    """A principle with its bar: right, wrong, then what decided nothing; each piece as (class, from, width)."""
    whole, at = line["all"] or 1, 0.0
    bar = []
    for name in ("right", "wrong", "both", "neither", "invalid"):
        width = 100 * line[name] / whole
        bar.append({"kind": name, "x": f"{at:.2f}", "width": f"{width:.2f}"})
        at += width
    low, high = line["interval"]
    return {**line, "bar": bar, "low": low, "high": high, "decided": line["right"] + line["wrong"]}


def table_line(line: dict[str, Any]) -> dict[str, Any]:
    """A line of the table with its name; beside it how it differs from the constitution's, where that was counted."""
    p = line.get("p")
    told = "" if p is None else "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"
    return {
        **line,
        "p": p,
        "p_text": told,
        "label": NAMES.get(line["name"], line["name"]),
        "ours": line["name"] == "constitution",
    }


def part(kind: str, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """The constitution beside no constitution, for each person, group, file or tag."""
    shown = [line for line in lines if line.get("constitution", {}).get("n")]
    return {"label": PARTS.get(kind, kind), "lines": shown}
