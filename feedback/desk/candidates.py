"""Everything that can be asked about, as queries: responses, pairs of them, refined answers beside their originals.

Holdout examples are never among the first two: words about them would become principles, and they must stay unseen.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.aggregates import Count
from django.db.models.functions import MD5, Cast, Coalesce, Concat

from feedback.models import (
    Critique,
    Edit,
    Errand,
    Preference,
    Project,
    Ranking,
    Rating,
    Response,
    Run,
    RunItem,
    Span,
    Split,
    User,
)  # fmt: skip

REFINED_PROTOCOL = "refined-vs-original"
ASKED_ABOUT = (Response.Origin.IMPORTED, Response.Origin.GENERATED)
# What a model says on an errand judges nothing for people; nor does one question of a criterion judge an answer.
MADE_UP = ("suggested", "shadow", "synthetic-edit", "criterion")
# What came of one person's talk with a model is theirs to judge; nobody else is asked about it.
TALKED = Q(origin=Response.Origin.GENERATED, parent__isnull=False)
# The same holds for what came of a talk in the playground, and of every run of it.
REPLIES = Errand.objects.filter(kind=Errand.Kind.REPLY)
Rows = QuerySet[Any]


def responses(project: Project) -> Rows:
    """Responses a person can be asked to judge."""
    rows: Rows = Response.objects.filter(example__project=project, origin__in=ASKED_ABOUT)
    return (
        rows.exclude(example__split=Split.HOLDOUT)
        .exclude(TALKED)
        .exclude(Exists(REPLIES.filter(result=OuterRef("pk"))))
    )


def pairs(project: Project) -> Rows:
    """Pairs of such responses to one example: a response with `first` and, as `second`, a later one beside it."""
    rows = responses(project).filter(example__responses__gt=F("pk"), example__responses__origin__in=ASKED_ABOUT)
    return rows.annotate(first=F("pk"), second=F("example__responses"))


def rankable(project: Project) -> Rows:
    """Examples with three such responses or more: what can be put in order."""
    asked = Q(responses__origin__in=ASKED_ABOUT)
    rows: Rows = project.examples.exclude(split=Split.HOLDOUT).annotate(several=Count("responses", filter=asked))
    return rows.filter(several__gte=3).exclude(Exists(REPLIES.filter(example=OuterRef("pk"))))


def is_ranked(user: User) -> Q:
    """Whether this person has put the responses of the outer example in order."""
    return Q(Exists(Ranking.objects.standing().filter(example=OuterRef("pk"), rater__user=user)))


def refined_pairs(project: Project, run: Run | None = None) -> Rows:
    """Finished items of runs whose result says something else than what they started from."""
    rows: Rows = RunItem.objects.filter(run__project=project, state=RunItem.State.DONE, result__isnull=False)
    rows = rows.exclude(result__content_hash=F("start__content_hash"))
    return (rows.filter(run=run) if run else rows).annotate(first=F("start"), second=F("result"))


def judgements(kind: Any, user: User | None = None) -> Rows:
    """Standing feedback of one kind on the outer response, by anybody or by this person."""
    rows: Rows = kind.objects.standing().filter(response=OuterRef("pk")).exclude(protocol__in=MADE_UP)
    rows = rows.exclude(scope=Critique.Scope.PAIR) if kind is Critique else rows
    return rows.filter(rater__user=user) if user else rows


def is_judged(user: User | None = None) -> Q:
    """Whether the outer response has a rating, a critique, a mark or an edit, by anybody or by this person."""
    found = [Q(Exists(judgements(kind, user))) for kind in (Rating, Critique, Span, Edit)]
    return found[0] | found[1] | found[2] | found[3]


def preferences(user: User | None = None, *, protocol: str = "") -> tuple[Rows, Rows]:
    """Standing preferences between the outer `first` and `second`, and those between `second` and `first`.

    Two queries, since PostgreSQL can hash each of them but has to walk one that allows both ways for every pair.
    """
    rows: Rows = Preference.objects.standing()
    rows = rows.filter(protocol=protocol) if protocol else rows
    rows = rows.filter(rater__user=user) if user else rows
    same = rows.filter(response_a=OuterRef("first"), response_b=OuterRef("second"))
    turned = rows.filter(response_a=OuterRef("second"), response_b=OuterRef("first"))
    return same, turned


def is_compared(user: User | None = None, *, protocol: str = "") -> Q:
    """Whether the outer pair has been compared, whichever way round, by anybody or by this person."""
    same, turned = preferences(user, protocol=protocol)
    return Q(Exists(same)) | Q(Exists(turned))


def is_not_compared(user: User | None = None, *, protocol: str = "") -> Q:
    """The opposite, written so that each way round is an anti-join."""
    same, turned = preferences(user, protocol=protocol)
    return Q(~Exists(same)) & Q(~Exists(turned))


def counted(rows: Rows) -> Coalesce:
    """How many rows a correlated query finds."""
    number = rows.order_by().annotate(_all=Value(1)).values("_all").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(number, output_field=IntegerField()), 0)


def own_order(user: User, *names: str) -> MD5:
    """An order of these columns that is this person's own and always the same."""
    parts: list[Any] = [Value(f"{user.pk}")]
    for name in names:
        parts += [Value("-"), Cast(name, CharField())]
    return MD5(Concat(*parts, output_field=CharField()))
