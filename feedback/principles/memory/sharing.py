"""From one place to another: up to all projects, out of one project into another, several into one, and out again.

Two tiers as EvoCoder has them, and a library that other projects inherit as FLEX's. What goes up to the instance takes
no example's text with it; what is brought in waits for approval where it comes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Experience, Project, Role, User
from feedback.principles.memory.entries import approved, entries_for
from feedback.principles.memory.keeping import may_change, tell
from feedback.principles.memory.recalling import alike
from feedback.principles.memory.records import Tally, tallies

Tier, Kind = Experience.Tier, Experience.Kind
NEWEST = 150
UNUSED = timedelta(days=60)
WORDED = ("level", "kind", "taxonomy", "condition", "explanation", "won", "model", "simulated")
TOLD = ("before", "after")


@transaction.atomic
def promote(entry: Experience, *, by: User) -> Experience:
    """A copy of an approved lesson that serves all projects. Twice is once.

    Raises `NotAllowed` for whoever is no owner of the instance, `Refused` for cases and changes, which hold answers.
    """
    if not by.is_superuser:
        raise NotAllowed("Only an owner of the instance says what serves all projects.")
    if entry.kind != Kind.LESSON:
        raise Refused("A case or a change holds a project's own texts. Write a lesson from it and promote that.")
    if entry.approved_at is None or entry.retired_at is not None:
        raise Refused("Only an approved entry goes up to all projects. Approve it first.")
    there = Experience.objects.filter(copied_from=entry, tier=Tier.INSTANCE, retired_at__isnull=True).first()
    if there is not None:
        return there
    kept = {name: getattr(entry, name) for name in WORDED}
    row = Experience.objects.create(
        **kept, tier=Tier.INSTANCE, copied_from=entry, approved_by=by, approved_at=timezone.now()
    )
    tell(entry)
    return row


@transaction.atomic
def bring_in(entries: Iterable[Experience], *, into: Project, by: User) -> int:
    """Copy entries of another project; they wait here for approval. Those brought in before are passed over."""
    rows = list(entries)
    for project in {row.project_id for row in rows}:
        member = into.members.model.objects.filter(project=project, user=by).first()
        if member is None or not member.may(Role.CURATOR):
            raise NotAllowed("Entries are brought in from projects of which you are a curator.")
    there = set(Experience.objects.filter(project=into, copied_from__in=rows).values_list("copied_from", flat=True))
    copies = [
        Experience(
            **{name: getattr(row, name) for name in (*WORDED, *TOLD)}, tier=Tier.PROJECT, project=into, copied_from=row
        )
        for row in rows
        if row.pk not in there and row.project_id != into.pk and row.tier == Tier.PROJECT
    ]
    Experience.objects.bulk_create(copies)
    announce(into, "memory")
    return len(copies)


@transaction.atomic
def merge(entries: Iterable[Experience], *, into: Experience, by: User) -> Experience:
    """Put these into that one: its words stay, and their records count as its own. Merged already changes nothing."""
    kept = Experience.objects.select_for_update().get(pk=into.pk)
    gone = [row for row in entries if row.merged_into_id != kept.pk]
    for row in [kept, *gone]:
        may_change(row, by)
    if any(row.pk == kept.pk for row in gone):
        raise Refused("An entry cannot be merged with itself. Name another one.")
    if kept.merged_into_id is not None or kept.retired_at is not None:
        raise Refused("The entry to merge into was laid aside. Take it back first.")
    if any((row.tier, row.project_id, row.user_id) != (kept.tier, kept.project_id, kept.user_id) for row in gone):
        raise Refused("Entries of two places cannot be merged. Bring one in first.")
    ids = [row.pk for row in gone]
    Experience.objects.filter(merged_into__in=ids).update(merged_into=kept)
    Experience.objects.filter(pk__in=ids).update(merged_into=kept, retired_at=timezone.now())
    tell(kept)
    return kept


def duplicates(project: Project) -> list[tuple[Experience, Experience]]:
    """Pairs among a project's newest own standing entries that say nearly the same."""
    rows = entries_for(project).filter(tier=Tier.PROJECT, retired_at__isnull=True).exclude(kind=Kind.CASE)
    return alike(list(rows.order_by("-pk")[:NEWEST])[::-1])


def to_prune(project: Project, *, now: datetime | None = None) -> list[tuple[Experience, Tally, str]]:
    """A project's own entries that the memory would be better without, each with the reason."""
    rows = list(approved(entries_for(project)).filter(tier=Tier.PROJECT))
    counted = tallies([row.pk for row in rows])
    since = (now or timezone.now()) - UNUSED
    found = [(row, counted[row.pk], why_prune(row, counted[row.pk], since)) for row in rows]
    return [one for one in found if one[2]]


def why_prune(entry: Experience, tally: Tally, since: datetime) -> str:
    """Why an entry should go; nothing when it should stay."""
    if tally.is_bad:
        return "harmed"
    if tally.irrelevant >= max(3, 2 * tally.helped):
        return "irrelevant"
    if not tally.uses and entry.approved_at is not None and entry.approved_at < since:
        return "unused"
    return ""


def may_bring_from(user: User, into: Project) -> Sequence[Project]:
    """The other projects this person is a curator of."""
    roles = [role for role in Role.values if role in (Role.OWNER, Role.CURATOR)]
    return Project.objects.filter(members__user=user, members__role__in=roles).exclude(pk=into.pk).distinct()
