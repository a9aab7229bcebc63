"""The memory of a project: what waits for approval, what is in use, what was laid aside; and how it grows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from feedback.forms.memory import LessonForm, TickedForm, UseForm
from feedback.models import Errand, Experience, JobState, Project, Role
from feedback.principles.memory import keeping
from feedback.principles.memory.entries import entries_for
from feedback.principles.memory.gathering import gather
from feedback.principles.memory.records import Tally, tallies
from feedback.principles.memory.reflecting import AT_ONCE, ask_reflections, finished
from feedback.projects.access import open_to
from feedback.tasks import ring_errand
from feedback.web.answering import carried_out, page_of, person, show

PAGE = "memory/memory.html"
SIZE = 20
STATES = {
    "waiting": Q(approved_at__isnull=True, retired_at__isnull=True),
    "used": Q(approved_at__isnull=False, retired_at__isnull=True),
    "aside": Q(retired_at__isnull=False),
}
PLURALS = {"lesson": gettext_lazy("Lessons"), "case": gettext_lazy("Cases"), "change": gettext_lazy("Changes")}
VERBS = {
    "approve": keeping.approve, "approve-shown": keeping.approve, "aside": keeping.lay_aside, "delete": keeping.delete,
}  # fmt: skip
Line = tuple[Experience, Tally]


@open_to(Role.VIEWER)
def memory(request: HttpRequest, project: Project) -> HttpResponse:
    """The entries of one standing."""
    return show(request, PAGE, "entries", listing(request, project))


@open_to(Role.CURATOR)
@require_POST
def change_entries(request: HttpRequest, project: Project) -> HttpResponse:
    """Approve the ticked entries, lay them aside, or delete what was laid aside."""
    form = TickedForm(entries_for(project), request.POST)
    done = carried_out(form, lambda said: VERBS[said["step"]](said["entries"], by=person(request)))
    if done is None:
        return show(request, PAGE, "entries", {**listing(request, project), "ticked": form}, status=422)
    messages.success(request, ngettext("%(n)s entry done.", "%(n)s entries done.", done) % {"n": done})
    return redirect("memory", project.slug)


@open_to(Role.CURATOR)
@require_POST
def gather_memory(request: HttpRequest, project: Project) -> HttpResponse:
    """Make cases and changes of what people said; no model is asked."""
    came = gather(project)
    told = {"cases": came.cases, "changes": came.changes, "turned": came.turned}
    messages.success(
        request, _("%(cases)s new cases, %(changes)s new changes; %(turned)s cases took a new outcome.") % told
    )
    return redirect("memory", project.slug)


@open_to(Role.CURATOR)
@require_POST
def reflect_on_finished(request: HttpRequest, project: Project) -> HttpResponse:
    """Have a model learn from the newest finished items."""
    asked = ask_reflections(project, by=person(request))
    for errand in asked:
        ring_errand(errand)
    told = ngettext("%(n)s finished item is being reflected on.", "%(n)s finished items are being reflected on.",
                    len(asked)) % {"n": len(asked)}  # fmt: skip
    messages.success(request, told)
    return redirect("memory", project.slug)


@open_to(Role.CURATOR)
@require_POST
def write_lesson(request: HttpRequest, project: Project) -> HttpResponse:
    """Add a lesson in one's own words."""
    form = LessonForm(request.POST)
    if carried_out(form, lambda said: keeping.write_lesson(project, by=person(request), **said)) is None:
        return show(request, PAGE, "entries", {**listing(request, project), "writing": form}, status=422)
    messages.success(request, _("Kept. It enters prompts whose request it fits."))
    return redirect("memory", project.slug)


@open_to(Role.OWNER)
@require_POST
def set_memory_use(request: HttpRequest, project: Project) -> HttpResponse:
    """Say how much of the memory is used."""
    form = UseForm(request.POST)
    if carried_out(form, lambda said: keeping.set_use(project, **said)) is None:
        return show(request, PAGE, "entries", {**listing(request, project), "using": form}, status=422)
    messages.success(request, _("From now on runs and answers work so."))
    return redirect("memory", project.slug)


def listing(request: HttpRequest, project: Project) -> dict[str, Any]:
    """All that the page shows."""
    rows = entries_for(project)
    counts = rows.order_by().aggregate(**{name: Count("pk", filter=which) for name, which in STATES.items()})
    state = request.GET.get("state", "")
    state = state if state in STATES else ("waiting" if counts["waiting"] else "used")
    kind = request.GET.get("kind", "")
    page = page_of(request, of(rows, state, kind), size=SIZE)
    may_curate = project.member.may(Role.CURATOR)  # type: ignore[attr-defined]
    return {
        "state": state, "kind": kind, "counts": counts, "page": page, "lines": lines_of(list(page)),
        "kinds": list(PLURALS.items()),
        "finished": finished(project)[: AT_ONCE * 5].count() if may_curate else 0, "at_once": AT_ONCE,
        "under_way": under_way(project), "writing": LessonForm(auto_id="write-%s"),
        "using": UseForm(initial={"remembers": project.remembers, "reflects": project.reflects}),
    }  # fmt: skip


def of(rows: QuerySet[Experience], state: str, kind: str) -> QuerySet[Experience]:
    """The entries of a standing and, where one is named, of a kind; newest first."""
    found = rows.filter(STATES[state])
    return (found.filter(kind=kind) if kind in Experience.Kind.values else found).order_by("-pk")


def lines_of(rows: Sequence[Experience]) -> list[Line]:
    """Entries with how they did. One query."""
    counted = tallies([row.pk for row in rows])
    return [(row, counted[row.pk]) for row in rows]


def under_way(project: Project) -> dict[str, Any]:
    """Reflections a worker has yet to do, and the last that failed. Two queries."""
    rows = Errand.objects.filter(project=project, kind__in=[Errand.Kind.REFLECT, Errand.Kind.REPAIR])
    waiting = rows.filter(state__in=[JobState.WAITING, JobState.LEASED]).count()
    return {"waiting": waiting, "failed": rows.filter(state=JobState.FAILED).order_by("-pk").first()}
