"""Refined against original, blind: the same question as a pair, asked about what a run made; and how it came out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse

from feedback.agreement.reports import refined_win_rate, refined_win_rates
from feedback.desk.queue import next_refined_pair, order_for, refined_progress
from feedback.errors import NotAllowed, Refused
from feedback.forms.pairs import PairForm
from feedback.models import Project, Response, Role, RunItem
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person
from feedback.web.asked import open_seal
from feedback.web.desk import desk_page, file_sent
from feedback.web.receipts import asked_for
from feedback.web.side_by_side import Question, filled, sight, store, two
from feedback.web.skipping import forget, skip, skipped_pairs
from feedback.web.watching import label_of

PAGE = "comparing/compare.html"
PROTOCOL = "refined-vs-original"


@open_to(Role.VIEWER)
def compare(request: HttpRequest, project: Project) -> HttpResponse:
    """The next refined answer beside its original, blind; when none is left, the result."""
    reviewing = project.member.may(Role.REVIEWER)  # type: ignore[attr-defined]
    if request.method == "POST":
        return answer(request, project, reviewing=reviewing)
    skipped = skipped_pairs(request, project, PROTOCOL)
    found = next_refined_pair(project, by=person(request), skipped=skipped) if reviewing else None
    if found is None or "result" in request.GET:
        context = {"passed": skipped, "unfinished": found is not None, "receipt": asked_for(request, project)}
        return render(request, "comparing/result.html", {**context, **results(request, project)})
    return desk_page(request, PAGE, page_of(request, project, question_of(request, found)))


def answer(request: HttpRequest, project: Project, *, reviewing: bool) -> HttpResponse:
    """Store the answer to the question in the seal, then the next one; or pass it over."""
    if not reviewing:
        raise NotAllowed("This needs the role reviewer; yours here is viewer.")
    if "skip" in request.POST or "again" in request.POST:
        pass_over(request, project)
        return redirect("compare", project.slug)
    question = question_sent(request, project)
    form = filled(request, project, question)
    submission = carried_out(form, lambda said: store(request, project, question, form))
    if submission is None:
        return desk_page(request, PAGE, page_of(request, project, question, form), status=422)
    file_sent(request, submission)
    return HttpResponseRedirect(f"{reverse('compare', args=[project.slug])}?after={submission.pk}")


def question_of(request: HttpRequest, found: tuple[Response, Response]) -> Question:
    """The two as this person is asked about them, with the run that made one out of the other."""
    order = order_for(person(request), *found)
    low, high = sorted(response.pk for response in found)
    item = RunItem.objects.filter(start=low, result=high).select_related("run").first()
    return Question(order=order, protocol=PROTOCOL, run=item.run.number if item else None)


def question_sent(request: HttpRequest, project: Project) -> Question:
    """What the seal asks about. Raises `Refused` for a seal that is broken, 404 for a pair that is gone."""
    asked = open_seal(request.POST.get("seal", ""), project, person(request))
    return question_of(request, two(project, *(asked.responses * 2)[:2]))


def page_of(request: HttpRequest, project: Project, question: Question, form: PairForm | None = None) -> dict[str, Any]:
    """All that the page shows; nothing in it says which one is the refined answer."""
    progress = refined_progress(project, by=person(request))
    address = reverse("compare", args=[project.slug])
    return {**sight(request, project, question, form), "progress": progress, "address": address}


def pass_over(request: HttpRequest, project: Project) -> None:
    """Remember the pair of a seal as passed over, or forget all that were."""
    if not request.POST.get("skip"):
        return forget(request, project, PROTOCOL)
    try:
        asked = open_seal(request.POST.get("seal", ""), project, person(request))
    except Refused:
        return None
    return skip(request, project, PROTOCOL, asked.responses)


def results(request: HttpRequest, project: Project) -> dict[str, Any]:
    """How it came out: over all runs, and for each run that was compared."""
    rates = refined_win_rates(project)
    runs = project.runs.filter(pk__in=rates).order_by("-number")
    return {
        "rate": refined_win_rate(project),
        "runs": [{"run": run, "label": label_of(run), "rate": rates[run.pk]} for run in runs],
        "progress": refined_progress(project, by=person(request)),
    }
