"""The near end of the thread: the words a principle came from, ready to be shown beside it.

It reads rows that `with_words` has fetched, and asks for nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from feedback.models import (
    Article,
    Critique,
    Edit,
    Evidence,
    Example,
    Preference,
    Principle,
    PrincipleVersion,
    Rater,
    Response,
)

SOURCES = [
    "critique__rater", "critique__response__example",
    "preference__rater", "preference__response_a__example", "preference__response_b",
    "edit__rater", "edit__response__example", "edit__result",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Source:
    """One piece of feedback behind a principle. `kind` is kudos, critique, preference or rewrite."""

    number: int
    kind: str
    relation: str
    rater: Rater
    words: str
    example: Example
    response: Response
    other: Response | None = None
    withdrawn: bool = False

    @property
    def judged_by_a_person(self) -> bool:
        """Whether somebody with an account, or a name in a file, said it; not a model."""
        return self.rater.kind in {Rater.Kind.PERSON, Rater.Kind.IMPORTED}


def with_words(principles: QuerySet[Principle]) -> QuerySet[Principle]:
    """Principles with their wordings and the words they came from, in three queries however many there are."""
    wordings = PrincipleVersion.objects.select_related("written_by").order_by("number")
    return principles.select_related("made_by", "dropped_by").prefetch_related(
        Prefetch("versions", wordings), Prefetch("evidence", Evidence.objects.select_related(*SOURCES))
    )


def articles_with_words(articles: QuerySet[Article]) -> QuerySet[Article]:
    """The articles of a constitution with their evidence, in two queries."""
    evidence = Evidence.objects.select_related(*SOURCES)
    return articles.select_related("version__principle", "version__written_by").prefetch_related(
        Prefetch("version__principle__evidence", evidence)
    )


def sources_of(principle: Principle) -> list[Source]:
    """The evidence of a principle, numbered from 1."""
    return [source_of(row, number) for number, row in enumerate(principle.evidence.all(), 1)]


def source_of(evidence: Evidence, number: int) -> Source:
    """One piece of evidence as its words."""
    row = evidence.source
    relation = evidence.get_kind_display()
    gone = row.withdrawn_at is not None
    if isinstance(row, Critique):
        return Source(
            number=number, kind=row.polarity, relation=relation, rater=row.rater, words=row.text,
            example=row.response.example, response=row.response, withdrawn=gone,
        )  # fmt: skip
    if isinstance(row, Edit):
        return Source(
            number=number, kind="rewrite", relation=relation, rater=row.rater, words=row.reason,
            example=row.response.example, response=row.response, other=row.result, withdrawn=gone,
        )  # fmt: skip
    return preference_source(row, number, relation)


def preference_source(row: Preference, number: int, relation: str) -> Source:
    """A preference: the better response first, where there is one."""
    better, worse = row.chosen or row.response_a, row.rejected or row.response_b
    return Source(
        number=number, kind="preference", relation=relation, rater=row.rater, words=row.reason,
        example=row.response_a.example, response=better, other=worse, withdrawn=row.withdrawn_at is not None,
    )  # fmt: skip
