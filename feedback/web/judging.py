"""The desk: one response to read, and a form for whatever there is to say. Who wrote it stays hidden until then."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from feedback.capture.judgements import judgement_of, record_judgement
from feedback.desk.queue import next_response, response_progress
from feedback.errors import Refused
from feedback.forms.judging import SCORES, JudgementForm
from feedback.models import Critique, Edit, Project, Rating, Response, Role
from feedback.models.feedback import Feedback
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person, show
from feedback.web.asked import Asked, ask, open_seal
from feedback.web.skipping import forget, passed_over, skip, skipped_responses
from feedback.web.thread import lines_of

PAGE = "judging/judge.html"


@open_to(Role.REVIEWER)
def review(request: HttpRequest, project: Project) -> HttpResponse:
    """To the next response for this person; posted to, it passes one over or takes all that were passed over back."""
    if request.method == "POST":
        pass_over(request, project)
        return redirect("review", project.slug)
    skipped = skipped_responses(request, project)
    response = next_response(project, by=person(request), skipped=skipped)
    if response is None:
        progress = response_progress(project, by=person(request))
        return render(
            request, "judging/review.html", {"progress": progress, "passed": skipped, **just_said(request, project)}
        )
    return HttpResponseRedirect(keeping_after(request, reverse("judge", args=[project.slug, response.pk])))


@open_to(Role.REVIEWER)
def judge(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002 - the name in the address
    """Read one response; say anything about it, as often as one likes."""
    response = get_object_or_404(responses_of(project), pk=id)
    if request.method == "POST":
        return take_down(request, project, response)
    changing = own_words(request, response, request.GET.get("change", ""))
    return render(request, PAGE, desk(request, project, response, changing=changing))


def take_down(request: HttpRequest, project: Project, response: Response) -> HttpResponse:
    """Store what was said. Then the next response, or this one again for saying more."""
    user = person(request)
    form = JudgementForm(request.POST, untouched=untouched(response, judgement_of(response, user)))

    def store(said: dict[str, Any]) -> list[Feedback]:
        asked = opened(said["seal"], request, project, response)
        changing = own_words(request, response, said["changing"])
        return record_judgement(
            response, form.judgement(changing), by=user, key=asked.key, seconds=asked.seconds,
            shown={"responses": asked.responses, "blind": not judgement_of(response, user)},
        )  # fmt: skip

    rows = carried_out(form, store)
    if rows is None:
        return show(request, PAGE, "judging", desk(request, project, response, form=form), status=422)
    if request.htmx:  # type: ignore[attr-defined]
        return show(request, PAGE, "judging", desk(request, project, response))
    if request.POST.get("then") == "stay":
        return redirect("judge", project.slug, response.pk)
    if all(isinstance(row, Rating) for row in rows):
        messages.success(request, f"Kept on example {response.example.number}: {in_words(rows)}.")
    return HttpResponseRedirect(f"{reverse('review', args=[project.slug])}?after={response.pk}")


def responses_of(project: Project) -> QuerySet[Response]:
    """The responses of a project, with all that the desk shows."""
    return Response.objects.filter(example__project=project).select_related("example__project", "author")


def desk(
    request: HttpRequest, project: Project, response: Response, *, form: JudgementForm | None = None,
    changing: Critique | None = None,
) -> dict[str, Any]:  # fmt: skip
    """All that the desk shows: the response, the form, what this person said already and what came of it."""
    user = person(request)
    said = judgement_of(response, user)
    return {
        "response": response,
        "example": response.example,
        "form": form or empty_form(response, said, changing),
        "scores": SCORES,
        "draft_name": f"judge-{response.pk}-{sum(row.pk for row in said)}",
        "seal": kept_seal(request, project, response) or ask(project, user, [response.pk]).seal,
        "said": lines_of(project, said),
        "blind": not said,
        "progress": response_progress(project, by=user),
        **just_said(request, project, but=response.pk),
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


def just_said(request: HttpRequest, project: Project, *, but: int = 0) -> dict[str, Any]:
    """What this person said about the response before, so that a principle can still be drafted from it."""
    number = request.GET.get("after", "")
    if not number.isdecimal() or int(number) == but or len(number) > 18:
        return {}
    response = responses_of(project).filter(pk=number).first()
    said = [row for row in judgement_of(response, person(request)) if not isinstance(row, Rating)] if response else []
    return {"before": response, "before_said": lines_of(project, said)}


def pass_over(request: HttpRequest, project: Project) -> None:
    """Remember one response as passed over, or forget all that were."""
    number = request.POST.get("skip", "")
    if number.isdecimal() and len(number) < 18:
        skip(request, project, "responses", [int(number)])
    elif passed_over(request, project, "responses"):
        forget(request, project, "responses")


def keeping_after(request: HttpRequest, url: str) -> str:
    """The address, with the number of what was judged just before."""
    number = request.GET.get("after", "")
    return f"{url}?after={number}" if number.isdecimal() else url


def in_words(rows: list[Feedback]) -> str:
    """What was taken down, in a few words."""
    words = []
    for row in rows:
        if isinstance(row, Rating):
            words.append(f"{row.score} of {row.scale}")
        else:
            words.append(row.polarity if isinstance(row, Critique) else "a rewrite")
    return ", ".join(words)
