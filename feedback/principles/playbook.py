"""The principles in force as a playbook of items (ACE): numbered, with how often each helped and harmed, within a room.

Counts are of two kinds and stand side by side: what people said of answers written under an item, and what a reflector
made of them. It also turns proposed deltas into findings. Changes nothing itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from feedback.llm.prompts import data_block
from feedback.llm.reflections import Delta
from feedback.models import Critique, Finding, Principle, PrincipleVersion, Project, Split, Trial
from feedback.principles.applying import record_of
from feedback.principles.compiling import tokens_of
from feedback.principles.constitutions import articles_in_force
from feedback.principles.findings import Found
from feedback.principles.laid_aside import laid_aside, like_one_of
from feedback.principles.wording import principle_sentence

Operation = Finding.Operation


@dataclass(frozen=True, kw_only=True)
class Item:
    """One principle in force: its counts by people and by the reflector together."""

    principle: Principle
    version: PrincipleVersion
    helped: int = 0
    harmed: int = 0

    @property
    def told(self) -> str:
        """As the curator of the playbook reads it."""
        return f"{principle_sentence(self.version)}\nhelped {self.helped}, harmed {self.harmed}"


@dataclass(frozen=True)
class Playbook:
    """All items in force, in their order."""

    items: list[Item] = field(default_factory=list)

    @cached_property
    def by_number(self) -> dict[int, Item]:
        """By the number of the principle."""
        return {one.principle.number: one for one in self.items}

    @property
    def tokens(self) -> int:
        """About how many tokens they take in a prompt."""
        return sum(tokens_of(principle_sentence(one.version)) for one in self.items)

    @property
    def material(self) -> str:
        """For a prompt."""
        return "\n".join(data_block(f"principle {number}", one.told) for number, one in self.by_number.items())


def playbook_of(project: Project, trial: Trial | None = None) -> Playbook:
    """The playbook as it stands; with what a trial that is not over yet has counted."""
    articles = articles_in_force(project)
    versions = [article.version for article in articles]
    principles = Principle.objects.in_bulk({one.principle_id for one in versions})
    people = record_of([one.pk for one in versions])
    helped, harmed = reflected(project, trial)
    return Playbook(
        [
            Item(
                principle=(principle := principles[one.principle_id]),
                version=one,
                helped=people[one.pk].helped + helped[principle.number],
                harmed=people[one.pk].harmed + harmed[principle.number],
            )
            for one in versions
        ]
    )


def reflected(project: Project, trial: Trial | None = None) -> tuple[Counter[int], Counter[int]]:
    """How often reflectors found each principle to help and to harm; an answer counts once, as it was read last."""
    rows = Trial.objects.filter(project=project, kind=Trial.Kind.REFLECT).order_by("pk")
    last: dict[int, dict[str, str]] = {}
    for result in [*rows.values_list("result", flat=True), trial.result if trial else {}]:
        last |= {one["response"]: one["uses"] for one in result.get("reflections", [])}
    said = [(int(number), outcome) for uses in last.values() for number, outcome in uses.items()]
    helped = Counter(number for number, outcome in said if outcome == "helped")
    return helped, Counter(number for number, outcome in said if outcome == "harmed")


def founded(
    trial: Trial, book: Playbook, deltas: Iterable[Delta], lessons: Sequence[dict[str, Any]], *, room: int
) -> tuple[list[Found], int]:
    """The deltas as findings, and how many could not be used: of unknown principles, or without words."""
    aside = laid_aside(trial.project)
    found, unusable = [], 0
    for delta in deltas:
        fields = fields_of(delta, book)
        if fields is None:
            unusable += 1
            continue
        room -= growth(delta, book)
        if known := like_one_of(aside, effect=delta.effect) if delta.operation == Operation.ADD else None:
            fields |= {"state": Finding.State.REJECTED, "reason": known.told[:300]}
        elif room < 0 and growth(delta, book) > 0:
            fields |= {"state": Finding.State.REJECTED, "reason": "There is no room for it in the principles' tokens."}
            room += growth(delta, book)
        answers = [lessons[number - 1]["response"] for number in delta.lessons if 0 < number <= len(lessons)]
        found.append(Found(words=delta.because, fields=fields, responses=answers, critiques=words_on(answers)))
    return found, unusable


def fields_of(delta: Delta, book: Playbook) -> dict[str, Any] | None:
    """The columns of a change, or None where it cannot be carried out."""
    words = {"operation": delta.operation, "domain": delta.domain, "effect": delta.effect}
    if delta.operation == Operation.ADD:
        return words if delta.effect else None
    item, into = book.by_number.get(delta.number), book.by_number.get(delta.into)
    if item is None or (delta.operation == Operation.REWORD and not delta.effect):
        return None
    if delta.operation == Operation.MERGE:
        return None if into is None or into is item else {**words, "principle": item.principle, "into": into.principle}
    return {**words, "principle": item.principle}


def growth(delta: Delta, book: Playbook) -> int:
    """By how many tokens the playbook would grow."""
    item = book.by_number.get(delta.number)
    gone = tokens_of(principle_sentence(item.version)) if item else 0
    new = tokens_of(f"{delta.domain}: {delta.effect}") if delta.effect else 0
    return new - gone


def words_on(responses: Sequence[int]) -> list[int]:
    """The comments by people on these answers, as evidence of what rests on them. One query."""
    rows = Critique.objects.standing().filter(response__in=responses, rater__kind__in=["person", "imported"])
    return list(rows.exclude(response__example__split=Split.HOLDOUT).values_list("pk", flat=True)[:40])
