"""The formats of the research systems: one view each over the same rows."""

from __future__ import annotations

from feedback.datasets.pieces import Format

FORMATS: tuple[Format, ...] = ()
