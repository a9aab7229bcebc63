"""The near end of the thread: the words a principle came from, ready to be shown beside it.

It reads rows that `with_words` has fetched, and asks for nothing more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model, Prefetch, QuerySet
from django.utils.translation import gettext

from feedback.models import (
    Article,
    Critique,
    Edit,
    Evidence,
    Example,
    Group,
    Preference,
    Principle,
    PrincipleVersion,
    Ranking,
    Rater,
    Rating,
    Response,
    Span,
)
from feedback.principles.sources import ADJUDICATION, why_of

SOURCES = [
    "critique__rater", "critique__response__example",
    "preference__rater", "preference__response_a__example", "preference__response_b",
    "edit__rater", "edit__response__example", "edit__result",
    "span__rater", "span__response__example", "rating__rater", "rating__response__example", "group",
    "ranking__rater", "ranking__example",
]  # fmt: skip
# The comments of groups and the places of rankings, where there are any.
COMMENTS = ["group__critiques__rater", "group__critiques__response__example", "ranking__places__response"]
# What each kind of source needs beside it. A query for each kind there is costs less than one over twenty tables.
BESIDE: dict[type[Model], list[str]] = {
    Critique: ["rater", "response__example"],
    Preference: ["rater", "response_a__example", "response_b"],
    Edit: ["rater", "response__example", "result"],
    Span: ["rater", "response__example"],
    Rating: ["rater", "response__example"],
    Group: [],
    Ranking: ["rater", "example"],
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """One piece of feedback behind a principle. `kind` is kudos, critique, preference, rewrite, mark or decision.

    `marked` is the piece of the response it is about, `instead` what should stand there ("" where it should go).
    """

    number: int
    kind: str
    relation: str
    rater: Rater
    words: str
    example: Example
    response: Response
    other: Response | None = None
    marked: str = ""
    instead: str | None = None
    withdrawn: bool = False

    @property
    def judged_by_a_person(self) -> bool:
        """Whether somebody with an account, or a name in a file, said it; not a model."""
        return self.rater.kind in {Rater.Kind.PERSON, Rater.Kind.IMPORTED}


def with_words(principles: QuerySet[Principle]) -> QuerySet[Principle]:
    """Principles with their wordings and the words they came from, in a few queries however many there are."""
    wordings = PrincipleVersion.objects.select_related("written_by").order_by("number")
    return principles.select_related("made_by", "dropped_by").prefetch_related(
        Prefetch("versions", wordings), Prefetch("evidence", evidence_with_words())
    )


def evidence_with_words() -> QuerySet[Evidence]:
    """Evidence with all that is shown of it: a query for each kind of source that is there."""
    rows = {kind: kind._default_manager.select_related(*paths) for kind, paths in BESIDE.items()}
    sources = [Prefetch(str(kind._meta.model_name), found) for kind, found in rows.items()]
    return Evidence.objects.prefetch_related(*sources, *COMMENTS)


def articles_with_words(articles: QuerySet[Article]) -> QuerySet[Article]:
    """The articles of a constitution with their evidence, in a few queries."""
    evidence = evidence_with_words()
    return articles.select_related("version__principle", "version__written_by").prefetch_related(
        Prefetch("version__principle__evidence", evidence)
    )


def sources_of(principle: Principle) -> list[Source]:
    """The evidence of a principle, numbered from 1; a group stands as the comments in it."""
    rows = [one for row in principle.evidence.all() for one in feedback_in(row)]
    return [source_of(row, number, relation) for number, (row, relation) in enumerate(rows, 1)]


def feedback_in(evidence: Evidence) -> list[tuple[Any, str]]:
    """The pieces of feedback of a piece of evidence, with how each stands to the principle."""
    relation = str(evidence.get_kind_display()).lower()
    if evidence.group is None:
        return [(evidence.source, relation)]
    words = gettext("%(relation)s, in “%(group)s”") % {"relation": relation, "group": evidence.group.label}
    return [(row, words) for row in evidence.group.critiques.all()]


def source_of(row: Any, number: int, relation: str) -> Source:
    """One piece of feedback as its words."""
    if isinstance(row, Preference):
        return preference_source(row, number, relation)
    if isinstance(row, Ranking):
        return ranking_source(row, number, relation)
    about = {
        "number": number, "relation": relation, "rater": row.rater, "example": row.response.example,
        "response": row.response, "withdrawn": row.withdrawn_at is not None,
    }  # fmt: skip
    if isinstance(row, Critique):
        return Source(kind=row.polarity, words=row.words, **about)
    if isinstance(row, Span):
        words = f"{row.category}: {row.reason}" if row.reason else row.category
        return Source(kind="mark", words=words, marked=row.quote, instead=row.replacement, **about)
    if isinstance(row, Rating):
        return Source(kind="decision", words=f"{row}. {why_of(row)}".strip(), **about)
    return Source(kind="rewrite", words=row.reason, other=row.result, **about)


def preference_source(row: Preference, number: int, relation: str) -> Source:
    """A preference: the better response first, where there is one."""
    better, worse = row.chosen or row.response_a, row.rejected or row.response_b
    kind = "decision" if row.protocol == ADJUDICATION else "preference"
    return Source(
        number=number, kind=kind, relation=relation, rater=row.rater, words=row.reason,
        example=row.response_a.example, response=better, other=worse, withdrawn=row.withdrawn_at is not None,
    )  # fmt: skip


def ranking_source(row: Ranking, number: int, relation: str) -> Source:
    """A decision on an order: the best response, and the worst beside it."""
    placed = sorted(row.places.all(), key=lambda one: one.place)
    return Source(
        number=number, kind="decision", relation=relation, rater=row.rater, words=row.reason, example=row.example,
        response=placed[0].response, other=placed[-1].response, withdrawn=row.withdrawn_at is not None,
    )  # fmt: skip
