"""What a project asks for: the form in force as a document, its versions with what each changed, and the builder."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from feedback.capture.changes import changes
from feedback.capture.definition import DEFAULT, Definition
from feedback.capture.forms import change_form, form_of
from feedback.capture.starting import STARTS
from feedback.forms.building import Builder, filled_again, filled_from, named, rearranged
from feedback.forms.parts import SwitchesForm
from feedback.forms.telling import STARTS as START_LABELS
from feedback.forms.telling import told
from feedback.models import Form, Project, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, go_to, person, show

PAGE = "form/form.html"
BUILDER = "form/builder.html"


@open_to(Role.VIEWER)
def form(request: HttpRequest, project: Project) -> HttpResponse:
    """The form in force, and the versions before it."""
    number, definition = form_of(project)
    return render(request, PAGE, document(project, number, definition))


@open_to(Role.VIEWER)
def form_version(request: HttpRequest, project: Project, version: int) -> HttpResponse:
    """One version of the form, with what it changed. Every project has a version 1, the default."""
    found, definition = form_of(project, version)
    if found != version:
        raise Http404("There is no such version.")
    return render(request, PAGE, document(project, version, definition))


@open_to(Role.CURATOR)
def edit_form(request: HttpRequest, project: Project) -> HttpResponse:
    """The builder: rows come and go by posting; saving makes the next version."""
    number, before = form_of(project)
    if request.method == "POST":
        return typed(request, project, before)
    imprint = {"base": number, "approved_by": approver(project)}
    filled = filled_from(begun_from(request, project, before), **imprint)
    return show(request, BUILDER, "builder", whole(project, Builder(before=before, filled=filled)))


def typed(request: HttpRequest, project: Project, before: Definition) -> HttpResponse:
    """What the button asks for: a row more or less, a preview, or the next version."""
    data = named(request.POST)
    then = data.get("then", "save")
    again = rearranged(data, then)
    builder = Builder(before=before, data=data)
    if again is not None or (then == "preview" and builder.shapes_up()):
        resting = Builder(before=before, filled=filled_again(again or data))
        return show(request, BUILDER, "builder", {**whole(project, resting, then), "preview": builder.built})
    builder.is_valid()
    row = carried_out(
        builder.version, lambda said: change_form(project, builder.definition, by=person(request), **said)
    )
    if row is None:
        return show(request, BUILDER, "builder", whole(project, builder), status=422)
    messages.success(request, _("Version %(number)s is in force. What was said before stays.") % {"number": row.number})
    return go_to(request, "form", project.slug)


def begun_from(request: HttpRequest, project: Project, before: Definition) -> Definition:
    """What the builder opens with: the form in force, an older version, or one of the starting points."""
    start = request.GET.get("from", "")
    if start in STARTS:
        return STARTS[start]
    return form_of(project, int(start))[1] if start.isdecimal() and int(start) < 2**31 else before


def approver(project: Project) -> str:
    """Who stood for the taxonomy last."""
    names = Form.objects.filter(project=project).exclude(approved_by="").order_by("-number")
    return names.values_list("approved_by", flat=True).first() or ""


def whole(project: Project, builder: Builder, then: str = "") -> dict[str, Any]:
    """All that the builder shows; a row just added takes the cursor."""
    if then.startswith("add-"):
        builder.point_to(then.removeprefix("add-"))
    return {"builder": builder, "starts": START_LABELS.items()}


def document(project: Project, number: int, definition: Definition) -> dict[str, Any]:
    """A version as it is read: what it asks, who made it and why, and what it changed."""
    versions = list(Form.objects.filter(project=project).select_related("made_by").order_by("-number"))
    places = {row.number: place for place, row in enumerate(versions)}
    here = places.get(number)
    earlier = versions[here + 1] if here is not None and here + 1 < len(versions) else None
    before = Definition.model_validate(earlier.definition) if earlier else DEFAULT
    return {
        "number": number,
        "definition": definition,
        "version": versions[here] if here is not None else None,
        "versions": versions,
        "newest": versions[0].number if versions else 1,
        "changed": [told(change) for change in changes(before, definition)] if here is not None else [],
        "switches": switches(definition),
    }


def switches(definition: Definition) -> list[tuple[str, list[tuple[str, bool]]]]:
    """What else is asked, under its headings."""
    form = SwitchesForm(initial=definition.model_dump())
    return [
        (heading, [(str(field.label), bool(field.value())) for field in fields]) for heading, fields in form.grouped()
    ]
