"""All feedback of a project in one list: by format, objective, source, intended use and what its words are like.

It knows which tables there are and whose words a member may see, not how a row is shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Avg, CharField, Count, Q, QuerySet, Value

from feedback.capture.quality import ASPECT as QUALITY
from feedback.desk.blindness import judged_by
from feedback.models import (
    Critique,
    Demonstration,
    Edit,
    FollowUp,
    Hint,
    Member,
    Preference,
    Project,
    Pulse,
    Ranking,
    Rater,
    Rating,
    Response,
    Role,
    Span,
    Uptake,
)
from feedback.models.feedback import Feedback

SOURCES = {
    "person": (Rater.Kind.PERSON,),
    "model": (Rater.Kind.JUDGE, Rater.Kind.CHECK),
    "simulated": (Rater.Kind.SIMULATED,),
    "imported": (Rater.Kind.IMPORTED,),
}


@dataclass(frozen=True)
class Format:
    """One format of feedback: its table, which rows of it, the columns of responses it is about, those with words."""

    table: type[Feedback]
    which: Q = field(default_factory=Q)
    responses: tuple[str, ...] = ("response",)
    words: tuple[str, ...] = ()

    @property
    def path_to_example(self) -> str:
        """How to get to the example."""
        return f"{self.responses[0]}__example" if self.responses else "example"


FORMATS: dict[str, Format] = {
    "rating": Format(Rating, Q(critique__isnull=True)),
    "kudos": Format(Critique, Q(polarity="kudos"), words=("text", "improve")),
    "critique": Format(Critique, Q(polarity="critique"), words=("text", "improve")),
    "span": Format(Span, words=("quote", "reason")),
    "preference": Format(Preference, responses=("response_a", "response_b"), words=("reason",)),
    "ranking": Format(Ranking, responses=(), words=("reason",)),
    "edit": Format(Edit, words=("reason", "result__text")),
    "follow-up": Format(FollowUp, words=("says",)),
    "pulse": Format(Pulse),
    "demonstration": Format(Demonstration, responses=(), words=("result__text",)),
    "hint": Format(Hint, responses=(), words=("text",)),
    "uptake": Format(Uptake, words=("note",)),
    "quality": Format(Rating, Q(critique__isnull=False)),
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which feedback is asked for; what is empty does not matter."""

    format: str = ""
    objective: str | None = None
    source: str = ""
    use: str = ""
    looks: str = ""
    informative: bool | None = None
    words: str = ""


@dataclass(frozen=True)
class Listed:
    """One row of feedback of the list. `quality` is the mean of what others thought of it (1 to 5) and of how many."""

    format: str
    row: Any
    quality: float | None = None
    raters: int = 0

    @property
    def example(self) -> Any:
        """The example it is about."""
        found = self.row
        for step in FORMATS[self.format].path_to_example.split("__"):
            found = getattr(found, step)
        return found


def wanted_rows(project: Project, wanted: Wanted, *, member: Member) -> QuerySet[Any]:
    """(when, number, format) of everything that fits and that the member may see, newest first. One query, lazy."""
    may_see = None if member.role != Role.REVIEWER else judged_by(member.user, project.pk)
    names = [wanted.format] if wanted.format in FORMATS else list(FORMATS)
    if wanted.looks or wanted.informative is not None:
        names = [name for name in names if FORMATS[name].table is Critique] or ["critique"]
    parts = [part(name, project, wanted, member, may_see) for name in names]
    return parts[0].union(*parts[1:], all=True).order_by("-created_at", "-pk")


def part(name: str, project: Project, wanted: Wanted, member: Member, may_see: set[int] | None) -> QuerySet[Any]:
    """The rows of one format."""
    one = FORMATS[name]
    rows = one.table._default_manager.standing().filter(one.which, project=project)
    if wanted.objective is not None:
        rows = rows.filter(objective=wanted.objective)
    if wanted.source in SOURCES:
        rows = rows.filter(rater__kind__in=SOURCES[wanted.source])
    if wanted.use:
        rows = rows.filter(use=wanted.use)
    if wanted.looks:
        rows = rows.filter(looks__in=[wanted.looks, Critique.Looks.BOTH])
    if wanted.informative is not None:
        rows = rows.filter(informative=wanted.informative)
    if wanted.words:
        rows = rows.filter(with_words(one, wanted.words))
    if may_see is not None:
        rows = rows.filter(open_to_reviewer(one, member, may_see))
    return rows.order_by().annotate(format=Value(name, CharField())).values_list("created_at", "pk", "format")


def with_words(one: Format, words: str) -> Q:
    """Rows in whose words these stand; none of a format without words."""
    found = Q(pk__in=[])
    for column in one.words:
        found |= Q(**{f"{column}__icontains": words})
    return found


def open_to_reviewer(one: Format, member: Member, may_see: set[int]) -> Q:
    """One's own rows, and others' on what one has judged; what is about a whole example only one's own."""
    own = Q(rater__user=member.user)
    if not one.responses:
        return own
    judged = Q()
    for column in one.responses:
        judged &= Q(**{f"{column}_id__in": may_see})
    return own | judged


def listed(found: Iterable[tuple[Any, int, str]]) -> list[Listed]:
    """The rows of one page with all that is shown of them. One query a format, and one for what they are worth."""
    places = [(name, number) for _when, number, name in found]
    rows: dict[tuple[str, int], Any] = {}
    for name in {name for name, _number in places}:
        one = FORMATS[name]
        related = ["rater", f"{one.path_to_example}", *(["result"] if one.table in {Edit, Demonstration} else [])]
        related += ["critique"] if name in {"quality", "uptake"} else []
        numbers = [number for other, number in places if other == name]
        many = one.table._default_manager.filter(pk__in=numbers).select_related(*related)
        if one.table is Ranking:
            many = many.prefetch_related("places")
        rows |= {(name, row.pk): row for row in many}
    worth = quality_of([number for name, number in places if name in {"kudos", "critique"}])
    return [
        Listed(
            name, rows[name, number], *(worth.get(number, (None, 0)) if name in {"kudos", "critique"} else (None, 0))
        )
        for name, number in places
    ]


def quality_of(critiques: Sequence[int]) -> dict[int, tuple[float | None, int]]:
    """What people thought of pieces of feedback: the mean of 1 to 5 and how many said so."""
    if not critiques:
        return {}
    rows = Rating.objects.standing().filter(critique__in=critiques, aspect=QUALITY, cannot_judge=False).order_by()
    counted = rows.values("critique").annotate(mean=Avg("score"), raters=Count("rater", distinct=True))
    return {row["critique"]: (row["mean"], row["raters"]) for row in counted}


def objectives_of(project: Project) -> list[str]:
    """The objectives that any feedback of a project has, in order. One query."""
    tables = {one.table for one in FORMATS.values()}
    parts = [
        table._default_manager.filter(project=project).exclude(objective="").order_by().values_list("objective")
        for table in sorted(tables, key=lambda table: table.__name__)
    ]
    return sorted({name for (name,) in parts[0].union(*parts[1:])})


def response_of(row: Any) -> Response | None:
    """The response a row is about; None where it is about a whole example."""
    found = getattr(row, "response", None) or getattr(row, "response_a", None)
    return found if isinstance(found, Response) else None
