"""What the fragment of a finished errand needs to show, kind by kind. Reads only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from feedback.models import Errand, JobState

Sight = Callable[[Errand], dict[str, Any]]
SIGHTS: dict[str, Sight] = {}


def sight_of(errand: Errand) -> dict[str, Any]:
    """The context of a finished errand's fragment; nothing while it waits."""
    look = SIGHTS.get(errand.kind)
    return look(errand) if look and errand.state == JobState.DONE else {}
