"""All feedback in one list with its filters, what experts think of it, and what it costs and how it is worded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from feedback.agreement.yields import wordings, yields
from feedback.capture.forms import form_of
from feedback.capture.quality import rate_feedback
from feedback.desk.blindness import keep_blind
from feedback.desk.listing import Listed, listed, objectives_of, quality_of, wanted_rows
from feedback.forms.listing import FORMATS, ONE, SOURCES, FeedbackFilter, QualityForm, WageForm
from feedback.models import Critique, Project, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, page_of, person, show

PAGE = "feedback_list/feedback_list.html"
QUALITY = "feedback_list/quality.html"
NUMBERS = "feedback_list/numbers.html"


@open_to(Role.VIEWER)
def feedback(request: HttpRequest, project: Project) -> HttpResponse:
    """The list, filtered and page by page."""
    form = FeedbackFilter(request.GET, objectives=all_objectives(project))
    rows = wanted_rows(project, form.wanted(), member=project.member)  # type: ignore[attr-defined]
    page = page_of(request, rows, size=50)
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form, "page": page, "rows": [told(one) for one in listed(page)], "query": query.urlencode(),
        "asked": any(query.values()),
    }  # fmt: skip
    return show(request, PAGE, "list", context)


@open_to(Role.REVIEWER)
@require_http_methods(["GET", "POST"])
def rate_quality(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002 - as in the address
    """Say how good somebody's feedback is."""
    critiques = Critique.objects.standing().filter(project=project)
    critique = get_object_or_404(critiques.select_related("rater", "response__example__project"), pk=id)
    keep_blind(project.member, critique.response_id)  # type: ignore[attr-defined]
    form = QualityForm(request.POST or None)
    row = carried_out(
        form, lambda said: rate_feedback(critique, score=said["score"], key=str(said["key"]), by=person(request))
    )
    if row is None:
        context = {"one": of_critique(critique), "form": form}
        return show(request, QUALITY, "quality", context, status=422 if form.is_bound else 200)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, f"{QUALITY}#worth", {"one": of_critique(critique), "is_rated": True})
    messages.success(request, _("Kept: what you think of this feedback."))
    return redirect("feedback", project.slug)


def of_critique(critique: Critique) -> dict[str, Any]:
    """A critique with what it is worth by now."""
    return told(Listed(critique.polarity, critique, *quality_of([critique.pk]).get(critique.pk, (None, 0))))


@open_to(Role.VIEWER)
def feedback_numbers(request: HttpRequest, project: Project) -> HttpResponse:
    """What a useful record costs by form, and how diverse and informative the wording is."""
    form = WageForm(request.GET)
    wage = form.cleaned_data["wage"] if form.is_valid() else None
    forms = dict(FORMATS)
    rows = [(forms[one.form], one, one.at(wage) if wage is not None else one.dollars_each) for one in yields(project)]
    names = {"all": _("everybody but simulated people"), **dict(SOURCES)}
    words = [(names[one.source], one) for one in wordings(project)]
    return render(request, NUMBERS, {"rows": rows, "words": words, "wage": form, "has_wage": wage is not None})


def all_objectives(project: Project) -> list[str]:
    """The objectives that feedback has, and those the form in force gives."""
    _number, definition = form_of(project)
    asked = {one.objective for one in (*definition.aspects, *definition.categories) if one.objective}
    return sorted(asked | set(objectives_of(project)))


def told(one: Listed) -> dict[str, Any]:
    """A row as the list shows it."""
    row = one.row
    return {
        "format": one.format, "label": ONE[one.format], "row": row, "example": one.example,
        "mean": one.quality, "raters": one.raters,
        "places": list(row.places.all()) if one.format == "ranking" else [],
    }  # fmt: skip
