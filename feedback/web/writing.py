"""The desk page on which people show the way: an answer from nothing, or a hint where all attempts failed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from feedback import tasks
from feedback.capture.demonstrations import record_demonstration
from feedback.capture.forms import form_of
from feedback.capture.hints import record_hint
from feedback.desk.errands import ask_errand
from feedback.desk.next_question import route_of
from feedback.desk.submitting import submit
from feedback.errors import Refused
from feedback.forms.writing import WAYS, WritingForm
from feedback.models import Demonstration, Example, Hint, Project, Role, Submission
from feedback.models.feedback import Feedback
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person
from feedback.web.asked import Asked, ask, open_seal
from feedback.web.desk import claimed_slot, desk_page, said_key, taken

PAGE = "writing/write.html"


@open_to(Role.REVIEWER)
def write(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Write an answer to an example, or a hint for it."""
    example = get_object_or_404(project.examples.select_related("project"), number=number)
    if request.method == "POST":
        return take_down(request, project, example)
    return desk_page(request, PAGE, sight(request, project, example, WritingForm(way=way_of(request, example))))


def take_down(request: HttpRequest, project: Project, example: Example) -> HttpResponse:
    """Store what was written, then the next piece of work; a hint may send the model to try again."""
    form = WritingForm(request.POST)
    submission = carried_out(form, lambda said: store(request, project, example, said))
    if submission is None:
        return desk_page(request, PAGE, sight(request, project, example, form), status=422)
    if form.way == "hint" and form.cleaned_data["retry"]:
        try_again(request, example, submission)
    return taken(request, project, submission)


def store(request: HttpRequest, project: Project, example: Example, said: dict[str, Any]) -> Submission:
    """The answer or the hint, as one submission."""
    user, asked = person(request), opened(said["seal"], request, project, example)
    key = said_key(request, asked)

    def record(submission: Submission) -> list[Feedback]:
        how: Any = {
            "by": user, "key": key, "submission": submission, "seconds": asked.seconds, "form_version": asked.form,
            "shown": {"attempts": said["what"] == "hint"},
        }  # fmt: skip
        if said["what"] == "hint":
            return [record_hint(example, text=said["text"], **how)]
        return [record_demonstration(example, text=said["text"], reason=said["reason"], **how)]

    return submit(project, by=user, key=key, page=request.path, slot=asked.slot, record=record)


def try_again(request: HttpRequest, example: Example, submission: Submission) -> None:
    """Send the model to answer with the hint just given. Whether it may be asked is said on the example's page."""
    hint = Hint.objects.filter(submission=submission).first()
    if hint is None:
        return
    try:
        errand = ask_errand("hinted", example=example, hint=hint, key=f"hint-{hint.pk}", by=person(request))
    except Refused:
        return
    tasks.ring_errand(errand)


def sight(request: HttpRequest, project: Project, example: Example, form: WritingForm) -> dict[str, Any]:
    """What the page shows: what is asked, for a hint the attempts that failed, and what one wrote before."""
    user, hinting = person(request), form.way == "hint"
    slot = claimed_slot(request, project, example=example.pk)
    mine = own(example, user)
    attempts = example.responses.filter(turns__isnull=True).exclude(origin__in=["edited", "written"]).order_by("pk")
    return {
        "example": example,
        "form": form,
        "ways": WAYS,
        "attempts": list(attempts) if hinting else [],
        "mine": mine,
        "draft_name": f"write-{example.pk}-{form.way}-{len(mine)}",
        "about": f"example-{example.pk}",
        "slot": slot,
        "seal": kept_seal(request, project, example)
        or ask(project, user, [], order=[example.pk], slot=slot, form=form_of(project)[0]).seal,
    }  # fmt: skip


def way_of(request: HttpRequest, example: Example) -> str:
    """What to write: as the address says, else a hint where that is what is needed next."""
    wanted = request.GET.get("as", "")
    if wanted in WAYS:
        return wanted
    return "hint" if route_of(example).ask == "hint" else "answer"


def own(example: Example, user: Any) -> list[Feedback]:
    """What this person wrote for it already and what stands."""
    demonstrations = Demonstration.objects.standing().filter(example=example, rater__user=user)
    hints = Hint.objects.standing().filter(example=example, rater__user=user)
    return [*demonstrations.select_related("result", "rater"), *hints.select_related("rater")]


def opened(seal: str, request: HttpRequest, project: Project, example: Example) -> Asked:
    """The seal of this very question."""
    asked = open_seal(seal, project, person(request))
    if asked.responses or asked.order != [example.pk]:
        raise Refused("This form was made for another example. Nothing was stored; send it once more.")
    return asked


def kept_seal(request: HttpRequest, project: Project, example: Example) -> str:
    """The seal that was sent, when it is whole and the form comes back with mistakes."""
    seal = request.POST.get("seal", "")
    try:
        return seal if seal and opened(seal, request, project, example) else ""
    except Refused:
        return ""
