"""Where rules lie for grouping them: the default embedder's vectors."""

from __future__ import annotations

from collections.abc import Sequence

from feedback.llm.embed import local


def embedded(texts: Sequence[str]) -> list[list[float]]:
    """A vector for each text, the same on every machine."""
    return local().embed(list(texts))
