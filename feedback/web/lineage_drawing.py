"""The picture of a row's lineage: columns from the first word on the left to the row on the right, with curves between.

It places boxes and draws paths, and knows no database. Boxes that stand to one thing come beside it; a column that
holds nothing is left out, so a short story is drawn wide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from textwrap import wrap

from feedback.web.lineage_words import Spot

WIDTH, HEAD, FOOT = 1184, 34, 10
GAP, NARROW, WIDE = 34, 118, 232
LINE, PAD, BETWEEN = 16, 9, 14
LETTER = 6.15  # a letter of the small sans is about as wide
MOST_LINES = 3
Edge = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Box:
    """A spot in its place; `lines` are the words as they are set."""

    spot: Spot
    x: float
    y: float
    width: float
    height: float
    title: str
    lines: list[tuple[float, str]]

    @property
    def middle(self) -> float:
        """How far down its middle is."""
        return self.y + self.height / 2


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All of it: heads are (x, label) of the columns."""

    width: float
    height: float
    heads: list[tuple[float, str]]
    boxes: list[Box]
    paths: list[tuple[str, str, str]]


def drawn(columns: Mapping[int, Sequence[Spot]], edges: Iterable[Edge], labels: Mapping[int, str]) -> Drawing:
    """The picture of these columns, the oldest first."""
    edges = list(edges)
    there = [place for place in sorted(columns) if columns[place]]
    width = max(NARROW, min(WIDE, (WIDTH - GAP * (len(there) - 1)) / len(there)))
    step = width + GAP
    boxes: dict[str, Box] = {}
    for place in reversed(there):
        boxes |= column_of(columns[place], there.index(place) * step, width, wanted_heights(edges, boxes))
    height = max(box.y + box.height for box in boxes.values()) + FOOT
    return Drawing(
        width=round(len(there) * step - GAP + 2), height=round(height), boxes=list(boxes.values()),
        heads=[(there.index(place) * step + 1, labels[place]) for place in there],
        paths=[(curve(boxes[a], boxes[b]), a, b) for a, b in edges if a in boxes and b in boxes],
    )  # fmt: skip


def wanted_heights(edges: Iterable[Edge], boxes: Mapping[str, Box]) -> dict[str, float]:
    """Where each spot would like to stand: at the height of what came of it."""
    near: dict[str, list[float]] = defaultdict(list)
    for first, then in edges:
        if then in boxes:
            near[first].append(boxes[then].middle)
    return {key: fmean(heights) for key, heights in near.items()}


def column_of(spots: Sequence[Spot], x: float, width: float, wanted: Mapping[str, float]) -> dict[str, Box]:
    """The boxes of a column, as near as may be to where they would like to stand."""
    ordered = sorted(spots, key=lambda spot: wanted.get(spot.key, 0.0))
    heights = {spot.key: height_of(spot, width) for spot in ordered}
    middle = fmean([wanted.get(spot.key, 0.0) for spot in ordered])
    room = sum(heights.values()) + BETWEEN * (len(ordered) - 1)
    y = max(HEAD, middle - room / 2)
    found: dict[str, Box] = {}
    for spot in ordered:
        found[spot.key] = box_of(spot, x + 1, y, width)
        y += heights[spot.key] + BETWEEN
    return found


def height_of(spot: Spot, width: float) -> float:
    """How tall its box is."""
    return 2 * PAD + LINE * (1 + len(set_lines(spot.words, width)))


def box_of(spot: Spot, x: float, y: float, width: float) -> Box:
    """A spot in its place."""
    words = set_lines(spot.words, width)
    lines = [(y + PAD + LINE * (number + 2) - 4, line) for number, line in enumerate(words)]
    return Box(
        spot=spot, x=x, y=y, width=width, height=height_of(spot, width), lines=lines,
        title=shortened(spot.title, letters(width)),
    )  # fmt: skip


def set_lines(words: str, width: float) -> list[str]:
    """Words in the few lines there are."""
    lines = wrap(" ".join(words[:400].split()), letters(width), break_long_words=True)
    if len(lines) <= MOST_LINES:
        return lines
    return [*lines[: MOST_LINES - 1], shortened(f"{lines[MOST_LINES - 1]} {lines[MOST_LINES]}", letters(width))]


def letters(width: float) -> int:
    """How many letters a line holds."""
    return int((width - 2 * PAD) / LETTER)


def shortened(text: str, most: int) -> str:
    """A text that ends in dots when it is too long."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def curve(first: Box, then: Box) -> str:
    """The path from what came first to what came of it; within a column it swings out to the left."""
    if abs(first.x - then.x) < 1:
        reach = min(GAP - 8, 26)
        return (
            f"M{first.x:.1f} {first.middle:.1f}C{first.x - reach:.1f} {first.middle:.1f} "
            f"{then.x - reach:.1f} {then.middle:.1f} {then.x:.1f} {then.middle:.1f}"
        )
    start, end = first.x + first.width, then.x
    bend = max(GAP / 2, (end - start) * 0.5)
    return (
        f"M{start:.1f} {first.middle:.1f}C{start + bend:.1f} {first.middle:.1f} "
        f"{end - bend:.1f} {then.middle:.1f} {end:.1f} {then.middle:.1f}"
    )
