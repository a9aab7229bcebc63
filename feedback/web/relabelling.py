"""An answer that missed its request, under the one it does satisfy: written by a person, or drafted by a model."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from feedback.desk.blindness import keep_blind
from feedback.desk.errands import latest
from feedback.examples.relabelling import PERSON, relabel
from feedback.forms.relabelling import RelabelForm
from feedback.models import Errand, Example, Project, Response, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person
from feedback.web.errands import errand_context

PAGE = "relabelling/relabel.html"


@open_to(Role.CURATOR)
def relabel_response(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """What was asked, the answer, and the request it does satisfy."""
    response = get_object_or_404(Response.objects.select_related("example__project"), pk=id, example__project=project)
    keep_blind(project.member, response.pk)  # type: ignore[attr-defined]
    form = RelabelForm(request.POST or None)
    if request.method == "POST":
        example = carried_out(form, lambda said: relabel(response, instruction=said["instruction"], by=PERSON))
        if example is not None:
            return redirect("example", project.slug, example.number)
    errand = latest(Errand.Kind.RELABEL, response, person(request))
    context = {"response": response, "example": response.example, "form": form, "made": made_of(response)}
    status = 422 if request.method == "POST" else 200
    return render(request, PAGE, {**context, **(errand_context(errand) if errand else {})}, status=status)


def made_of(response: Response) -> list[Example]:
    """The examples that were made of this answer already."""
    rows = Example.objects.filter(
        project=response.example.project, extra__relabelled_from__response=response.content_hash,
        extra__relabelled_from__example=response.example.number,
    )  # fmt: skip
    return list(rows.order_by("number"))
