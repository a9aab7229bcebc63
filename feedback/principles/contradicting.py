"""Pairs of principles that cannot both be followed, and how people settle them. Finding them is a trial's work."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Contradiction, Principle, Project, User
from feedback.principles.constitutions import articles_in_force, drop, lock_project, retire

Settled = Contradiction.Settled


def contradictions_of(project: Project) -> QuerySet[Contradiction]:
    """All pairs found in a project; one whose principle was laid aside since is none any more."""
    rows = Contradiction.objects.filter(first__project=project).exclude(
        settled=Settled.OPEN, first__dropped_at__isnull=False
    )
    rows = rows.exclude(settled=Settled.OPEN, second__dropped_at__isnull=False)
    return rows.select_related("first", "second", "rater", "settled_by").prefetch_related(
        "first__versions", "second__versions"
    )


@transaction.atomic
def settle(contradiction: Contradiction, *, settled: str, by: User | None, note: str = "") -> Contradiction:
    """Say how a pair is settled. Where one of the two stands, the other is retired, or laid aside if it was a draft.

    Settled the same way again changes nothing. Raises `Refused` for one that was settled another way.
    """
    project = lock_project(contradiction.first.project)
    row = (
        Contradiction.objects.select_for_update(of=("self",)).select_related("first", "second").get(pk=contradiction.pk)
    )
    if settled not in Settled.values or settled == Settled.OPEN:
        raise Refused("Say which of the two stands, or why both may.")
    if row.settled == settled:
        return row
    if row.settled != Settled.OPEN:
        raise Refused(f"This pair was settled already: {row.get_settled_display()}.")
    stands, gone = (row.first, row.second) if settled == Settled.FIRST else (row.second, row.first)
    if settled in {Settled.FIRST, Settled.SECOND}:
        take_back(project, gone, by=by, reason=note or f"Contradicts principle {stands.number}, which stands.")
    row.settled, row.settled_by, row.settled_at, row.note = settled, by, timezone.now(), note.strip()
    row.save(update_fields=["settled", "settled_by", "settled_at", "note"])
    announce(project, "principles")
    return row


def take_back(project: Project, gone: Principle, *, by: User | None, reason: str) -> None:
    """Out of force, or off the drafts."""
    if any(article.version.principle_id == gone.pk for article in articles_in_force(project)):
        retire(gone, by=by, reason=reason)
    else:
        drop(gone, by=by, reason=reason)
