"""Each principle with all that is behind it; its words change and it goes out of force here."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from feedback.forms.motions import RemarkForm
from feedback.forms.principles import ReasonForm, RewordForm, SwitchForm
from feedback.models import Article, JobState, Principle, Project, Role, Step
from feedback.principles import constitutions
from feedback.principles.remarks import remark
from feedback.principles.switching import switch_off, switch_on
from feedback.principles.where_used import elsewhere, runs_under
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, page_of, person, show
from feedback.web.dossier import dossier
from feedback.web.evidence import sources_of, with_words

ONE = "principles/principle.html"


@open_to(Role.CURATOR)
@require_POST
def reword_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Say it better; a principle in force gets a new constitution with it."""
    principle = get_object_or_404(project.principles, number=number)
    form = RewordForm(request.POST)
    if carried_out(form, lambda said: constitutions.reword(principle, by=person(request), **said)) is None:
        return show(request, ONE, "reword", whole(request, project, number, form), status=422)
    messages.success(request, f"Principle {number} has new words; the old ones stay below.")
    return redirect("principle", project.slug, number)


@open_to(Role.CURATOR)
@require_POST
def retire_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Take a principle out of force."""
    principle = get_object_or_404(project.principles, number=number)
    form = ReasonForm(request.POST)
    constitution = carried_out(form, lambda said: constitutions.retire(principle, by=person(request), **said))
    if constitution is None:
        return show(request, ONE, "retire", {**whole(request, project, number), "retiring": form}, status=422)
    messages.success(request, f"Principle {number} retired with version {constitution.number}.")
    return redirect("constitution", project.slug)


@open_to(Role.REVIEWER)
@require_POST
def remark_on_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Say something about a principle where everybody reads it."""
    principle = get_object_or_404(project.principles, number=number)
    form = RemarkForm(request.POST)

    def say(said: dict[str, Any]) -> object:
        answers = principle.remarks.filter(pk=said["answers"]).first() if said["answers"] else None
        return remark(principle, by=person(request), text=said["text"], answers=answers)

    if carried_out(form, say) is None:
        return show(request, ONE, "talk", {**whole(request, project, number), "saying": form}, status=422)
    return redirect(f"{reverse('principle', args=[project.slug, number])}#talk")


@open_to(Role.CURATOR)
@require_POST
def switch_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Take a principle in force out of the prompts, or put it back."""
    principle = get_object_or_404(project.principles, number=number)
    form = SwitchForm(request.POST)
    verb = switch_off if request.POST.get("off") else switch_on
    if carried_out(form, lambda said: verb(principle, by=person(request), **said)) is None:
        messages.error(request, " ".join(form.non_field_errors()))
    return redirect("principle", project.slug, number)


@open_to(Role.VIEWER)
def principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One principle: its words over time, where it comes from, where it stands and what it changed."""
    return render(request, ONE, whole(request, project, number))


def whole(request: HttpRequest, project: Project, number: int, form: RewordForm | None = None) -> dict[str, Any]:
    """All that a principle's own page shows."""
    row = get_object_or_404(with_words(project.principles.with_status()), number=number)
    versions = list(row.versions.all())
    newest = versions[-1]
    words = {"domain": newest.domain, "effect": newest.effect}
    return {
        "principle": row,
        "version": newest,
        "sources": sources_of(row),
        "articles": articles_of(row),
        "asked": work_of(row),
        "changes": page_of(request, changes_by(row), size=10),
        "form": form or RewordForm(initial=words),
        "retiring": ReasonForm(),
        "saying": RemarkForm(),
        "runs": runs_under(row),
        "elsewhere": elsewhere(row),
        **dossier(row, versions, reader=person(request)),
    }


def articles_of(principle: Principle) -> QuerySet[Article]:
    """Where it stands or stood, newest constitution first."""
    rows = Article.objects.filter(version__principle=principle)
    return rows.select_related("constitution", "version").order_by("-constitution__number")


def changes_by(principle: Principle) -> QuerySet[Step]:
    """The finished steps that rewrote an answer in its name, newest first."""
    steps = Step.objects.filter(principle__principle=principle, part="reviser", state=JobState.DONE)
    return steps.select_related("run", "item__start__example", "principle").order_by("-id")


def work_of(principle: Principle) -> dict[str, int]:
    """How often it was held against an answer and how often it asked for a rewrite."""
    steps = Step.objects.filter(principle__principle=principle, state=JobState.DONE)
    return steps.aggregate(
        critiques=Count("pk", filter=Q(part="critic")), rewrites=Count("pk", filter=Q(part="reviser"))
    )
