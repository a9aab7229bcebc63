"""A form that was sent twice is carried out once: its hidden key can be claimed a single time within a day."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.cache import cache

from feedback.models import Project

A_DAY = 24 * 60 * 60


@contextmanager
def once(project: Project, key: UUID) -> Iterator[bool]:
    """Claim a submission: True the first time. What fails inside gives the claim back, so that it can be sent again."""
    name = f"once:{project.pk}:{key}"
    first = bool(cache.add(name, 1, A_DAY))
    try:
        yield first
    except Exception:
        cache.delete(name)
        raise
