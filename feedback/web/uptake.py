"""Whether a later answer took in what was said of those it was made from: the words, what changed, a mark for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from feedback.capture.uptake import record_uptake
from feedback.desk.blindness import keep_blind
from feedback.errors import NotAllowed
from feedback.forms.uptake import UptakeForm
from feedback.models import Critique, Project, Response, Role, Uptake
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person

PAGE = "uptake/uptake.html"
DEEPEST = 20


@dataclass(frozen=True)
class Asked:
    """A piece of feedback, what people say became of it in the later answer, and the form for one's own word."""

    critique: Critique
    form: UptakeForm
    said: list[Uptake] = field(default_factory=list)
    own: Uptake | None = None


@open_to(Role.VIEWER)
def uptake(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """What was said of the answers before this one, and whether it did it."""
    rows = Response.objects.filter(example__project=project).select_related("example__project", "parent")
    response = get_object_or_404(rows, pk=id)
    before = ancestors_of(response)
    keep_blind(project.member, *(one.pk for one in before))  # type: ignore[attr-defined]
    if request.method == "POST":
        return mark(request, project, response, before)
    return render(request, PAGE, sight(request, response, before))


def mark(request: HttpRequest, project: Project, response: Response, before: Sequence[Response]) -> HttpResponse:
    """Store one mark. One's own last word on it is replaced."""
    if not project.member.may(Role.REVIEWER):  # type: ignore[attr-defined]
        raise NotAllowed("This needs the role reviewer; yours here is viewer.")
    number = request.POST.get("critique", "")
    critique = get_object_or_404(words_about(before), pk=int(number) if number.isdecimal() and len(number) < 18 else 0)
    form = UptakeForm(request.POST, auto_id=f"uptake-{critique.pk}-%s")
    done = carried_out(form, lambda said: store(request, critique, response, said))
    context = sight(request, response, before, refused=form if done is None else None)
    if request.htmx:  # type: ignore[attr-defined]
        one = next(one for one in context["asked"] if one.critique.pk == critique.pk)
        return render(request, f"{PAGE}#asked", {**context, "one": one}, status=200 if done else 422)
    return render(request, PAGE, context, status=422) if done is None else redirect("uptake", project.slug, response.pk)


def store(request: HttpRequest, critique: Critique, response: Response, said: dict[str, Any]) -> Uptake:
    """One's word on whether `response` did what `critique` says."""
    user, key = person(request), str(said["key"])
    own = Uptake.objects.standing().filter(critique=critique, response=response, rater__user=user).exclude(key=key)
    return record_uptake(
        critique, response, outcome=said["outcome"], note=said["note"], by=user, key=key, replaces=own.last()
    )


def sight(
    request: HttpRequest, response: Response, before: Sequence[Response], *, refused: UptakeForm | None = None
) -> dict[str, Any]:
    """All that the page shows. A fixed number of queries."""
    user = person(request)
    marks: dict[int, list[Uptake]] = {}
    for row in Uptake.objects.standing().filter(response=response).select_related("rater").order_by("pk"):
        marks.setdefault(row.critique_id, []).append(row)
    asked = []
    for critique in words_about(before):
        said = marks.get(critique.pk, [])
        own = next((row for row in said if row.rater.user_id == user.pk), None)
        form = refused if refused and refused.data.get("critique") == str(critique.pk) else empty_form(critique, own)
        blind = own is None and request.project.member.role == Role.REVIEWER  # type: ignore[attr-defined]
        asked.append(Asked(critique, form, [] if blind else said, own))
    return {"example": response.example, "response": response, "before": before[:1], "asked": asked}


def empty_form(critique: Critique, own: Uptake | None) -> UptakeForm:
    """The form with what one said before."""
    initial = {"critique": critique.pk, "key": uuid4()}
    initial |= {"outcome": own.outcome, "note": own.note} if own else {}
    return UptakeForm(initial=initial, auto_id=f"uptake-{critique.pk}-%s")


def ancestors_of(response: Response) -> list[Response]:
    """What it was made from, the nearest first; of an answer made from nothing, the ones there were before it."""
    found: list[Response] = []
    one = response.parent
    while one is not None and len(found) < DEEPEST:
        found.append(one)
        one = one.parent
    if found:
        return found
    earlier = Response.objects.filter(example=response.example_id, pk__lt=response.pk)
    return list(earlier.order_by("-pk")[:DEEPEST])


def words_about(responses: Sequence[Response]) -> Any:
    """Critiques and kudos of these that stand; not what a model suggested and nobody picked."""
    rows = Critique.objects.standing().filter(response__in=[one.pk for one in responses])
    rows = rows.exclude(protocol="suggested").select_related("rater", "response", "span")
    return rows.order_by("response_id", "pk")
