"""All responses to one example in an order: dragged, moved by keys, or given places. Blind, in each person's order."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from feedback.capture.definition import Definition
from feedback.capture.forms import form_of
from feedback.capture.rankings import record_ranking
from feedback.desk.candidates import ASKED_ABOUT
from feedback.desk.queue import in_own_order, ranking_progress
from feedback.desk.submitting import submit
from feedback.errors import Refused
from feedback.forms.ranking import RankingForm, initial_places
from feedback.models import Example, Project, Ranking, Response, Role, Submission
from feedback.models.feedback import Feedback
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person
from feedback.web.asked import Asked, ask, open_seal
from feedback.web.desk import claimed_slot, desk_page, said_key, taken
from feedback.web.dialogue import dialogue_of

PAGE = "ranking/rank.html"
MOST = 20


@open_to(Role.REVIEWER)
def rank(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Put the responses of an example in order, ties allowed."""
    example = get_object_or_404(project.examples.select_related("project"), number=number)
    responses = in_own_order(person(request), rankable(example))
    if len(responses) < 2:
        raise Http404("There is nothing to rank.")
    if request.method == "POST":
        return take_down(request, project, example, responses)
    return desk_page(request, PAGE, sight(request, project, example, responses))


def take_down(request: HttpRequest, project: Project, example: Example, responses: list[Response]) -> HttpResponse:
    """Store the order; then the next piece of work."""
    form = RankingForm(request.POST, responses=responses, definition=form_of(project)[1])
    submission = carried_out(form, lambda said: store(request, project, example, form))
    if submission is None:
        return desk_page(request, PAGE, sight(request, project, example, responses, form), status=422)
    return taken(request, project, submission, way="rankings")


def store(request: HttpRequest, project: Project, example: Example, form: RankingForm) -> Submission:
    """Take the order down, in place of the one that stands."""
    said, user = form.cleaned_data, person(request)
    asked = opened(request, project, form.responses, said["seal"])
    key = said_key(request, asked)
    replaced = standing(request, example)

    def record(submission: Submission) -> list[Feedback]:
        return [record_ranking(
            example, form.places, by=user, reason=said["reason"], aspect=said["aspect"] or "overall", key=f"{key}:rank",
            seconds=asked.seconds, shown={"order": asked.order, "blind": replaced is None}, form_version=asked.form,
            submission=submission, replaces=replaced,
        )]  # fmt: skip

    return submit(project, by=user, key=key, page=request.path, slot=asked.slot, record=record)


def rankable(example: Example) -> list[Response]:
    """The responses that are ranked: those people are asked about, the first twenty."""
    rows = example.responses.filter(origin__in=ASKED_ABOUT).select_related("example__project", "author")
    return list(rows.order_by("pk")[:MOST])


def standing(request: HttpRequest, example: Example) -> Ranking | None:
    """This person's order that stands."""
    rows = Ranking.objects.standing().filter(example=example, rater__user=person(request))
    return rows.prefetch_related("places").last()


def sight(
    request: HttpRequest, project: Project, example: Example, responses: list[Response], form: RankingForm | None = None
) -> dict[str, Any]:
    """All that the page shows; who wrote what only to one who has ranked them."""
    ranked = standing(request, example)
    number, definition = form_of(project)
    slot = claimed_slot(request, project, example=example.pk)
    return {
        "example": example,
        "dialogue": dialogue_of(responses[0]),
        "form": form or empty_form(responses, definition, ranked),
        "ranked": ranked,
        "blind": ranked is None,
        "slot": slot,
        "seal": kept_seal(request, project, responses) or sealed(request, project, responses, slot, number),
        "address": request.get_full_path(),
        "about": f"ranking-{example.number}",
        "draft_name": f"rank-{example.number}-{ranked.pk if ranked else 0}",
        "way": "rankings",
        "progress": None if slot else ranking_progress(project, by=person(request)),
    }


def empty_form(responses: list[Response], definition: Definition, ranked: Ranking | None) -> RankingForm:
    """The form before anything is placed, or with the order that stands: best first."""
    if ranked is None:
        return RankingForm(responses=responses, definition=definition)
    places = {place.response_id: place.place for place in ranked.places.all()}
    last = len(responses)
    responses = sorted(responses, key=lambda one: places.get(one.pk, last))
    initial = {**initial_places(places), "reason": ranked.reason, "aspect": ranked.aspect}
    return RankingForm(responses=responses, definition=definition, initial=initial)


def sealed(request: HttpRequest, project: Project, responses: list[Response], slot: int | None, number: int) -> str:
    """The question as one word."""
    shown = [one.pk for one in responses]
    return ask(project, person(request), sorted(shown), order=shown, slot=slot, form=number).seal


def opened(request: HttpRequest, project: Project, responses: list[Response], seal: str) -> Asked:
    """The seal of this very question."""
    asked = open_seal(seal, project, person(request))
    if asked.responses != sorted(one.pk for one in responses):
        raise Refused("These are not the responses that were shown. Nothing was stored; load the page again.")
    return asked


def kept_seal(request: HttpRequest, project: Project, responses: list[Response]) -> str:
    """The seal that was sent, when it is whole and the form comes back with mistakes."""
    seal = request.POST.get("seal", "")
    try:
        return seal if seal and opened(request, project, responses, seal) else ""
    except Refused:
        return ""
