"""The formats of the research systems: one view each over the same rows, by what they learn from."""

from __future__ import annotations

from feedback.datasets.pieces import Format
from feedback.datasets.views import conditions, criticisms, refinements

FORMATS: tuple[Format, ...] = (*refinements.FORMATS, *criticisms.FORMATS, *conditions.FORMATS)
