"""Readers of the research views this product writes itself; the narrower shapes come first."""

from __future__ import annotations

from types import ModuleType

READERS: tuple[ModuleType, ...] = ()
