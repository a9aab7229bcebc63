"""Principles out of a file become drafts. What is there already, or was laid aside, is not taken in again."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db import transaction

from feedback.live import announce
from feedback.models import Principle, Project, User
from feedback.principles.clauses import Clause
from feedback.principles.clusters import plain
from feedback.principles.constitutions import add_version, lock_project, new_principle
from feedback.principles.laid_aside import laid_aside
from feedback.principles.wording import principle_sentence


@dataclass(frozen=True)
class Looked:
    """One principle of a file; `like` is the number of the one it says again, and `why` says how it stands."""

    clause: Clause
    like: int | None = None
    why: str = ""


@dataclass(frozen=True)
class Outlook:
    """What taking a file in would do."""

    rows: list[Looked] = field(default_factory=list)

    @property
    def new(self) -> list[Clause]:
        """Those that are not known yet."""
        return [row.clause for row in self.rows if row.like is None]

    @property
    def known(self) -> list[Looked]:
        """Those that would be left out."""
        return [row for row in self.rows if row.like is not None]


def look_at(project: Project, clauses: list[Clause]) -> Outlook:
    """Which principles of a file are new here. Four queries."""
    there = {plain(sentence): number for number, sentence in sentences_of(project)}
    aside = {plain(row.sentence): row for row in laid_aside(project)}
    rows: list[Looked] = []
    told: set[str] = set()
    for clause in clauses:
        words = plain(clause.sentence)
        if words in aside:
            rows.append(Looked(clause, aside[words].number, aside[words].told))
        elif words in there:
            rows.append(Looked(clause, there[words], f"it is principle {there[words]} already"))
        elif words in told:
            rows.append(Looked(clause, 0, "it stands twice in the file"))
        else:
            rows.append(Looked(clause))
        told.add(words)
    return Outlook(rows)


def sentences_of(project: Project) -> list[tuple[int, str]]:
    """The newest words of each principle that was not laid aside."""
    rows = project.principles.filter(dropped_at__isnull=True).prefetch_related("versions")
    return [(row.number, principle_sentence(list(row.versions.all())[-1])) for row in rows if row.versions.all()]


@transaction.atomic
def import_principles(project: Project, clauses: list[Clause], *, by: User | None) -> list[Principle]:
    """Take in what is new, as drafts with where they come from. The same file twice adds nothing."""
    project = lock_project(project)
    made = [taken_in(project, clause, by) for clause in look_at(project, clauses).new]
    if made:
        announce(project, "principles")
    return made


def taken_in(project: Project, clause: Clause, by: User | None) -> Principle:
    """One draft, in a locked project."""
    principle = new_principle(project, by=by, origin=Principle.Origin.IMPORTED)
    if clause.section:
        principle.section = clause.section[:60]
        principle.save(update_fields=["section"])
    add_version(
        principle, by=None, domain=clause.domain, effect=clause.effect, counter_examples=clause.counter_examples,
        critique_request=clause.critique_request, revision_request=clause.revision_request, weight=clause.weight,
    )  # fmt: skip
    return principle
