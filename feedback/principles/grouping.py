"""Sorting drafts and comments into groups: the same words, nearly the same, one topic. Each sorting is kept as a row.

It says which belong together and changes nothing else; see `merging` for what people do with a group of drafts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from feedback.errors import Refused
from feedback.live import announce
from feedback.llm.embed import Embedder, full_name, local
from feedback.models import Critique, Group, Grouping, Principle, PrincipleVersion, Project, Rater, Split, User
from feedback.principles.clusters import NEAR, TOPIC, exact, near, topics
from feedback.principles.vectors import vectors_of
from feedback.principles.wording import principle_sentence

MOST_COMMENTS = 1000
Found = list[tuple[str, list[int]]]


def group_drafts(
    project: Project, *, by: User | None, embedder: Embedder | None = None, topics_wanted: int | None = None
) -> Grouping:
    """Sort the drafts, and what is in force beside them. Raises `Refused` when there are not two."""
    versions = [one for one in newest_words(project) if one.principle.status in OPEN]  # type: ignore[attr-defined]
    if len(versions) < 2:
        raise Refused("Grouping takes at least two principles. There are not that many yet.")
    texts = [principle_sentence(one) for one in versions]
    drafted = {place for place, one in enumerate(versions) if one.principle.status == Principle.Status.DRAFTED}  # type: ignore[attr-defined]
    effects = [one.effect for one in versions]
    found = [one for one in groups_in(texts, embedder, topics_wanted, effects) if drafted & set(one[1])]
    rows = [one.principle for one in versions]
    return keep(project, Grouping.Of.DRAFTS, texts, rows, found, by=by, embedder=embedder, wanted=topics_wanted)


def group_comments(
    project: Project, *, by: User | None, embedder: Embedder | None = None, topics_wanted: int | None = None
) -> Grouping:
    """Sort what people said; praise and complaint apart, nothing that is held out. Raises `Refused` for under two."""
    rows = list(comments_of(project))
    if len(rows) < 2:
        raise Refused("Grouping takes at least two comments that may be learned from. There are not that many yet.")
    texts = [f"{row.text} {row.improve}".strip() for row in rows]
    found: Found = []
    for polarity in Critique.Polarity.values:
        places = [place for place, row in enumerate(rows) if row.polarity == polarity]
        there = groups_in([texts[place] for place in places], embedder, topics_wanted)
        found += [(kind, [places[place] for place in some]) for kind, some in there]
    return keep(project, Grouping.Of.COMMENTS, texts, rows, found, by=by, embedder=embedder, wanted=topics_wanted)


OPEN = (Principle.Status.DRAFTED, Principle.Status.ADOPTED)


def newest_words(project: Project) -> list[PrincipleVersion]:
    """The newest wording of each principle, by number; each principle has its `status`. Two queries."""
    rows = project.principles.with_status().order_by("number").prefetch_related("versions")
    found = []
    for row in rows:
        versions = sorted(row.versions.all(), key=lambda version: version.number)
        if versions:
            versions[-1].principle = row
            found.append(versions[-1])
    return found


def comments_of(project: Project) -> Any:
    """The comments a principle may be learned from, newest first."""
    rows = Critique.objects.standing().filter(project=project, rater__kind__in=[Rater.Kind.PERSON, Rater.Kind.IMPORTED])
    rows = rows.exclude(response__example__split=Split.HOLDOUT).exclude(Q(text="") & Q(improve=""))
    return rows.order_by("-pk")[:MOST_COMMENTS]


def groups_in(
    texts: Sequence[str], embedder: Embedder | None, wanted: int | None, effects: Sequence[str] | None = None
) -> Found:
    """(kind, places) of all groups of two and more. A wider kind that finds the very same group is left out.

    Principles with one domain are not near for that: what they ask for, their effects, has to be near as well.
    """
    vectors = vectors_of(texts, embedder=embedder)
    also = vectors_of(effects, embedder=embedder) if effects else None
    ways = (
        (Group.Kind.EXACT, exact(texts)),
        (Group.Kind.NEAR, near(effects or texts, vectors, also=also)),
        (Group.Kind.TOPIC, topics(vectors, groups=wanted)),
    )
    found: Found = []
    for kind, groups in ways:
        there = [set(places) for _, places in found]
        found += [(kind, places) for places in groups if len(places) > 1 and set(places) not in there]
    return found


@transaction.atomic
def keep(
    project: Project, of: str, texts: Sequence[str], rows: Sequence[Any], found: Found, *, by: User | None,
    embedder: Embedder | None, wanted: int | None,
) -> Grouping:  # fmt: skip
    """Write a sorting down. The earlier ones stay as they are."""
    parameters = {"near": NEAR, "topic": TOPIC, "topics": wanted}
    grouping = Grouping.objects.create(
        project=project, of=of, embedder=full_name(embedder or local()), parameters=parameters, made_by=by
    )
    for kind, places in found:
        group = Group.objects.create(grouping=grouping, kind=kind, label=label_of([texts[at] for at in places]))
        members = group.principles if of == Grouping.Of.DRAFTS else group.critiques
        members.set([rows[at] for at in places])
    announce(project, "principles")
    return grouping


def label_of(texts: Sequence[str]) -> str:
    """The shortest of them stands for all."""
    return min(texts, key=lambda text: (len(text), text))[:200]


def latest(project: Project, of: str) -> Grouping | None:
    """The newest sorting of its kind."""
    return Grouping.objects.filter(project=project, of=of).first()
