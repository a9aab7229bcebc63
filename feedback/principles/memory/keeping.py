"""What people do with the memory: write, approve, reword, lay aside, take back; and who may.

Only what a person approved enters a prompt. An approved entry is never reworded: a new one takes its place and its
record. It does not know where entries come from.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from feedback.capture.history import said
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Experience, Member, Project, Role, User

Tier = Experience.Tier
WORDS = 4000
MOST = 20
COPIED = (
    "tier", "level", "kind", "project", "user", "taxonomy", "condition", "explanation", "before", "after", "won",
    "example", "response", "principle", "model", "simulated",
)  # fmt: skip


def write_lesson(
    project: Project, *, explanation: str, condition: str = "", taxonomy: str = "", level: str = "task", by: User
) -> Experience:
    """A lesson in a person's own words; writing it is approving it."""
    row = Experience.objects.create(
        tier=Tier.PROJECT, kind=Experience.Kind.LESSON, level=level, project=project, taxonomy=taxonomy[:120],
        condition=words(condition, may_be_empty=True), explanation=words(explanation), approved_by=by,
        approved_at=timezone.now(),
    )  # fmt: skip
    tell(row)
    return row


@transaction.atomic
def approve(entries: Iterable[Experience], *, by: User) -> int:
    """Let these enter prompts; how many were not approved before."""
    ids = [entry.pk for entry in entries if may_change(entry, by)]
    rows = Experience.objects.filter(pk__in=ids, approved_at__isnull=True, retired_at__isnull=True)
    done = rows.update(approved_by=by, approved_at=timezone.now())
    tell(*Experience.objects.filter(pk__in=ids))
    return done


@transaction.atomic
def lay_aside(entries: Iterable[Experience], *, by: User) -> int:
    """Take these out of prompts and out of sight; their record stays."""
    ids = [entry.pk for entry in entries if may_change(entry, by)]
    done = Experience.objects.filter(pk__in=ids, retired_at__isnull=True).update(retired_at=timezone.now())
    tell(*Experience.objects.filter(pk__in=ids))
    return done


@transaction.atomic
def delete(entries: Iterable[Experience], *, by: User) -> int:
    """Delete a project's entries for good, with all that tells where they were used; how many there were.

    Raises `NotAllowed` for whoever does not own their project, `Refused` for entries that were not laid aside first.
    """
    rows = list(entries)
    owned = set(Member.objects.filter(user=by, role=Role.OWNER).values_list("project", flat=True))
    if any(row.tier != Tier.PROJECT or row.project_id not in owned for row in rows):
        raise NotAllowed("Only the owner of a project deletes from its memory.")
    if any(row.retired_at is None for row in rows):
        raise Refused("Lay an entry aside before you delete it.")
    Experience.objects.filter(merged_into__in=rows).delete()
    Experience.objects.filter(pk__in=[row.pk for row in rows]).delete()
    tell(*rows)
    return len(rows)


@transaction.atomic
def take_back(entry: Experience, *, by: User) -> Experience:
    """An entry that was laid aside stands again, as it stood."""
    may_change(entry, by)
    if entry.merged_into_id is not None:
        raise Refused("This entry went into another one. Take that one instead.")
    Experience.objects.filter(pk=entry.pk).update(retired_at=None)
    entry.refresh_from_db()
    tell(entry)
    return entry


@transaction.atomic
def reword(entry: Experience, *, condition: str, explanation: str, by: User) -> Experience:
    """Say it in other words: in place while it waits, else as a new entry that takes over its record.

    The same words again change nothing.
    """
    may_change(entry, by)
    locked = Experience.objects.select_for_update().get(pk=entry.pk)
    condition, explanation = words(condition, may_be_empty=True), words(explanation)
    if locked.merged_into_id is not None:
        raise Refused("This entry went into another one. Change that one instead.")
    if (locked.condition, locked.explanation) == (condition, explanation):
        return locked
    if locked.approved_at is None:
        Experience.objects.filter(pk=locked.pk).update(condition=condition, explanation=explanation)
        locked.refresh_from_db()
        tell(locked)
        return locked
    return succeed(locked, by=by, condition=condition, explanation=explanation)


def succeed(entry: Experience, *, by: User | None, **changed: str) -> Experience:
    """A new entry in the place of an approved one. Call it with the row locked."""
    kept = {name: getattr(entry, name) for name in COPIED} | changed
    row = Experience.objects.create(
        **kept, copied_from=entry, approved_by=by or entry.approved_by, approved_at=timezone.now()
    )
    Experience.objects.filter(merged_into=entry).update(merged_into=row)
    Experience.objects.filter(pk=entry.pk).update(merged_into=row, retired_at=timezone.now())
    tell(row)
    return row


def may_change(entry: Experience, by: User) -> bool:
    """Raise `NotAllowed` for somebody else's own memory and, but for owners of the instance, for what serves all."""
    if entry.tier == Tier.PERSON and entry.user_id != by.pk:
        raise NotAllowed("This belongs to somebody's own memory.")
    if entry.tier == Tier.INSTANCE and not by.is_superuser:
        raise NotAllowed("This serves all projects, so only an owner of the instance changes it.")
    return True


def words(text: str, *, may_be_empty: bool = False) -> str:
    """Words fit to be kept. Raises `Refused` for none or too many."""
    text = said(text, what="entry", may_be_empty=may_be_empty)
    if len(text) > WORDS:
        raise Refused(f"An entry of the memory has at most {WORDS} characters. Shorten it.")
    return text


def tell(*entries: Experience) -> None:
    """Say to the projects of these entries that their memory changed."""
    for project in {entry.project_id for entry in entries if entry.project_id and entry.tier == Tier.PROJECT}:
        announce(project, "memory")


def set_use(project: Project, *, remembers: int, reflects: bool) -> Project:
    """Say how much of the memory may enter a prompt, and whether finished items are reflected on unasked."""
    if not 0 <= remembers <= MOST:
        raise Refused(f"At most {MOST} entries enter a prompt.")
    Project.objects.filter(pk=project.pk).update(remembers=remembers, reflects=reflects)
    project.remembers, project.reflects = remembers, reflects
    announce(project, "memory")
    return project
