"""Looking back: the ways from what people said, or from what a team knows, to changes that wait for a decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from feedback.forms.findings import FORMS, LookBackForm
from feedback.models import Finding, Project, Role, Trial
from feedback.principles.criteria import criteria_of
from feedback.principles.playbook import playbook_of
from feedback.principles.told import how_many
from feedback.principles.trials import online
from feedback.principles.trials.opening import OPEN, open_trial
from feedback.projects.access import open_to
from feedback.projects.budget import model_name
from feedback.tasks import ring_trial
from feedback.web.answering import carried_out, go_to, person, show
from feedback.web.once import once

PAGE = "learning/learning.html"


@open_to(Role.REVIEWER)
def learning(request: HttpRequest, project: Project) -> HttpResponse:
    """The ways there are, how each stands, and the changes that wait."""
    return show(request, PAGE, "learning", sight(project))


@open_to(Role.CURATOR)
@require_POST
def look_back(request: HttpRequest, project: Project, kind: str) -> HttpResponse:
    """Ask for one of them."""
    if kind not in FORMS:
        raise Http404("There is no such way of looking back.")
    form = FORMS[kind](request.POST, request.FILES, auto_id=f"{kind}-%s")
    trial = carried_out(form, lambda said: started(request, project, kind, form))
    if trial is None:
        return show(request, PAGE, "learning", sight(project, kind, form), status=422)
    return go_to(request, "trial", project.slug, trial.number)


@open_to(Role.CURATOR)
@require_POST
def stop_reflecting(request: HttpRequest, project: Project) -> HttpResponse:
    """Let no further reflection open by itself."""
    online.go_offline(project, by=person(request))
    messages.success(request, "No further reflection opens by itself.")
    return redirect("learning", project.slug)


def started(request: HttpRequest, project: Project, kind: str, form: LookBackForm) -> Trial:
    """The test that was asked for; the one already opened when the same page is sent again."""
    with once(project, form.cleaned_data["key"]) as first:
        there: Any = None if first else project.trials.filter(kind=kind).first()
        if there is not None:
            return there
        trial = open_trial(project, kind=kind, by=person(request), parameters=form.asked())
    ring_trial(trial)
    return trial


def sight(project: Project, kind: str = "", form: LookBackForm | None = None) -> dict[str, Any]:
    """All that the page shows. A fixed number of queries."""
    last: dict[str, Trial] = {}
    for trial in Trial.objects.filter(project=project, kind__in=FORMS).order_by("number"):
        last[trial.kind] = trial
    spoken, rejected = how_many(project)
    given: dict[str, Any] = {name: one(auto_id=f"{name}-%s") for name, one in FORMS.items()}
    return {
        **given, **({kind: form} if form else {}), "last": last, "waiting": waiting_in(project),
        "book": playbook_of(project), "criteria": criteria_of(project).count(), "online": online.online_trial(project),
        "spoken": spoken, "rejected": rejected, "model": model_name(),
    }  # fmt: skip


def waiting_in(project: Project) -> list[Finding]:
    """The changes nobody has decided on, the newest test's first."""
    rows = Finding.objects.filter(trial__project=project, stage=Finding.Stage.CHANGE, state=Finding.State.OPEN)
    rows = rows.exclude(trial__state__in=OPEN).select_related("trial", "principle", "into")
    return list(rows.order_by("-trial__number", "number")[:100])
