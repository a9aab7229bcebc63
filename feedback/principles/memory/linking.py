"""The memory as a graph: what was understood, what was asked, what happened; walked both ways (G-Memory).

    around_principle(principle)    principle → its examples → what people said there, condensed, and what was learned
    around_example(example)        example → the principles and lessons it led to, and the examples it is like

Condensed evidence is a person's own sentence, the one most like all others, with how many said the like. Reads only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Q

from feedback.models import Critique, Evidence, Example, Experience, Principle, PrincipleVersion, Project, Split
from feedback.principles.applying import PEOPLE
from feedback.principles.compiling import LEARNED_FROM
from feedback.principles.fitting import dot, sparse
from feedback.principles.memory.entries import entries_for
from feedback.principles.memory.own import central
from feedback.principles.vectors import vectors_of

MOST = 40
LIKE = 0.25
MOST_LIKE = 6
KNOWN = 150
ORDER = ("lesson", "change", "case")


Worded = tuple[Principle, PrincipleVersion]


@dataclass(frozen=True)
class Gist:
    """What people said of one example's answers in a sentence of theirs."""

    critique: Critique
    kudos: int
    critiques: int


@dataclass
class Asked:
    """An example with what happened there and what was learned from it."""

    example: Example
    gist: Gist | None = None
    entries: list[Experience] = field(default_factory=list)
    principles: list[Worded] = field(default_factory=list)
    likeness: float = 0.0


def around_principle(principle: Principle) -> list[Asked]:
    """The examples behind a principle, each with its gist and what was learned there. A fixed number of queries."""
    ids = example_ids(Evidence.objects.filter(principle=principle))
    entries = entries_for(principle.project).filter(retired_at__isnull=True)
    ids |= set(entries.filter(principle=principle, example__isnull=False).values_list("example", flat=True))
    return told(principle.project, ids)


def loose_entries(principle: Principle) -> list[Experience]:
    """What was learned under a principle at no example that is kept."""
    rows = entries_for(principle.project).filter(principle=principle, example__isnull=True, retired_at__isnull=True)
    return list(rows[:MOST])


def around_example(example: Example) -> Asked:
    """One example with its gist, what was learned there and the principles it stands behind."""
    return told(example.project, {example.pk})[0]


def like(example: Example) -> list[Asked]:
    """The examples that are asked most alike and of which something is known, the likest first."""
    known = Example.objects.filter(project=example.project).exclude(pk=example.pk).exclude(split=Split.HOLDOUT)
    rows = list(known.filter(responses__critiques__isnull=False).distinct().order_by("-pk")[:KNOWN])
    vectors = vectors_of([example.request, *(row.request for row in rows)])
    own = sparse(vectors[0])
    ranked = sorted(
        ((dot(own, vector), row) for vector, row in zip(vectors[1:], rows, strict=True)), key=lambda pair: -pair[0]
    )
    near = {row.pk: likeness for likeness, row in ranked[:MOST_LIKE] if likeness >= LIKE}
    found = told(example.project, near)
    for one in found:
        one.likeness = near[one.example.pk]
    return sorted(found, key=lambda one: -one.likeness)


def told(project: Project, ids: Collection[int]) -> list[Asked]:
    """Examples with all that hangs on them; none that is held out. Five queries."""
    rows = Example.objects.filter(project=project, pk__in=list(ids)).exclude(split=Split.HOLDOUT)[:MOST]
    found = {row.pk: Asked(row) for row in rows}
    for gist_of, gist in gists(found).items():
        found[gist_of].gist = gist
    hanging = entries_for(project).filter(example__in=found, retired_at__isnull=True)
    for entry in sorted(hanging, key=lambda one: (ORDER.index(one.kind), one.pk)):
        found[entry.example_id or 0].entries.append(entry)
    for pk, principles in principles_at(project, found).items():
        found[pk].principles = principles
    return list(found.values())


def gists(example_ids: Collection[int]) -> dict[int, Gist]:
    """What people said at each of these examples, condensed. Three queries at most."""
    rows = Critique.objects.standing().filter(response__example__in=list(example_ids), rater__kind__in=PEOPLE)
    said: dict[int, list[Critique]] = {}
    for row in rows.select_related("response", "rater").order_by("pk"):
        said.setdefault(row.response.example_id, []).append(row)
    vectors = iter(vectors_of([row.words for one in said.values() for row in one]))
    found = {}
    for pk, one in said.items():
        own = [next(vectors) for _ in one]
        kudos = sum(row.polarity == Critique.Polarity.KUDOS for row in one)
        found[pk] = Gist(one[central(own)], kudos, len(one) - kudos)
    return found


def principles_at(project: Project, example_ids: Collection[int]) -> dict[int, list[Worded]]:
    """The principles for which something said at these examples is evidence. Two queries."""
    touched = Q()
    for path in LEARNED_FROM:
        touched |= Q(**{f"{path}__in": list(example_ids)})
    rows = Evidence.objects.filter(touched, principle__project=project, principle__dropped_at__isnull=True)
    pairs = [
        (example, principle)
        for principle, *examples in rows.values_list("principle_id", *(f"{path}_id" for path in LEARNED_FROM))
        for example in examples
        if example in example_ids
    ]
    there = {row.pk: (row, words) for row, words in with_words({principle for _, principle in pairs})}
    found: dict[int, list[Worded]] = {}
    for example, principle in dict.fromkeys(pairs):
        found.setdefault(example, []).extend([there[principle]] if principle in there else [])
    return found


def with_words(principle_ids: Iterable[int]) -> list[Worded]:
    """Principles with the wordings they have now."""
    rows = Principle.objects.filter(pk__in=list(principle_ids), versions__isnull=False).distinct()
    return [(row, list(row.versions.all())[-1]) for row in rows.prefetch_related("versions").order_by("number")]


def example_ids(evidence: Iterable[Evidence]) -> set[int]:
    """The examples at which evidence was given. One query."""
    columns = [f"{path}_id" for path in LEARNED_FROM]
    rows = evidence.values_list(*columns)  # type: ignore[attr-defined]
    return {pk for row in rows for pk in row if pk is not None}
