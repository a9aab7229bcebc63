"""Published data sets and trainers' own shapes, by reader; the narrower shapes come first."""

from __future__ import annotations

from types import ModuleType

READERS: tuple[ModuleType, ...] = ()
