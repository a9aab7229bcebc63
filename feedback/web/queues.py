"""Queues of work: the list with what is left, one queue with its people and its pace, making and changing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.agreement.known_answers import gold_records
from feedback.desk import queues as verbs
from feedback.desk.adjudication import disputes
from feedback.desk.ordering import FIXED, effect
from feedback.desk.presence import people_here
from feedback.desk.progress import pace_of, queue_lines, workers_of
from feedback.forms.queues import AssignForm, FillingForm, NewQueueForm, PersonForm, SettingsForm
from feedback.models import Project, Queue, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person, show
from feedback.web.once import once

LIST = "queues/queues.html"
ONE = "queues/queue.html"
NEW = "queues/new_queue.html"
CHANGE = "queues/change_queue.html"


@open_to(Role.VIEWER)
@require_GET
def queues(request: HttpRequest, project: Project) -> HttpResponse:
    """All queues with what is left in each."""
    return show(request, LIST, "queues", {"lines": queue_lines(project, person(request))})


@open_to(Role.CURATOR)
@require_http_methods(["GET", "POST"])
def new_queue(request: HttpRequest, project: Project) -> HttpResponse:
    """Make a queue and put things into it."""
    form = NewQueueForm(project, request.POST or None)
    if request.method == "POST":
        queue = carried_out(form, lambda said: made(request, project, form))
        if queue is not None:
            return redirect("queue", project.slug, queue.number)
    return render(request, NEW, {"form": form}, status=422 if form.errors else 200)


@open_to(Role.VIEWER)
@require_GET
def queue(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One queue: how far it is, at which pace, and who works on it."""
    return show(request, ONE, "progress", standing(request, project, queue_of(project, number)))


@open_to(Role.CURATOR)
@require_http_methods(["GET", "POST"])
def change_queue(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Change a queue's settings."""
    row = queue_of(project, number)
    form = SettingsForm.of(row, request.POST or None)
    if request.method == "POST" and carried_out(
        form, lambda said: verbs.change_queue(row, by=person(request), **form.settings())
    ):
        return redirect("queue", project.slug, number)
    context = {"form": form, "queue": row, "filling": FillingForm(project)}
    return render(request, CHANGE, context, status=422 if form.errors else 200)


@open_to(Role.CURATOR)
@require_POST
def fill_queue(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Put more into a queue."""
    row = queue_of(project, number)
    form = FillingForm(project, request.POST)
    added = carried_out(form, lambda said: verbs.fill_queue(row, by=person(request), filling=form.filling()))
    if added is None:
        context = {"form": SettingsForm.of(row), "queue": row, "filling": form}
        return render(request, CHANGE, context, status=422)
    messages.success(request, ngettext("%(n)s item more.", "%(n)s items more.", added) % {"n": added})
    return redirect("queue", project.slug, number)


@open_to(Role.CURATOR)
@require_POST
def open_queue(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Open a queue, or close it (`close`)."""
    verb = verbs.close_queue if request.POST.get("close") else verbs.open_queue
    verb(queue_of(project, number), by=person(request))
    return redirect("queue", project.slug, number)


@open_to(Role.CURATOR)
@require_POST
def order_queue(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Rank anew what waits."""
    moved = verbs.order_anew(queue_of(project, number), by=person(request))
    messages.success(request, ngettext("%(n)s place moved.", "%(n)s places moved.", moved) % {"n": moved})
    return redirect("queue", project.slug, number)


@open_to(Role.CURATOR)
@require_POST
def assign_queue(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Keep places for a person, or open what was kept (`open`)."""
    row = queue_of(project, number)
    form = (PersonForm if request.POST.get("open") else AssignForm)(project, request.POST)
    said = carried_out(form, lambda given: assigned(request, row, given))
    if said is None:
        return show(request, ONE, "progress", {**standing(request, project, row), "assign": form}, status=422)
    messages.success(request, said)
    return redirect("queue", project.slug, number)


def made(request: HttpRequest, project: Project, form: NewQueueForm) -> Queue:
    """The queue that was asked for; the one just made when the same page is sent again."""
    said = form.cleaned_data
    with once(project, said["key"]) as first:
        if not first:
            return project.queues.order_by("-number").first() or Queue(project=project, number=0)
        return verbs.create_queue(
            project, by=person(request), asks=said["asks"], filling=form.filling(), **form.settings()
        )


def assigned(request: HttpRequest, queue: Queue, said: dict[str, Any]) -> str:
    """Keep places or open them; what was done, in words."""
    who = said["person"]
    if "number" not in said:
        n = verbs.take_assignment_back(queue, of=who, by=person(request))
        return ngettext("%(n)s place is open to all again.", "%(n)s places are open to all again.", n) % {"n": n}
    n = verbs.assign(queue, to=who, number=said["number"], by=person(request))
    if n < said["number"]:
        return _("Only %(n)s places could be kept for %(who)s; there are no more.") % {"n": n, "who": who}
    return ngettext("%(n)s place is kept for %(who)s.", "%(n)s places are kept for %(who)s.", n) % {"n": n, "who": who}


def standing(request: HttpRequest, project: Project, queue: Queue) -> dict[str, Any]:
    """All that a queue's page shows. A reviewer sees only their own line among the people."""
    member = project.member  # type: ignore[attr-defined]
    curates = member.may(Role.CURATOR)
    here = people_here(project)
    workers = workers_of(queue, here)
    records = gold_records(project, queue)
    seen = workers if member.role != Role.REVIEWER else [one for one in workers if one.user == person(request)]
    return {
        "queue": queue,
        "line": queue_lines(project, person(request), only=queue)[0],
        "pace": pace_of(queue),
        "people_here": here,
        "workers": [(one, records.get(one.user.pk)) for one in seen],
        "disputes": disputes(project, queue=queue) if curates else [],
        "effect": effect(queue) if curates and queue.order not in FIXED else None,
        "assign": AssignForm(project) if curates else None,
    }


def queue_of(project: Project, number: int) -> Queue:
    """A queue of the project."""
    return get_object_or_404(Queue.objects.select_related("project", "made_by"), project=project, number=number)
