"""Who is here: a sign of life for each person and project, kept in the cache for less than a minute.

Open pages renew it by their live line; whoever closes the last one fades away. Nothing is written down for good.
"""

from __future__ import annotations

import logging

from django.core.cache import cache

from feedback.models import Project, User

log = logging.getLogger(__name__)
LASTS = 45
RENEWED = 20
"""Seconds a sign of life holds, and after how many an open page renews it."""


def note_presence(project_id: int, user_id: int) -> None:
    """Say that this person has a page of the project open. A broker that is down costs the sign, never the page."""
    try:
        cache.set(name_of(project_id, user_id), 1, LASTS)
    except Exception:
        log.warning("The broker took no sign of life", exc_info=True)


def people_here(project: Project) -> list[User]:
    """The members who have a page of the project open, by name. Two queries at most."""
    members = {row.pk: row for row in User.objects.filter(memberships__project=project).order_by("name", "pk")}
    try:
        found = cache.get_many([name_of(project.pk, pk) for pk in members])
    except Exception:
        log.warning("The broker did not say who is here", exc_info=True)
        return []
    return [user for pk, user in members.items() if name_of(project.pk, pk) in found]


def name_of(project_id: int, user_id: int) -> str:
    """Where the sign is kept."""
    return f"here:{project_id}:{user_id}"
