"""All examples, found by their words; and one example with everything said about it and what became of that."""

from __future__ import annotations

import json
from functools import reduce
from operator import add
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from feedback.desk.candidates import counted
from feedback.forms.judging import SearchForm
from feedback.models import Critique, Edit, Example, Preference, Project, Rating, Response, Role, Span, Split, User
from feedback.projects.access import open_to
from feedback.web.answering import page_of, person, show
from feedback.web.guidance import hints_shown
from feedback.web.next_questions import next_question
from feedback.web.reading_room import whole

PAGE = "examples/examples.html"


@open_to(Role.VIEWER)
def examples(request: HttpRequest, project: Project) -> HttpResponse:
    """The examples, filtered and page by page."""
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = page_of(request, listed(found(project, asked, person(request))), size=50)
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "rows": rows, "query": query.urlencode(), "asked": any(asked.values())}
    return show(request, PAGE, "list", context)


@open_to(Role.VIEWER)
def example(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One example: the conversation, its responses, what was said about them, and the thread from there."""
    row = get_object_or_404(project.examples.select_related("project"), number=number)
    context = whole(project, row, person(request), request.GET)
    guidance = what_helps(project, row, person(request), context)
    return show(request, "examples/example.html", "whole", {**context, **guidance})


def what_helps(project: Project, row: Example, user: User, context: dict[str, Any]) -> dict[str, Any]:
    """What to ask next, and hints; a reviewer from whom others' words are still kept sees only hints of their own."""
    blind = bool(project.member.role == Role.REVIEWER and (context["hidden"] or context["unjudged"]))  # type: ignore[attr-defined]
    return {
        "next": None if blind or row.split == Split.HOLDOUT else next_question(project, row),
        "hints": hints_shown(project, row, user, context["shown"], blind=blind),
    }


def found(project: Project, asked: dict[str, str], user: User) -> QuerySet[Example]:
    """The examples asked for."""
    rows: QuerySet[Example] = project.examples.order_by("number")
    if asked.get("q"):
        words = asked["q"].strip()
        typed = json.dumps(words, ensure_ascii=False)[1:-1]
        said = Response.objects.filter(example=OuterRef("pk"), text__icontains=words)
        rows = rows.filter(Q(messages__icontains=typed) | Q(Exists(said)))
    if asked.get("split"):
        rows = rows.filter(split=asked["split"])
    if asked.get("judged") == "me":
        rows = rows.filter(judged(user))
    elif asked.get("judged"):
        rows = rows.filter(judged()) if asked["judged"] == "yes" else rows.exclude(judged())
    if asked.get("refined"):
        rows = rows.filter(refined()) if asked["refined"] == "yes" else rows.exclude(refined())
    return rows


def listed(rows: QuerySet[Example]) -> QuerySet[Example]:
    """The examples with how many responses each has, how often they were judged, and whether one was refined."""
    responses = Response.objects.filter(example=OuterRef("pk"))
    numbers = [counted(standing(kind, path)) for kind, path in ABOUT]
    rows = rows.annotate(many=counted(responses), said=reduce(add, numbers))
    return rows.annotate(has_refined=refined())


ABOUT: list[tuple[Any, str]] = [
    (Rating, "response"), (Critique, "response"), (Span, "response"), (Edit, "response"), (Preference, "response_a"),
]  # fmt: skip


def standing(kind: Any, path: str, user: User | None = None) -> QuerySet[Any]:
    """Feedback of one kind on the outer example that stands."""
    rows: QuerySet[Any] = kind.objects.standing().filter(**{f"{path}__example": OuterRef("pk")})
    return rows.filter(rater__user=user) if user else rows


def judged(user: User | None = None) -> Q:
    """Whether anybody, or this person, said anything about one of its responses."""
    said = Q(pk__in=[])
    for kind, path in ABOUT:
        said |= Q(Exists(standing(kind, path, user)))
    return said


def refined() -> Exists:
    """Whether a run made a better answer to it."""
    return Exists(Response.objects.filter(example=OuterRef("pk"), origin=Response.Origin.REFINED))
