"""Readers of the research views this product writes itself; the narrower shapes come first."""

from __future__ import annotations

from types import ModuleType

from feedback.datasets.readers import research_rows

READERS: tuple[ModuleType, ...] = (research_rows,)
