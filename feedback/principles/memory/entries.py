"""Which entries of the memory there are for whom, and how one reads in a prompt. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from feedback.llm.prompts import data_block
from feedback.models import Experience, Project, User

Tier, Kind = Experience.Tier, Experience.Kind
LONGEST = 1500
WENT = {True: "It went well.", False: "It went badly: do not repeat it.", None: "Nobody said how it went."}


def entries_for(project: Project) -> QuerySet[Experience]:
    """All a team sees in a project: its own entries and those of the whole instance. Nobody's own memory."""
    rows = Experience.objects.filter(Q(tier=Tier.PROJECT, project=project) | Q(tier=Tier.INSTANCE))
    return rows.filter(merged_into__isnull=True).select_related("example", "principle", "approved_by", "response")


def waiting(rows: QuerySet[Experience]) -> QuerySet[Experience]:
    """Those nobody has approved or laid aside yet."""
    return rows.filter(approved_at__isnull=True, retired_at__isnull=True)


def approved(rows: QuerySet[Experience]) -> QuerySet[Experience]:
    """Those that may enter a prompt. A case of which nobody says any more how it went may not."""
    standing = rows.filter(approved_at__isnull=False, retired_at__isnull=True, merged_into__isnull=True)
    return standing.exclude(kind=Kind.CASE, won__isnull=True)


def laid_aside(rows: QuerySet[Experience]) -> QuerySet[Experience]:
    """Those that were set aside."""
    return rows.filter(retired_at__isnull=False)


def own_entries(user: User) -> QuerySet[Experience]:
    """A person's own memory; nobody else is ever given it."""
    rows = Experience.objects.filter(tier=Tier.PERSON, user=user, merged_into__isnull=True)
    return rows.select_related("project", "example")


def usable(project: Project, user: User | None = None) -> QuerySet[Experience]:
    """What may enter a prompt of this project, with `user`'s own where they are the one who asks.

    What a person learned in one project stays with that project unless they said it holds everywhere.
    """
    teams = Q(tier=Tier.PROJECT, project=project) | Q(tier=Tier.INSTANCE)
    theirs = Q(tier=Tier.PERSON, user=user) & (Q(project=project) | Q(project__isnull=True)) if user else Q(pk=None)
    return approved(Experience.objects.filter(teams | theirs)).select_related("example")


def entries_text(entries: Iterable[Experience]) -> str:
    """The entries as a prompt shows them, each sealed off from the next; empty when there is none."""
    return "\n".join(data_block(f"{entry.kind} {entry.pk}", entry_text(entry)) for entry in entries)


def entry_text(entry: Experience) -> str:
    """One entry in words."""
    if entry.kind == Kind.CASE:
        parts = [("Request", entry.condition), ("Answer", entry.after), ("How it went", WENT[entry.won])]
        parts.append(("What people said", entry.explanation))
    elif entry.kind == Kind.CHANGE:
        parts = [("Request", entry.condition), ("Before", entry.before), ("After", entry.after)]
        parts.append(("Why", entry.explanation))
    else:
        parts = [("When", entry.condition or "Always"), ("Lesson", entry.explanation)]
        parts += [("Before", entry.before), ("After", entry.after)] if entry.after else []
    return "\n".join(f"{name}: {text[:LONGEST].strip()}" for name, text in parts if text.strip())


def named(entry: Experience) -> str:
    """An entry in a few words."""
    words = " ".join((entry.explanation or entry.condition).split())
    return words if len(words) <= 80 else f"{words[:79]}…"
