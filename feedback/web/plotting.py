"""Small drawings of plain numbers: a line over a few places, and bars in a table. It knows no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 260, 132, 8, 18, 26, 24


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A value in its place; `shown` is how it is written."""

    x: float
    y: float
    shown: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Line:
    """A small line chart with a name; `last` is the value it ends with, `first` that it begins with."""

    title: Any
    dots: list[Dot]
    path: str
    ground: float = HEIGHT - FOOT
    width: int = WIDTH
    height: int = HEIGHT


def line_of(title: Any, values: Sequence[tuple[str, float | None, str]], *, top: float | None = None) -> Line | None:
    """A chart of (label, value, how the value is written); None where fewer than two are known. It begins at zero."""
    known = [(place, label, value, shown) for place, (label, value, shown) in enumerate(values) if value is not None]
    if len(known) < 2:
        return None
    highest = top or max(value for _, _, value, _ in known) or 1.0
    step = (WIDTH - LEFT - RIGHT) / (len(values) - 1)
    dots = [
        Dot(
            x=round(LEFT + place * step, 1), shown=shown, label=label,
            y=round(TOP + (HEIGHT - TOP - FOOT) * (1 - min(1.0, value / highest)), 1),
        )
        for place, label, value, shown in known
    ]  # fmt: skip
    return Line(title=title, dots=dots, path=" ".join(f"{dot.x},{dot.y}" for dot in dots))


@dataclass(frozen=True, kw_only=True)
class Length:
    """A row of a table with a bar: `part` of the largest, between 0 and 100."""

    label: Any
    count: int
    share: float
    part: float
    beside: str = ""


def bars_of(rows: Sequence[tuple[Any, int, str]]) -> list[Length]:
    """Bars of (label, count, what stands beside it)."""
    whole, most = sum(count for _, count, _ in rows), max((count for _, count, _ in rows), default=0)
    return [
        Length(label=label, count=count, share=count / whole, part=100 * count / most, beside=beside)
        for label, count, beside in rows
        if most
    ]
