"""One's own stand-in: what it is, its switch, what it said, and sending it."""

from __future__ import annotations

from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback import tasks
from feedback.desk import stand_ins
from feedback.errors import Refused
from feedback.forms.stand_ins import SendForm, SwitchForm
from feedback.models import Project, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person, show

PAGE = "stand_in/stand_in.html"


@open_to(Role.REVIEWER)
def stand_in(request: HttpRequest, project: Project) -> HttpResponse:
    """The page; posting sends the stand-in to judge a few responses."""
    if request.method != "POST":
        return page(request, project, SendForm(initial={"key": uuid4()}))
    form, user = SendForm(request.POST), person(request)
    sent = carried_out(form, lambda said: stand_ins.send(project, count=said["count"], key=said["key"].hex, by=user))
    if sent is None:
        return page(request, project, form)
    for errand in sent:
        tasks.ring_errand(errand)
    return redirect("stand_in", project.slug)


@open_to(Role.REVIEWER)
@require_POST
def switch_stand_in(request: HttpRequest, project: Project) -> HttpResponse:
    """Switch it on or off."""
    form = SwitchForm(request.POST)
    if not form.is_valid():
        raise Refused(_("Choose whether your stand-in is on or off."))
    on = form.cleaned_data["on"]
    stand_ins.switch(project, on=on, by=person(request))
    messages.success(
        request, _("Your stand-in is on.") if on else _("Your stand-in is off. What it said stays marked.")
    )
    return redirect("stand_in", project.slug)


def page(request: HttpRequest, project: Project, form: SendForm) -> HttpResponse:
    """The page with the form."""
    context = {"stand": stand_ins.stand_in(project, by=person(request)), "form": form}
    return show(request, PAGE, "stand", context, status=422 if form.errors else 200)
