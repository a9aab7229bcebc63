"""How adherence over a long talk is drawn: two lines with their intervals over the turns between, and as a table."""

from __future__ import annotations

from typing import Any

from feedback.models import Trial

LEFT, RIGHT, TOP, BOTTOM = 34.0, 560.0, 12.0, 190.0
MARKS = (0.0, 0.25, 0.5, 0.75, 1.0)
APART = 3.0


def figures_of(trial: Trial) -> dict[str, Any]:
    """The table's rows, and the chart."""
    lines = trial.result.get("lines", [])
    distances = sorted({line["distance"] for line in lines})
    by_place = {(line["distance"], line["reminded"]): line for line in lines}
    rows = [
        {
            "distance": distance,
            "tokens": trial.result.get("tokens", {}).get(str(distance)),
            "plain": figures(by_place.get((distance, False))),
            "reminded": figures(by_place.get((distance, True))),
        }
        for distance in distances
    ]
    return {"rows": rows, "chart": chart(rows) if len(rows) > 1 else None}


def figures(line: dict[str, Any] | None) -> dict[str, Any] | None:
    """A line with its share."""
    if not line or not line["n"]:
        return None
    low, high = line["interval"]
    return {**line, "rate": line["kept"] / line["n"], "low": low, "high": high}


def chart(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Where everything stands: the distances to scale from left to right, adherence from bottom to top."""
    farthest = max(row["distance"] for row in rows) or 1

    def at(distance: float) -> float:
        return LEFT + 20 + (RIGHT - LEFT - 40) * distance / farthest

    series = []
    for name, shift in (("plain", -APART), ("reminded", APART)):
        points = [point(row[name], at(row["distance"]) + shift) for row in rows if row[name]]
        series.append({"name": name, "points": points, "path": " ".join(f"{p['x']},{p['y']}" for p in points)})
    return {
        "series": series,
        "places": [{"x": f"{at(row['distance']):.1f}", "distance": row["distance"]} for row in rows],
        "marks": [{"y": f"{height(mark):.1f}", "label": f"{mark:.0%}"} for mark in MARKS],
        "left": LEFT, "right": RIGHT, "bottom": BOTTOM,
    }  # fmt: skip


def point(line: dict[str, Any], x: float) -> dict[str, str]:
    """A share and its interval as places in the drawing."""
    places = {"y": line["rate"], "low": line["low"], "high": line["high"]}
    return {"x": f"{x:.1f}", **{name: f"{height(share):.1f}" for name, share in places.items()}}


def height(share: float) -> float:
    """The place of a share."""
    return BOTTOM - (BOTTOM - TOP) * share
