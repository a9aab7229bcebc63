"""The screen on which a change to the constitution is weighed: what is known of it, what is not, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from feedback.forms.adopting import ChangeForm, DecideForm, NeededForm, TestsForm
from feedback.forms.principles import RewordForm
from feedback.models import Motion, Principle, PrincipleVersion, Project, Role
from feedback.principles import enacting, gate
from feedback.principles.amendments import RESTORE, RETIRE, Amendment, amendment, versions_in
from feedback.principles.constitutions import Change, changes_between, history, newest_version
from feedback.principles.motions import PENDING
from feedback.principles.readiness import readiness_of
from feedback.projects.access import open_to
from feedback.projects.budget import model_name
from feedback.tasks import ring_trial
from feedback.web import deciding, principles
from feedback.web.answering import carried_out, person
from feedback.web.weighing import grouped

SCREEN = "adopting/adopting.html"


@open_to(Role.VIEWER)
def adopt(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """What is known of putting a principle into force, or of the words it is to get; posted to, it goes in."""
    if request.method == "POST":
        return deciding.adopt_principle(request, project.slug, number=number)
    principle = get_object_or_404(project.principles, number=number)
    return screen(request, project, amendment(project, version=wording_of(request, principle)))


@open_to(Role.VIEWER)
def retire(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """What is known of taking a principle out of force; posted to, it goes out."""
    if request.method == "POST":
        return principles.retire_principle(request, project.slug, number=number)
    principle = get_object_or_404(project.principles, number=number)
    base = project.constitutions.order_by("-number").first()
    if all(one.principle_id != principle.pk for one in versions_in(base)):
        messages.info(request, _("This principle is not in force."))
        return redirect("principle", project.slug, number)
    return screen(request, project, amendment(project, principle=principle))


@open_to(Role.VIEWER)
def go_back(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """What is known of going back to an earlier version."""
    old = get_object_or_404(project.constitutions, number=number)
    return screen(request, project, amendment(project, restores=old))


@open_to(Role.CURATOR)
@require_POST
def word_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Keep other words for a principle without putting them into force, and weigh them."""
    principle = get_object_or_404(project.principles, number=number)
    form = RewordForm(request.POST)
    words = {"by": person(request)}
    if carried_out(form, lambda said: enacting.word(principle, **words, **said)) is None:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return redirect("principle", project.slug, number)
    return redirect("adopt_principle", project.slug, number)


@open_to(Role.CURATOR)
@require_POST
def decide_change(request: HttpRequest, project: Project) -> HttpResponse:
    """Make the change, or put it to the vote."""
    form = DecideForm(project, request.POST)
    done = carried_out(form, lambda said: enacting.enact(form.change, by=person(request), reason=said["reason"]))
    if done is None:
        return refused(request, project, form)
    if isinstance(done, Motion):
        messages.success(request, f"Motion {done.number} is open. Tell the others.")
        return redirect("motion", project.slug, done.number)
    messages.success(request, f"{done.change}: this is version {done.number}.")
    return redirect("constitution", project.slug)


@open_to(Role.CURATOR)
@require_POST
def test_change(request: HttpRequest, project: Project) -> HttpResponse:
    """Have the change tested, in the ways that were pressed."""
    form = TestsForm(project, request.POST)
    opened = carried_out(form, lambda said: enacting.have_tested(form.change, kinds=said["kinds"], by=person(request)))
    if opened is None:
        return refused(request, project, form)
    for trial in opened:
        ring_trial(trial)
    said = ngettext("%(n)d test is on its way.", "%(n)d tests are on their way.", len(opened))
    messages.success(request, said % {"n": len(opened)})
    return redirect(*address_of(form.change))


@open_to(Role.OWNER)
@require_POST
def need_probes(request: HttpRequest, project: Project) -> HttpResponse:
    """Say whether changes have to be probed."""
    form = NeededForm(request.POST)
    carried_out(form, lambda said: gate.set_probes_needed(project, by=person(request), needed=said["needed"]))
    return redirect(request.POST.get("back") if own(project, request.POST.get("back", "")) else "/")


def own(project: Project, address: str) -> bool:
    """Whether an address is one of this project's pages."""
    return address.startswith(f"/p/{project.slug}/")


def refused(request: HttpRequest, project: Project, form: ChangeForm) -> HttpResponse:
    """The screen again with what stands in the way; without a change there is no screen to show."""
    change = getattr(form, "change", None)
    if change is None:
        messages.error(request, " ".join(map(str, form.non_field_errors())))
        return redirect("principles", project.slug)
    deciding_by = form if isinstance(form, DecideForm) else None
    for error in [] if deciding_by else [error for errors in form.errors.values() for error in errors]:
        messages.error(request, error)
    return screen(request, project, change, deciding_by, status=422)


def screen(
    request: HttpRequest, project: Project, change: Amendment, form: DecideForm | None = None, *, status: int = 200
) -> HttpResponse:
    """All that the screen shows."""
    model, simulated = model_name()
    name, *places = address_of(change)
    readiness = readiness_of(change, model=model)
    wording = f"?wording={change.version.number}" if change.version else ""
    context = {
        "back": reverse(name, args=places) + wording, "turned": turned_by(change),
        "change": change, "readiness": readiness, "groups": grouped(readiness), "form": form or DecideForm(project),
        "against": [gate.SAID[code] for code in readiness.against], "motion": motion_on(change), "model": model,
        "simulated": simulated, "needed": NeededForm(initial={"needed": project.probes_needed}),
        "newest": newest_of(change), "number": (change.base.number if change.base else 0) + 1,
    }  # fmt: skip
    return render(request, SCREEN, context, status=status)


def wording_of(request: HttpRequest, principle: Principle) -> PrincipleVersion:
    """The wording asked about by its number; else the newest."""
    asked = request.GET.get("wording", "")
    found = principle.versions.filter(number=int(asked)).first() if asked.isdecimal() and len(asked) < 9 else None
    version = found or newest_version(principle)
    version.principle = principle
    return version


def newest_of(change: Amendment) -> PrincipleVersion | None:
    """A newer wording than the one weighed, if there is one."""
    if change.version is None or change.principle is None:
        return None
    newest = newest_version(change.principle)
    return None if newest.pk == change.version.pk else newest


def motion_on(change: Amendment) -> Motion | None:
    """The open motion for this very change."""
    rows = Motion.objects.filter(project=change.project, state__in=PENDING)
    if change.kind == RESTORE:
        return rows.filter(restores=change.restores).first()
    if change.kind == RETIRE:
        return rows.filter(principle=change.principle, kind=Motion.Kind.RETIRE).first()
    return rows.filter(principle=change.principle, version=change.version).first()


def turned_by(change: Amendment) -> list[Change]:
    """Principle by principle what going back to a version changes."""
    if change.restores is None:
        return []
    restored = history(change.project).get(pk=change.restores.pk)
    newest = history(change.project).first()
    return [one for one in changes_between(newest, restored) if one.kind != "kept"]


def address_of(change: Amendment) -> tuple[Any, ...]:
    """Where its screen is."""
    if change.restores is not None:
        return "go_back", change.project.slug, change.restores.number
    assert change.principle is not None  # as every other change has one
    name = "retire_principle" if change.kind == RETIRE else "adopt_principle"
    return name, change.project.slug, change.principle.number
