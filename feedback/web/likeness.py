"""The newest grouping of drafts, ready for the inbox: which say the same, and in which order groups are read.

Three queries however many drafts there are, and one more for the words of those that say the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from feedback.models import Group, Grouping, Principle, PrincipleVersion, Project
from feedback.principles.grouping import latest

MOST_ALIKE = 3


@dataclass(frozen=True)
class Like:
    """Another principle that says the same, or nearly so, in its newest words."""

    number: int
    how: str
    version: PrincipleVersion


class Groups:
    """The groups of the newest sorting of a project's drafts; none when they were never sorted."""

    def __init__(self, project: Project) -> None:
        self.grouping = latest(project, Grouping.Of.DRAFTS)
        rows = self.grouping.groups.prefetch_related("principles") if self.grouping else []
        self.members = [(group, [one for one in group.principles.all() if one.dropped_at is None]) for group in rows]
        self.places: dict[int, tuple[int, str]] = {}
        self.twins: set[int] = set()
        for place, (group, members) in enumerate(self.members):
            if len(members) > 1:
                self.places |= {one.pk: (place, group.label) for one in members}
                self.twins |= {one.pk for one in members} if group.kind != Group.Kind.TOPIC else set()

    def like(self, principle: Principle) -> list[Like]:
        """Those that say the same as this one, by number; each once, by the narrowest kind."""
        found: dict[int, tuple[Principle, str]] = {}
        for group, members in self.members:
            if group.kind != Group.Kind.TOPIC and any(one.pk == principle.pk for one in members):
                for one in members:
                    if one.pk != principle.pk:
                        found.setdefault(one.number, (one, str(group.get_kind_display())))
        nearest = [found[number] for number in sorted(found)[:MOST_ALIKE]]
        words = newest_words([one.pk for one, _ in nearest])
        return [Like(one.number, how, words[one.pk]) for one, how in nearest if one.pk in words]

    def place_of(self, principle: Principle) -> tuple[int, str]:
        """(place, label) of the widest group a draft is in; those in none come last."""
        return self.places.get(principle.pk, (len(self.members), ""))

    def ordered(self, drafts: Sequence[Principle]) -> list[Principle]:
        """Group after group, the larger first; within one by number."""
        sizes = [len(members) for _, members in self.members] + [0]
        places = {one.pk: self.place_of(one)[0] for one in drafts}
        return sorted(drafts, key=lambda one: (-sizes[places[one.pk]], places[one.pk], one.number))


def newest_words(principles: Sequence[int]) -> dict[int, PrincipleVersion]:
    """The newest wording of each of these principles. One query, or none."""
    if not principles:
        return {}
    rows = PrincipleVersion.objects.filter(principle__in=principles).order_by("number")
    return {row.principle_id: row for row in rows}
