"""The same pair asked again, with what came or might come of each response beside it; and how often minds changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from feedback import tasks
from feedback.agreement.hindsight import changes_of_mind, reversals_of
from feedback.desk.hindsight import consequences_of, foretell, foretelling_of, write_consequence
from feedback.desk.queue import order_for
from feedback.errors import PreceptError, Refused
from feedback.forms.pairs import PairForm
from feedback.models import Preference, Project, Response, Role, Submission
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, page_of, person
from feedback.web.desk import desk_page, taken
from feedback.web.side_by_side import Question, filled, sight, standing, store, two

PAGE = "pairs/hindsight.html"


@open_to(Role.REVIEWER)
def hindsight(request: HttpRequest, project: Project, a: int, b: int) -> HttpResponse:
    """Ask again which of two is better, now that one sees what comes of each."""
    responses = two(project, a, b)
    order = order_for(person(request), *responses)
    first = standing(request, Question(order=order))
    if first is None:
        return redirect("pair", project.slug, *sorted([a, b]))
    question = Question(order=order, timing=Preference.Timing.HINDSIGHT)
    if request.method == "POST":
        return take_down(request, project, question, first)
    ask_for_missing(request, responses)
    return desk_page(request, PAGE, sight_of(request, project, question, first))


def take_down(request: HttpRequest, project: Project, question: Question, first: Preference) -> HttpResponse:
    """Store a consequence that was written, or the answer given in its light; then the next pair."""
    if "about" in request.POST:
        return write_down(request, project, question)
    form = filled(request, project, question)
    submission = carried_out(form, lambda said: store_again(request, project, question, form, first))
    if submission is None:
        return desk_page(request, PAGE, sight_of(request, project, question, first, form), status=422)
    return taken(request, project, submission, way="pairs")


def store_again(
    request: HttpRequest, project: Project, question: Question, form: PairForm, first: Preference
) -> Submission:
    """The second answer, with what had been shown before it. Raises `Refused` where nothing had."""
    seen = set(request.POST.getlist("seen"))
    shown = [
        {"id": row.pk, "response": row.response_id, "origin": row.origin, "simulated": row.simulated}
        for row in consequences_of(question.canonical).values()
        if str(row.pk) in seen
    ]
    if not shown:
        raise Refused("Nothing was shown yet of what comes of them. Wait for it, write it, or keep your first answer.")
    return store(request, project, question, form, consequences=shown, first=first.pk)


def write_down(request: HttpRequest, project: Project, question: Question) -> HttpResponse:
    """A consequence in a person's own words; then the page again with it."""
    about = {str(one.pk): one for one in question.canonical}.get(request.POST["about"])
    if about is None:
        raise Refused("It is not clear which of the two this came of. Load the page again.")
    write_consequence(about, text=request.POST.get("consequence", "")[:8000], by=person(request))
    return redirect("hindsight", project.slug, *question.ids)


def ask_for_missing(request: HttpRequest, responses: tuple[Response, Response]) -> None:
    """Have a model foretell what is not known. Where none may be asked, the page offers to write it."""
    known = consequences_of(responses)
    asked = foretelling_of(responses, by=person(request))
    for response in responses:
        if response.pk not in known and response.pk not in asked:
            try:
                tasks.ring_errand(foretell(response, by=person(request)))
            except PreceptError:
                return


def sight_of(
    request: HttpRequest, project: Project, question: Question, first: Preference, form: PairForm | None = None
) -> dict[str, Any]:
    """The two with what comes of each, and the first answer. Who wrote them stays hidden until the second."""
    context = sight(request, project, question, form)
    known = consequences_of(question.canonical)
    asked = foretelling_of(question.canonical, by=person(request))
    return {
        **context,
        "consequences": {one.pk: (known.get(one.pk), asked.get(one.pk)) for one in question.canonical},
        "first": first,
        "first_side": {question.order.first.pk: "left", question.order.second.pk: "right"}.get(
            first.chosen.pk if first.chosen else 0, ""
        ),
        "address": request.path,
        "about": "hindsight-{}-{}".format(*question.ids),
        "draft_name": f"hindsight-{context['draft_name']}",
        "receipt": None,
    }


@open_to(Role.VIEWER)
def reversals(request: HttpRequest, project: Project) -> HttpResponse:
    """How often people changed their minds when they saw what came of it. A reviewer's list holds their own."""
    own = None if project.member.may(Role.CURATOR) or not project.member.may(Role.REVIEWER) else person(request)  # type: ignore[attr-defined]
    page = page_of(request, changes_of_mind(project, by=own), size=25)
    return render(request, "pairs/reversals.html", {"found": reversals_of(project), "page": page, "own": own})
