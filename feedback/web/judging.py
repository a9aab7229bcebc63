"""The desk: one response to read, and a form for whatever there is to say. Who wrote it stays hidden until then."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect

from feedback.capture.judgements import judgement_of, record_judgement
from feedback.desk.queue import response_progress
from feedback.desk.submitting import submit
from feedback.errors import Refused
from feedback.forms.judging import SCORES, JudgementForm
from feedback.models import Critique, Edit, Project, Rating, Response, Role, Submission
from feedback.models.feedback import Feedback
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person, show
from feedback.web.asked import Asked, ask, open_seal
from feedback.web.desk import claimed_slot, desk_page, keeping_after, next_address, nothing_left, said_key, taken
from feedback.web.skipping import forget, passed_over, skip
from feedback.web.thread import lines_of

PAGE = "judging/judge.html"


@open_to(Role.REVIEWER)
def review(request: HttpRequest, project: Project) -> HttpResponse:
    """To the next response for this person; posted to, it passes one over or takes all that were passed over back."""
    if request.method == "POST":
        pass_over(request, project)
        return redirect("review", project.slug)
    address = next_address(request, project)
    if address is None:
        return desk_page(request, "desk/done.html", nothing_left(request, project))
    return HttpResponseRedirect(keeping_after(request, address))


@open_to(Role.REVIEWER)
def judge(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002 - the name in the address
    """Read one response; say anything about it, as often as one likes."""
    response = get_object_or_404(responses_of(project), pk=id)
    if request.method == "POST":
        return take_down(request, project, response)
    changing = own_words(request, response, request.GET.get("change", ""))
    return desk_page(request, PAGE, sight(request, project, response, changing=changing))


def take_down(request: HttpRequest, project: Project, response: Response) -> HttpResponse:
    """Store what was said. Then the next response, or this one again for saying more."""
    user = person(request)
    form = JudgementForm(request.POST, untouched=untouched(response, judgement_of(response, user)))
    submission = carried_out(form, lambda said: store(request, project, response, form))
    if submission is None:
        context = sight(request, project, response, form=form)
        if request.htmx:  # type: ignore[attr-defined]
            return show(request, PAGE, "judging", context, status=422)
        return desk_page(request, PAGE, context, status=422)
    if request.htmx:  # type: ignore[attr-defined]
        return show(request, PAGE, "judging", sight(request, project, response))
    if request.POST.get("then") == "stay":
        return redirect("judge", project.slug, response.pk)
    return taken(request, project, submission)


def store(request: HttpRequest, project: Project, response: Response, form: JudgementForm) -> Submission:
    """Take down everything the form says as one submission."""
    user, said = person(request), form.cleaned_data
    asked = opened(said["seal"], request, project, response)
    key = said_key(request, asked)
    changing = own_words(request, response, said["changing"])
    shown = {"responses": asked.responses, "blind": not judgement_of(response, user)}

    def record(submission: Submission) -> list[Feedback]:
        return record_judgement(
            response, form.judgement(changing), by=user, key=key, submission=submission, seconds=asked.seconds,
            shown=shown, form_version=asked.form,
        )  # fmt: skip

    return submit(project, by=user, key=key, page=request.path, slot=asked.slot, record=record)


def responses_of(project: Project) -> QuerySet[Response]:
    """The responses of a project, with all that the desk shows."""
    return Response.objects.filter(example__project=project).select_related("example__project", "author")


def sight(
    request: HttpRequest, project: Project, response: Response, *, form: JudgementForm | None = None,
    changing: Critique | None = None,
) -> dict[str, Any]:  # fmt: skip
    """All that the desk shows: the response, the form, what this person said already and what came of it."""
    user = person(request)
    said = judgement_of(response, user)
    slot = claimed_slot(request, project, response.pk)
    return {
        "response": response,
        "example": response.example,
        "form": form or empty_form(response, said, changing),
        "scores": SCORES,
        "draft_name": f"judge-{response.pk}-{sum(row.pk for row in said)}",
        "about": f"response-{response.pk}",
        "slot": slot,
        "seal": kept_seal(request, project, response) or ask(project, user, [response.pk], slot=slot).seal,
        "said": lines_of(project, said),
        "blind": not said,
        "progress": None if slot else response_progress(project, by=user),
    }


def empty_form(response: Response, said: list[Feedback], changing: Critique | None) -> JudgementForm:
    """The form before anything is typed: the score and the rewrite that stand, and the words that are being changed."""
    score = next((row.score for row in said if isinstance(row, Rating)), None)
    rewrite = next((row.result.text for row in said if isinstance(row, Edit)), response.text)
    initial = {"score": score, "rewrite": rewrite}
    if changing is not None:
        initial |= {changing.polarity: changing.text, "changing": changing.pk}
    return JudgementForm(initial=initial, untouched=untouched(response, said))


def untouched(response: Response, said: list[Feedback]) -> list[str]:
    """The texts that are no rewrite: the response's, and the person's version that stands."""
    return [response.text, *(row.result.text for row in said if isinstance(row, Edit))]


def opened(seal: str, request: HttpRequest, project: Project, response: Response) -> Asked:
    """The seal of this very question."""
    asked = open_seal(seal, project, person(request))
    if asked.responses != [response.pk]:
        raise Refused("This form was made for another response. Nothing was stored; send it once more.")
    return asked


def kept_seal(request: HttpRequest, project: Project, response: Response) -> str:
    """The seal that was sent, when it is whole and the form comes back with mistakes."""
    seal = request.POST.get("seal", "")
    try:
        return seal if seal and not request.htmx and opened(seal, request, project, response) else ""  # type: ignore[attr-defined]
    except Refused:
        return ""


def own_words(request: HttpRequest, response: Response, number: Any) -> Critique | None:
    """The person's own standing words of that number on this response."""
    own = [row for row in judgement_of(response, person(request)) if isinstance(row, Critique)] if number else []
    return next((row for row in own if str(row.pk) == str(number)), None)


def pass_over(request: HttpRequest, project: Project) -> None:
    """Remember one response as passed over, or forget all that were."""
    number = request.POST.get("skip", "")
    if number.isdecimal() and len(number) < 18:
        skip(request, project, "responses", [int(number)])
    elif passed_over(request, project, "responses"):
        forget(request, project, "responses")
