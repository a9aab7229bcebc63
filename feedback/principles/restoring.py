"""An old version of the constitution comes back as a new one: nothing is undone, the list just reads as it did.

It does not know about votes (see `motions`).
"""

from __future__ import annotations

from django.db import transaction

from feedback.errors import Refused
from feedback.models import Constitution, Project, User
from feedback.principles.constitutions import articles_in_force, lock_project, next_constitution


@transaction.atomic
def restore(constitution: Constitution, *, by: User | None, reason: str = "") -> Constitution:
    """Put an old version's list into force as the next constitution. Raises `Refused` when it is what is in force."""
    project = lock_project(constitution.project)
    return put_back(project, constitution, by=by, reason=reason)


def put_back(
    project: Project, old: Constitution, *, by: User | None, reason: str, by_vote: bool = False
) -> Constitution:
    """The old list as the next constitution of a locked project."""
    check_restorable(project, old)
    versions = [article.version for article in old.articles.select_related("version")]
    change = f"Version {old.number} restored"
    return next_constitution(project, versions, by=by, change=change, reason=reason, by_vote=by_vote)


def check_restorable(project: Project, old: Constitution) -> None:
    """Raise `Refused` when the version in force is the same list."""
    in_force = [article.version_id for article in articles_in_force(project)]
    if in_force == list(old.articles.order_by("position").values_list("version_id", flat=True)):
        raise Refused(f"What is in force reads as version {old.number} did. There is nothing to restore.")
