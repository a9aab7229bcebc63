"""What labelling tools, arenas, tracers and chat products write, by reader; the narrower shapes come first."""

from __future__ import annotations

from types import ModuleType

READERS: tuple[ModuleType, ...] = ()
