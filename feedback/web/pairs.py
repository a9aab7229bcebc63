"""Two responses, or two whole dialogues, side by side: which is better, and how much. Blind, in each person's order."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from feedback.capture.forms import form_of
from feedback.desk.queue import order_for, pair_progress
from feedback.models import Preference, Project, Role, Submission
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person
from feedback.web.desk import claimed_slot, desk_page, file_sent, taken
from feedback.web.ranking import rankable
from feedback.web.side_by_side import VIEW_COOKIE, Question, filled, sight, store, two

PAGE = "pairs/pair.html"
A_YEAR = 365 * 24 * 60 * 60


@open_to(Role.REVIEWER)
def pairs(request: HttpRequest, project: Project) -> HttpResponse:
    """To the next pair for this person."""
    after = request.GET.get("after", "")
    keep = f"&after={after}" if after.isdecimal() else ""
    return redirect(f"{reverse('desk', args=[project.slug])}?way=pairs{keep}")


@open_to(Role.REVIEWER)
def pair(request: HttpRequest, project: Project, a: int, b: int) -> HttpResponse:
    """Compare two responses to one example."""
    first, second = two(project, a, b)
    slot = claimed_slot(request, project, a, b)
    question = Question(order=order_for(person(request), first, second), slot=slot)
    if request.method == "POST":
        return take_down(request, project, question)
    answer = desk_page(request, PAGE, page_of(request, project, question))
    if "view" in request.GET:
        answer.set_cookie(VIEW_COOKIE, request.GET["view"][:10], max_age=A_YEAR, samesite="Lax")
    return answer


def take_down(request: HttpRequest, project: Project, question: Question) -> HttpResponse:
    """Store the answer; then the next pair, or the same one again with what came of each."""
    form = filled(request, project, question)
    submission = carried_out(form, lambda said: store(request, project, question, form))
    if submission is None:
        context = {**page_of(request, project, question), "form": form}
        return desk_page(request, PAGE, context, status=422)
    if form_of(project)[1].hindsight and not request.headers.get("X-Outbox"):
        return in_hindsight(request, project, question, submission)
    return taken(request, project, submission, way="pairs")


def in_hindsight(request: HttpRequest, project: Project, question: Question, submission: Submission) -> HttpResponse:
    """On to what came of each, where the same is asked again."""
    file_sent(request, submission)
    address = reverse("hindsight", args=[project.slug, *question.ids])
    return HttpResponseRedirect(f"{address}?after={submission.pk}")


def page_of(request: HttpRequest, project: Project, question: Question) -> dict[str, object]:
    """All that the page shows. Where hindsight follows, the answer goes the plain way: the next page belongs to it."""
    context = sight(request, project, question)
    asks_again = context["definition"].hindsight and question.timing == Preference.Timing.NOW
    progress = None if question.slot else pair_progress(project, by=person(request))
    ranks = len(rankable(context["example"])) if context["definition"].ranking else 0
    return {
        **context, "address": request.get_full_path(), "asks_again": asks_again, "progress": progress,
        "ranks": ranks if ranks > 2 else 0,
    }  # fmt: skip
