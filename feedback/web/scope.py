"""Where a principle applies: its test inputs with what became of each, and what a person has to say about them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.forms.scope import DomainForm, InputForm, SettleForm
from feedback.models import Principle, Project, Role, ScopeInput, Trial
from feedback.principles import scope_inputs
from feedback.principles.constitutions import newest_version
from feedback.principles.trials import opening
from feedback.projects.access import open_to
from feedback.projects.budget import model_name
from feedback.tasks import ring_trial
from feedback.web.answering import carried_out, person, show
from feedback.web.scope_figures import sections_of, wordings_of

PAGE = "scope/scope.html"


@open_to(Role.VIEWER)
def scope(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Where one principle applies and where it must not show."""
    return show(request, PAGE, "scope", whole(request, principle_of(project, number)))


@open_to(Role.CURATOR)
@require_POST
def try_scope(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Test the newest wording on all inputs; what is known is not bought again."""
    principle = principle_of(project, number)
    ring_trial(scope_inputs.try_scope(principle, by=person(request), more="more" in request.POST))
    return back(request, principle)


@open_to(Role.CURATOR)
@require_POST
def add_scope_input(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """A request of one's own to test on."""
    principle = principle_of(project, number)
    form = InputForm(request.POST)
    row = carried_out(form, lambda said: scope_inputs.add_input(principle, by=person(request), **said))
    if row is None:
        return show(request, PAGE, "scope", whole(request, principle, adding=form), status=422)
    return back(request, principle, row)


@open_to(Role.CURATOR)
@require_POST
def settle_scope_input(request: HttpRequest, project: Project, number: int, id: int) -> HttpResponse:  # noqa: A002
    """Say where an input belongs, or leave it out."""
    principle = principle_of(project, number)
    row = get_object_or_404(ScopeInput.objects.select_related("principle__project"), principle=principle, pk=id)
    carried_out(SettleForm(request.POST), lambda said: settled(row, request, said["do"]))
    return back(request, principle, row)


@open_to(Role.CURATOR)
@require_POST
def correct_domain(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Say better when it applies, and test the new wording on the same inputs."""
    principle = principle_of(project, number)
    form = DomainForm(request.POST)
    version = carried_out(form, lambda said: scope_inputs.correct_domain(principle, by=person(request), **said))
    if version is None:
        return show(request, PAGE, "scope", whole(request, principle, domain=form), status=422)
    ring_trial(scope_inputs.try_scope(principle, by=person(request)))
    return back(request, principle)


def principle_of(project: Project, number: int) -> Principle:
    """The principle of that number."""
    return get_object_or_404(project.principles.select_related("project"), number=number)


def settled(row: ScopeInput, request: HttpRequest, do: str) -> ScopeInput:
    """Carry out what the button said."""
    if do == "out":
        return scope_inputs.leave_out(row, by=person(request))
    if do == "back":
        return scope_inputs.take_back(row, by=person(request))
    return scope_inputs.move_input(row, by=person(request), scope=do)


def back(request: HttpRequest, principle: Principle, row: ScopeInput | None = None) -> HttpResponse:
    """The page as it is now, with the row in hand open."""
    if request.htmx:  # type: ignore[attr-defined]
        return show(request, PAGE, "scope", whole(request, principle, opened=row.pk if row else None))
    place = f"?open={row.pk}#input-{row.pk}" if row else ""
    return redirect(f"{reverse('scope', args=[principle.project.slug, principle.number])}{place}")


def whole(
    request: HttpRequest,
    principle: Principle,
    *,
    adding: InputForm | None = None,
    domain: DomainForm | None = None,
    opened: int | None = None,
) -> dict[str, Any]:
    """All that the page shows."""
    inputs = list(ScopeInput.objects.filter(principle=principle).select_related("moved_by"))
    wordings = wordings_of(principle)
    report = wordings[0][1]
    asked = request.GET.get("open", "")
    tests = Trial.objects.filter(principle=principle, kind=Trial.Kind.SCOPE).order_by("-number")
    trial = tests.first()
    open_now = trial is not None and trial.state in opening.OPEN
    version = newest_version(principle)
    return {
        "principle": principle, "version": version, "report": report, "trial": trial, "under_way": open_now,
        "progress": opening.progress(trial) if trial and open_now else None,
        "sections": sections_of(report, [one for one in inputs if one.left_out_at is None]),
        "left_out": [one for one in inputs if one.left_out_at is not None],
        "wordings": wordings if any(found for _, found in wordings[1:]) else [],
        "adding": adding or InputForm(), "domain": domain or DomainForm(initial={"domain": version.domain}),
        "opened": opened or (int(asked) if asked.isdecimal() else 0), "model": model_name(), "inputs": inputs,
        "may_change": True,
    }  # fmt: skip
