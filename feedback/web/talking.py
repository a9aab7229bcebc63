"""The talk page: edit a model's answer in place and have it go on, or send it a message; and what each cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from feedback import tasks
from feedback.agreement.means import mean_of
from feedback.capture.edits import old_text
from feedback.desk import talking
from feedback.desk.blindness import keep_words_hidden
from feedback.errors import Refused
from feedback.forms.talking import EditForm, MessageForm
from feedback.models import Errand, JobState, Project, Response, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person

PAGE = "talking/talk.html"
WAYS = {"edit": EditForm, "message": MessageForm}
SHOWN = 6


@open_to(Role.REVIEWER)
def talk(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """One answer with its dialogue, and two ways of telling the model what to change."""
    response = get_object_or_404(responses_of(project), pk=id)
    keep_words_hidden(project.member, response)  # type: ignore[attr-defined]
    if request.method == "POST":
        return tell(request, project, response)
    return render(request, PAGE, talk_context(request, project, response))


def tell(request: HttpRequest, project: Project, response: Response) -> HttpResponse:
    """Carry out one of the ways and show the page with its errand; a refusal beside what was typed."""
    way = way_of(request.POST.get("way", ""))
    form = WAYS[way](request.POST)
    errand = carried_out(form, lambda said: sent(request, response, way, said))
    if errand is None:
        return render(request, PAGE, talk_context(request, project, response, way=way, form=form), status=422)
    tasks.ring_errand(errand)
    page = reverse("talk", args=[project.slug, response.pk])
    return HttpResponseRedirect(f"{page}?way={way}&errand={errand.pk}#came")


def sent(request: HttpRequest, response: Response, way: str, said: dict[str, Any]) -> Errand:
    """The errand of either way."""
    user, key = person(request), str(said["key"])
    if way == "edit":
        return talking.go_on(response, text=said["text"], turn=said["turn"], key=key, by=user)
    return talking.send_message(response, words=said["words"], key=key, by=user)


def way_of(name: str) -> str:
    """A way there is."""
    return name if name in WAYS else "edit"


def responses_of(project: Project) -> Any:
    """The responses of a project, with what the page shows."""
    return Response.objects.filter(example__project=project).select_related(
        "example__project", "author", "parent__author"
    )


def talk_context(
    request: HttpRequest, project: Project, response: Response, *, way: str = "", form: Any = None
) -> dict[str, Any]:
    """All that the page shows."""
    way = way or way_of(request.GET.get("way", ""))
    turn = turn_of(request, response)
    rows = talking.talks_of(project).filter(response=response, asked_by=person(request)).order_by("-pk")
    errands = list(rows[:SHOWN])
    return {
        "response": response, "example": response.example, "way": way, "turn": turn,
        "turns": list(enumerate(response.messages)),
        "form": form or empty(way, response, turn), "original": old_text(response, turn),
        "errand": chosen(errands, request.GET.get("errand", "")),
        "compared": compared(errands), "ways": ways_in(project),
    }  # fmt: skip


def empty(way: str, response: Response, turn: int | None) -> Any:
    """The form before anything is typed."""
    start = {"text": old_text(response, turn), "turn": turn} if way == "edit" else {}
    return WAYS[way](initial={**start, "key": uuid4()})


def turn_of(request: HttpRequest, response: Response) -> int | None:
    """The earlier turn to be edited, if an answer's was asked for."""
    asked = request.POST.get("turn") or request.GET.get("turn", "")
    turn = int(asked) if asked.isdecimal() and len(asked) < 5 else None
    try:
        old_text(response, turn)
    except Refused:
        return None
    return turn


def chosen(errands: list[Errand], number: str) -> Errand | None:
    """The errand that was just asked for, else the last one."""
    return next((one for one in errands if str(one.pk) == number), errands[0] if errands else None)


def compared(errands: list[Errand]) -> dict[str, Any]:
    """Both ways beside each other: all that is done, and the last of either way."""
    done = talking.told([one for one in errands if one.state == JobState.DONE])
    last = {kind: next((one for one in done if one.errand.kind == kind), None) for kind in ("continue", "message")}
    edit, message = last["continue"], last["message"]
    both = {"edit": edit, "message": message} if edit and message else None
    return {"done": done, "both": both, "without": [kind for kind, one in last.items() if one is None]}


def ways_in(project: Project) -> list[tuple[str, Any]]:
    """What either way cost in this project, as means with their intervals."""
    found = [(kind, mean_of(numbers, least=0)) for kind, numbers in talking.samples(project).items()]
    return [(kind, replace(mean, low=mean.low and max(0.0, mean.low))) for kind, mean in found if mean]
