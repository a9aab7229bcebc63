"""One draft as it is shown, in the inbox and beside the words it came from, with all one needs to decide on it.

It does not know in which order drafts are read (see `inbox`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from feedback.forms.principles import AdoptForm
from feedback.models import Contradiction, Motion, Principle, Project
from feedback.principles.motions import PENDING
from feedback.web.evidence import sources_of, with_words
from feedback.web.likeness import Groups, Like


def of_status(project: Project, status: str) -> QuerySet[Principle]:
    """A project's principles of one standing, newest first."""
    return project.principles.with_status().filter(status=status).order_by("-number")


def card(
    principle: Principle,
    form: AdoptForm | None = None,
    refusals: Sequence[str] = (),
    *,
    alike: Sequence[Like] = (),
) -> dict[str, Any]:
    """A draft with its words, its evidence and its form, and those that say the same."""
    version = list(principle.versions.all())[-1]
    words = {"domain": version.domain, "effect": version.effect}
    return {
        "principle": principle,
        "version": version,
        "sources": sources_of(principle),
        "form": form or AdoptForm(initial=words, auto_id=f"draft-{principle.number}-%s"),
        "refusals": refusals,
        "alike": alike,
    }


def whole_card(
    project: Project, groups: Groups, number: int, form: AdoptForm | None = None, refusals: Sequence[str] = ()
) -> dict[str, Any] | None:
    """One principle as a card with what else is known: its like, what it contradicts, a motion on it. Ten queries."""
    row = with_words(project.principles.with_status()).filter(number=number).first()
    if row is None:
        return None
    return {
        **card(row, form, refusals, alike=groups.like(row)),
        "contradictions": contradicted_by(row),
        "motion": Motion.objects.filter(principle=row, state__in=PENDING).first(),
    }


def contradicted_by(principle: Principle) -> list[tuple[Principle, Contradiction]]:
    """The principles this one is found to contradict and nobody has settled yet."""
    rows = Contradiction.objects.filter(Q(first=principle) | Q(second=principle), settled=Contradiction.Settled.OPEN)
    rows = rows.exclude(first__dropped_at__isnull=False).exclude(second__dropped_at__isnull=False)
    pairs = rows.select_related("first", "second")
    return [(row.second if row.first_id == principle.pk else row.first, row) for row in pairs]
