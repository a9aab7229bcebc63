"""What stands in the margin beside each article: votes, the newest test, its own record; and the ruler of versions.

A fixed number of queries, however many articles and versions there are.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.models import Article, Constitution, JobState, Motion, PrincipleVersion, Project, Trial, User, Vote
from feedback.principles.applying import Record
from feedback.principles.switching import own_records

TESTED = (Trial.Kind.RECONSTRUCTION, Trial.Kind.ICAI)
TESTS_BACK = 10


@dataclass(frozen=True, kw_only=True)
class Note:
    """The margin of one article. `votes` is None while the reader has one to give on an open motion about it."""

    votes: Counter[str] | None
    score: dict[str, Any] | None
    record: Record


@dataclass(frozen=True, kw_only=True)
class Mark:
    """One version on the ruler, with the share of its articles that it changed."""

    constitution: Constitution
    changed: int
    of: int

    @property
    def percent(self) -> int:
        """The share as the length of a line."""
        return round(100 * self.changed / self.of) if self.of else 0


def notes_for(project: Project, versions: Sequence[PrincipleVersion], *, reader: User) -> dict[int, Note]:
    """The margin of each wording. Four queries."""
    principles = [version.principle_id for version in versions]
    records, votes = own_records(versions), votes_by_principle(principles)
    asked = set(
        Motion.objects.filter(principle__in=principles, state__in=[Motion.State.OPEN, Motion.State.CHANGES])
        .values_list("principle", flat=True)
    )  # fmt: skip
    scores = newest_scores(project)
    return {
        version.pk: Note(
            votes=counted(votes[version.principle_id], asked=version.principle_id in asked, reader=reader),
            score=scores.get((version.principle.number, version.number)),
            record=records[version.pk],
        )
        for version in versions
    }


def votes_by_principle(principles: Iterable[int]) -> dict[int, dict[int | None, str]]:
    """The newest vote of each person on each principle. One query."""
    rows = Vote.objects.standing().by_people().filter(principle__in=principles).order_by("pk")
    found: dict[int, dict[int | None, str]] = defaultdict(dict)
    for principle, user, choice in rows.values_list("principle", "rater__user", "choice"):
        found[principle][user] = choice
    return found


def counted(votes: dict[int | None, str], *, asked: bool, reader: User) -> Counter[str] | None:
    """The votes by choice, unless the reader is still asked."""
    return None if asked and reader.pk not in votes else Counter(votes.values())


def newest_scores(project: Project) -> dict[tuple[int, int], dict[str, Any]]:
    """The newest line of a test against people's choices for each (principle, wording). One query."""
    rows = Trial.objects.filter(project=project, state=JobState.DONE, kind__in=TESTED).order_by("-number")
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for number, simulated, result in rows.values_list("number", "simulated", "result")[:TESTS_BACK]:
        for line in result.get("principles", []):
            if line.get("right", 0) + line.get("wrong", 0):
                said = {**line, "trial": number, "simulated": simulated, "decided": line["right"] + line["wrong"]}
                found.setdefault((line["number"], line.get("wording", 1)), said)
    return found


def ruler(project: Project, versions: Sequence[Constitution]) -> list[Mark]:
    """The versions, newest first, with how much each changed against the one before. One query."""
    rows = Article.objects.filter(constitution__project=project)
    articles: dict[int, dict[int, int]] = defaultdict(dict)
    for number, principle, wording in rows.values_list("constitution__number", "version__principle", "version"):
        articles[number][principle] = wording
    return [mark(one, articles[one.number - 1], articles[one.number]) for one in versions]


def mark(one: Constitution, before: dict[int, int], after: dict[int, int]) -> Mark:
    """One version against the one before."""
    either = before.keys() | after.keys()
    changed = sum(before.get(principle) != after.get(principle) for principle in either)
    return Mark(constitution=one, changed=changed, of=len(either))
