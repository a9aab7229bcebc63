"""Which system of the source papers is served by which format, and what serves those that no file alone can serve.

A format names its systems itself (`Format.systems`); this is the same turned round.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.datasets.pieces import Format
from feedback.datasets.registry import FORMATS

FILES, SNAPSHOTS, PAGES = "files", "snapshots", "pages"
# What is not a file of its own: (who serves it, the page where it is, how).
ELSEWHERE: dict[str, tuple[str, str, Any]] = {
    "Tracing the Roots": (
        PAGES, "snapshots", _("Every row of a snapshot is drawn back to its source; overlap with held-out is checked."),
    ),
    "OpenDataArena": (
        PAGES, "snapshots", _("Each export has a card with scores on many axes; outside trainers post results back."),
    ),
    "Self-consuming models with curated data": (
        PAGES, "export", _("The share of real text is said before an export, with a warning, and drift by round."),
    ),
    "QDC survey (quality, diversity, complexity)": (
        PAGES, "snapshots", _("A snapshot's numbers show the three, and how they change with the quality filter."),
    ),
    "DiverseEvol": (SNAPSHOTS, "new_snapshot", _("A snapshot of limited size takes the examples farthest apart.")),
    "Diversify and Conquer": (
        SNAPSHOTS, "new_snapshot", _("A snapshot samples over clusters, weighted by observed quality."),
    ),
    "Data-efficient fine-tuning for code": (
        SNAPSHOTS, "new_snapshot", _("A snapshot keeps the more complex within clusters, and says how far it drifts."),
    ),
    "SuperGPQA": (PAGES, "snapshots", _("Examples that all solve, or all dispute, are flagged.")),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Served:
    """A system, the formats that serve it, and where it is served otherwise: the name of a page, and how."""

    name: str
    formats: tuple[Format, ...] = ()
    by: str = FILES
    page: str = ""
    how: Any = ""


def served() -> list[Served]:
    """All systems by name."""
    found: dict[str, list[Format]] = defaultdict(list)
    for one in FORMATS.values():
        for name in one.systems:
            found[name].append(one)
    rows = [Served(name=name, formats=tuple(formats)) for name, formats in found.items() if name not in ELSEWHERE]
    rows += [
        Served(name=name, by=by, page=page, how=how, formats=tuple(found.get(name, ())))
        for name, (by, page, how) in ELSEWHERE.items()
    ]
    return sorted(rows, key=lambda one: one.name.lower())
