"""The newest grouping of drafts, ready for the inbox: which say the same, and in which order groups are read.

Three queries however many drafts there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from feedback.models import Group, Grouping, Principle, Project
from feedback.principles.grouping import latest

MOST_ALIKE = 3


@dataclass(frozen=True)
class Like:
    """Another principle that says the same, or nearly so."""

    number: int
    how: str


class Groups:
    """The groups of the newest sorting of a project's drafts; none when they were never sorted."""

    def __init__(self, project: Project) -> None:
        self.grouping = latest(project, Grouping.Of.DRAFTS)
        rows = self.grouping.groups.prefetch_related("principles") if self.grouping else []
        self.members = [(group, [one for one in group.principles.all() if one.dropped_at is None]) for group in rows]

    def like(self, principle: Principle) -> list[Like]:
        """Those that say the same as this one, by number; each once, by the narrowest kind."""
        found: dict[int, Like] = {}
        for group, members in self.members:
            if group.kind != Group.Kind.TOPIC and any(one.pk == principle.pk for one in members):
                for one in members:
                    if one.pk != principle.pk:
                        found.setdefault(one.number, Like(one.number, str(group.get_kind_display())))
        return [found[number] for number in sorted(found)[:MOST_ALIKE]]

    def place_of(self, principle: Principle) -> tuple[int, str]:
        """(place, label) of the widest group a draft is in; those in none come last."""
        places = [
            (place, group.label)
            for place, (group, members) in enumerate(self.members)
            if len(members) > 1 and any(one.pk == principle.pk for one in members)
        ]
        return places[-1] if places else (len(self.members), "")

    def ordered(self, drafts: Sequence[Principle]) -> list[Principle]:
        """Group after group, the larger first; within one by number."""
        sizes = [len(members) for _, members in self.members] + [0]
        places = {one.pk: self.place_of(one)[0] for one in drafts}
        return sorted(drafts, key=lambda one: (-sizes[places[one.pk]], places[one.pk], one.number))

    def headed(self, cards: list[dict[str, Any]], *, by_group: bool) -> list[dict[str, Any]]:
        """The cards, the first of each group with its heading."""
        before: tuple[int, str] | None = None
        for card in cards if by_group else []:
            here = self.place_of(card["principle"])
            card["heading"] = {"label": here[1]} if here != before else None
            before = here
        return cards
