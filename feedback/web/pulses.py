"""Watching a response as it streams, plus and minus under the fingers; and what that adds up to by round."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.agreement.pulses import pulse_rounds
from feedback.capture.forms import form_of
from feedback.capture.history import withdraw
from feedback.capture.pulses import own_pulses, record_pulses
from feedback.desk.submitting import submit
from feedback.errors import Refused
from feedback.forms.pulses import PulsesForm
from feedback.models import Project, Response, Role, Submission
from feedback.models.feedback import Feedback
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person
from feedback.web.asked import ask, open_seal
from feedback.web.desk import said_key

PAGE = "pulses/stream.html"


@open_to(Role.REVIEWER)
def stream(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002 - the name in the address
    """One response as it streams; posted to, what was pressed."""
    response = get_object_or_404(Response.objects.select_related("example"), pk=id, example__project=project)
    form = PulsesForm(request.POST or None, response=response)
    if request.method == "POST" and carried_out(form, lambda said: store(request, project, response, form)):
        return redirect("stream", project.slug, response.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, PAGE, sight(request, project, response, form), status=status)


@open_to(Role.REVIEWER)
@require_POST
def clear_pulses(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Take back what one pressed on a response."""
    response = get_object_or_404(Response, pk=id, example__project=project)
    for row in own_pulses(response, person(request)):
        withdraw(row, by=person(request))
    return redirect("stream", project.slug, response.pk)


@open_to(Role.VIEWER)
def pulses(request: HttpRequest, project: Project) -> HttpResponse:
    """The share of plus in each round, with its gain over the one before."""
    return render(request, "pulses/pulses.html", {"rounds": pulse_rounds(project)})


def store(request: HttpRequest, project: Project, response: Response, form: PulsesForm) -> Submission:
    """Take down everything that was pressed as one submission."""
    asked = open_seal(form.cleaned_data["seal"], project, person(request))
    if asked.responses != [response.pk]:
        raise Refused("This form was made for another response. Nothing was stored; send it once more.")
    key = said_key(request, asked)
    presses = form.said()

    def record(submission: Submission) -> list[Feedback]:
        return list(
            record_pulses(
                response, presses, by=person(request), key=key, submission=submission, seconds=asked.seconds,
                form_version=asked.form, shown={"responses": asked.responses},
            )
        )  # fmt: skip

    if not presses:
        raise Refused("Nothing was pressed yet. Watch it and press plus or minus as it goes.")
    return submit(project, by=person(request), key=key, page=request.path, slot=None, record=record)


def sight(request: HttpRequest, project: Project, response: Response, form: PulsesForm) -> dict[str, Any]:
    """All that the page shows."""
    number, _definition = form_of(project)
    pressed = own_pulses(response, person(request))
    return {
        "response": response,
        "example": response.example,
        "form": form,
        "seal": ask(project, person(request), [response.pk], form=number).seal,
        "pressed": pressed,
        "plus": sum(one.direction > 0 for one in pressed),
        "minus": sum(one.direction < 0 for one in pressed),
    }
