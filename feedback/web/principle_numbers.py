"""How the principles do, in numbers: corrections per accepted item over time, and each principle's own record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from feedback.models import Project, Role
from feedback.principles.compiling import Compiler, requests_of, tokens_of
from feedback.principles.corrections import Period, periods_of
from feedback.principles.fitting import FITS
from feedback.principles.switching import Standing, standings
from feedback.principles.wording import principle_sentence
from feedback.projects.access import open_to
from feedback.web.margin import ruler

PAGE = "principles/numbers.html"
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 640, 200, 36, 12, 28
LONGEST = 24


@dataclass(frozen=True, kw_only=True)
class Point:
    """One period in the drawing: where it stands, where its interval begins and ends, and where its name stands."""

    x: float
    y: float
    high: float
    low: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One principle in force: its record, how many requests call for it, and what it takes."""

    standing: Standing
    fits: float | None
    tokens: int


@open_to(Role.VIEWER)
def principle_numbers(request: HttpRequest, project: Project) -> HttpResponse:
    """The page."""
    periods = periods_of(project)[-LONGEST:]
    changed = {one.constitution.pk: one for one in ruler(project, list(project.constitutions.all()))}
    rows = rows_of(project)
    context = {
        "periods": [(one, changed.get(one.constitution.pk) if one.constitution else None) for one in periods],
        "chart": chart(periods), "rows": rows, "lists": lists_of(rows), "requests": len(requests_of(project)),
    }  # fmt: skip
    return render(request, PAGE, context)


def rows_of(project: Project) -> list[Row]:
    """Each principle in force. A handful of queries."""
    found = standings(project)
    fits = shares_that_fit(project, [one.version for one in found])
    return [
        Row(standing=one, fits=fits.get(one.version.pk), tokens=tokens_of(principle_sentence(one.version)))
        for one in found
    ]


def shares_that_fit(project: Project, versions: list[Any]) -> dict[int, float]:
    """Of what is asked in the project, the share each principle fits. Those switched off have none."""
    requests = requests_of(project)
    compiler = Compiler(None, versions=versions)
    table = [compiler.fits(text) for text in requests]
    if not table:
        return {}
    return {
        version.pk: sum(row[place] >= FITS for row in table) / len(table)
        for place, (_, version) in enumerate(compiler.on)
    }


def lists_of(rows: list[Row]) -> dict[str, list[Standing]]:
    """Those to look at: never used, harmful as often as helpful, switched off."""
    all_of_them = [row.standing for row in rows]
    return {
        "off": [one for one in all_of_them if one.principle.switched_off_at],
        "harmful": [one for one in all_of_them if one.harms_as_often],
        "unused": [one for one in all_of_them if one.unused],
    }


def chart(periods: list[Period]) -> dict[str, Any] | None:
    """The drawing of the periods with a figure; None where there are not two of them."""
    shown = [one for one in periods if one.rate is not None]
    if len(shown) < 2:
        return None
    top = max(min(one.high, 2 * max(1e-9, one.rate or 0) + 1) for one in shown)
    step = (WIDTH - LEFT - 20) / max(1, len(shown) - 1)
    points = [point(one, LEFT + 10 + place * step, top) for place, one in enumerate(shown)]
    return {
        "points": points, "line": " ".join(f"{one.x:.1f},{one.y:.1f}" for one in points), "width": WIDTH,
        "height": HEIGHT, "foot": HEIGHT - BOTTOM, "left": LEFT, "top": f"{top:.1f}", "first": TOP,
    }  # fmt: skip


def point(period: Period, x: float, top: float) -> Point:
    """Where a period stands."""
    return Point(
        x=x, y=height_of(period.rate or 0.0, top), high=height_of(min(period.high, top), top),
        low=height_of(period.low, top), label=f"v{period.constitution.number}" if period.constitution else "–",
    )  # fmt: skip


def height_of(value: float, top: float) -> float:
    """A figure as a place from the top."""
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)
