"""Several principles made one: its words stay, and all that stood behind any of them stands behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Drafting, Evidence, Principle, Project, User
from feedback.models.principles import SOURCES
from feedback.principles.constitutions import articles_in_force, lock_project, next_constitution

ITSELF = "A principle cannot be merged with itself. Name another one."


@transaction.atomic
def merge(principles: Iterable[Principle], *, into: Principle, by: User | None) -> Principle:
    """Put these into that one. Merged already changes nothing.

    One in force leaves the constitution, provided that the one it goes into stands there. Raises `Refused` otherwise,
    and for principles that are no longer open.
    """
    project = lock_project(into.project)
    into = Principle.objects.select_for_update(of=("self",)).get(pk=into.pk)
    gone = [one for one in principles if one.merged_into_id != into.pk]
    check(project, gone, into)
    numbers = ", ".join(str(one.number) for one in gone)
    take_out_of_force(project, gone, into, by=by, numbers=numbers)
    for one in gone:
        take_evidence(one, into)
        Drafting.objects.filter(principle=one).update(principle=into)
        Principle.objects.filter(merged_into=one).update(merged_into=into)
        Principle.objects.filter(pk=one.pk).update(
            merged_into=into, dropped_at=timezone.now(), dropped_by=by,
            drop_reason=f"Merged into principle {into.number}.",
        )  # fmt: skip
    announce(project, "principles")
    return into


def check(project: Project, gone: Sequence[Principle], into: Principle) -> None:
    """Raise `Refused` for what cannot be merged."""
    if any(one.pk == into.pk for one in gone):
        raise Refused(ITSELF)
    if any(one.project_id != project.pk for one in gone):
        raise Refused("Principles of two projects cannot be merged.")
    aside = [one for one in [*gone, into] if one.dropped_at is not None]
    if aside:
        raise Refused(f"Principle {aside[0].number} is laid aside. Take it back among the drafts first.")


def take_out_of_force(
    project: Project, gone: Sequence[Principle], into: Principle, *, by: User | None, numbers: str
) -> None:
    """Those in force leave the constitution; the one they go into has to stand there."""
    in_force = articles_in_force(project)
    ids = {one.pk for one in gone}
    standing = [one.version for one in in_force if one.version.principle_id in ids]
    if not standing:
        return
    if all(one.version.principle_id != into.pk for one in in_force):
        raise Refused(f"Principle {standing[0].principle.number} is in force. Merge the draft into it instead.")
    left = [one.version for one in in_force if one.version.principle_id not in ids]
    change = f"Merged into principle {into.number}: {numbers}"
    next_constitution(project, left, by=by, change=change, reason="They say the same.")


def take_evidence(one: Principle, into: Principle) -> None:
    """What stands behind one principle stands behind the other as well; once each."""
    columns = [f"{source}_id" for source in SOURCES]
    for row in Evidence.objects.filter(principle=one):
        source = {column: getattr(row, column) for column in columns if getattr(row, column) is not None}
        Evidence.objects.get_or_create(principle=into, **source, defaults={"kind": row.kind})
