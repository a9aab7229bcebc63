"""The pairs that principles are tested on: two responses to one example, and what each person chose between them.

Whoever chose is kept apart (`labels`), so that figures can be had for one person, group or file. Ties are no choice and
are left out. What may be learned from and what is held out follows the examples' splits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from feedback.models import Preference, Project, Rater, Split

CHOICES = ("a", "b")
LEARN, HELD_OUT, ALL = "learn", "held-out", "all"


@dataclass
class Pair:
    """Two responses; `a` has the lower id. `first` is the side the data lists, or showed, first."""

    a: int
    b: int
    conversation: list[dict[str, Any]]
    text_a: str
    text_b: str
    held_out: bool
    first: str = "a"
    file: str = ""
    tags: tuple[str, ...] = ()
    labels: dict[int, str] = field(default_factory=dict)
    preferences: list[int] = field(default_factory=list)

    @property
    def key(self) -> tuple[int, int]:
        """What names the pair."""
        return self.a, self.b

    @property
    def label(self) -> str:
        """What most people chose; nothing when they are even."""
        return most(self.labels.values())

    @property
    def longer(self) -> str:
        """The side with more characters; nothing when they are even."""
        if len(self.text_a) == len(self.text_b):
            return ""
        return "a" if len(self.text_a) > len(self.text_b) else "b"


def most(labels: Iterable[str]) -> str:
    """What most of these say; nothing when they are even or none."""
    count = Counter(labels)
    if count["a"] == count["b"]:
        return ""
    return "a" if count["a"] > count["b"] else "b"


def pairs_of(
    project: Project, *, which: str = ALL, raters: Iterable[int] = (), files: Iterable[int] = (), tag: str = "",
    at_most: int | None = None, last: int | None = None,
) -> list[Pair]:  # fmt: skip
    """The pairs somebody chose between, in the order of their first preference. One query.

    `which` is learn, held-out or all; `raters`, `files` (imports) and `tag` narrow it down. `last` is the highest
    preference to look at, so that a trial that goes on sees the pairs it began with.
    """
    rows = Preference.objects.standing().filter(project=project, outcome__in=CHOICES, timing=Preference.Timing.NOW)
    rows = rows.exclude(rater__kind__in=[Rater.Kind.JUDGE, Rater.Kind.CHECK])
    given: dict[str, Any] = {"rater__in": list(raters), "response_a__example__imported_in__in": list(files)}
    rows = rows.filter(**{name: value for name, value in given.items() if value})
    rows = rows.filter(pk__lte=last) if last is not None else rows
    rows = rows.filter(response_a__example__tags__contains=[tag]) if tag else rows
    if which != ALL:
        held = {"response_a__example__split": Split.HOLDOUT}
        rows = rows.filter(**held) if which == HELD_OUT else rows.exclude(**held)
    found: dict[tuple[int, int], Pair] = {}
    for row in rows.select_related("response_a__example__imported_in", "response_b").order_by("pk"):
        add(found, row)
    pairs = [pair for pair in found.values() if pair.label]
    return pairs[:at_most] if at_most else pairs


def add(found: dict[tuple[int, int], Pair], row: Preference) -> None:
    """Put one person's choice to its pair."""
    turned = row.response_a_id > row.response_b_id
    a, b = (row.response_b, row.response_a) if turned else (row.response_a, row.response_b)
    pair = found.get((a.pk, b.pk))
    if pair is None:
        example = row.response_a.example
        shown = (row.shown or {}).get("order") or [row.response_a_id]
        pair = found[(a.pk, b.pk)] = Pair(
            a.pk, b.pk, list(example.messages), a.text, b.text, held_out=example.split == Split.HOLDOUT,
            first="a" if shown[0] == a.pk else "b", tags=tuple(example.tags),
            file=example.imported_in.filename if example.imported_in else "",
        )  # fmt: skip
    pair.labels[row.rater_id] = row.outcome if not turned else "b" if row.outcome == "a" else "a"
    pair.preferences.append(row.pk)
