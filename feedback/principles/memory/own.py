"""A person's own memory: what they said again and again, and what they want remembered. Theirs to read and to delete.

It is made of their own words alone, without a model, and stands only beside what they ask a model for. Nobody else is
shown it, and deleting really deletes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from feedback.errors import Refused
from feedback.models import Critique, Experience, Project, Split, User
from feedback.principles.clusters import topics
from feedback.principles.fitting import dot, sparse
from feedback.principles.memory.entries import own_entries
from feedback.principles.memory.keeping import words
from feedback.principles.vectors import vectors_of

Tier, Kind = Experience.Tier, Experience.Kind
MOST_WORDS = 400
LEAST = 2
AT_ONCE = 8
ALIKE = 0.35
PRAISES, ASKS = "praises", "asks for"


@dataclass(frozen=True)
class Habit:
    """Something a person said several times: the most telling of their words, and how often they said the like."""

    text: str
    times: int
    good: bool


def remember(
    user: User, *, explanation: str, condition: str = "", project: Project | None = None, taxonomy: str = ""
) -> Experience:
    """Keep something for a person, by themselves; without a project it holds everywhere."""
    return Experience.objects.create(
        tier=Tier.PERSON, user=user, kind=Kind.LESSON, level="task" if condition else "general", project=project,
        condition=words(condition, may_be_empty=True), explanation=words(explanation), taxonomy=taxonomy,
        approved_by=user, approved_at=timezone.now(),
    )  # fmt: skip


@transaction.atomic
def learn_habits(user: User, project: Project) -> int:
    """Keep what this person said several times in a project, as entries that wait for their word; how many are new."""
    there = set(own_entries(user).filter(project=project).values_list("explanation", flat=True))
    fresh = [one for one in habits(user, project) if sentence_of(one) not in there]
    Experience.objects.bulk_create(
        Experience(
            tier=Tier.PERSON, user=user, kind=Kind.LESSON, level="general", project=project, won=one.good,
            explanation=sentence_of(one), taxonomy=PRAISES if one.good else ASKS,
        )
        for one in fresh
    )  # fmt: skip
    return len(fresh)


def habits(user: User, project: Project) -> list[Habit]:
    """What a person said at least twice, the most frequent first. Held-out examples aside. Three queries at most."""
    rows = Critique.objects.standing().filter(project=project, rater__user=user)
    rows = rows.exclude(response__example__split=Split.HOLDOUT).order_by("-pk")[:MOST_WORDS]
    found: list[Habit] = []
    by_side: dict[bool, list[str]] = {True: [], False: []}
    for row in rows:
        by_side[row.polarity == Critique.Polarity.KUDOS].append(row.improve or row.words)
    for good, said in by_side.items():
        vectors = vectors_of(said) if said else []
        for places in topics(vectors, threshold=ALIKE) if said else []:
            if len(places) >= LEAST:
                middle = central([vectors[place] for place in places])
                found.append(Habit(said[places[middle]], len(places), good))
    return sorted(found, key=lambda one: -one.times)[:AT_ONCE]


def central(vectors: Sequence[Sequence[float]]) -> int:
    """The place of the one that is most like all others."""
    thin = [sparse(vector) for vector in vectors]
    return max(range(len(vectors)), key=lambda place: (sum(dot(thin[place], other) for other in vectors), -place))


def sentence_of(habit: Habit) -> str:
    """A habit as an entry says it."""
    return habit.text.strip()


@transaction.atomic
def use_own(entries: Iterable[Experience], *, by: User) -> int:
    """Say that these of one's own may be used; how many could not before."""
    ids = [row.pk for row in entries]
    return Experience.objects.filter(pk__in=ids, tier=Tier.PERSON, user=by, approved_at__isnull=True).update(
        approved_by=by, approved_at=timezone.now()
    )


@transaction.atomic
def forget(entries: Iterable[Experience], *, by: User) -> int:
    """Delete entries of one's own, with all that tells where they were used; how many there were."""
    ids = {row.pk for row in entries}
    mine = Experience.objects.filter(tier=Tier.PERSON, user=by, pk__in=ids)
    count = mine.count()
    if count != len(ids):
        raise Refused("One deletes from one's own memory alone.")
    Experience.objects.filter(tier=Tier.PERSON, user=by, merged_into__in=mine).delete()
    mine.delete()
    return count
