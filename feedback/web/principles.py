"""Drafts on their way to being principles, and each principle with all that is behind it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.forms.principles import AdoptForm, ReasonForm, RewordForm, WriteForm
from feedback.models import Article, Drafting, JobState, Principle, Project, Role, Step
from feedback.principles import constitutions
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, go_to, page_of, person, show
from feedback.web.evidence import SOURCES, sources_of, with_words
from feedback.web.likeness import Groups, Like
from feedback.web.once import once

PAGE = "principles/principles.html"
ONE = "principles/principle.html"
MOST_DRAFTS = 200


@open_to(Role.VIEWER)
def principles(request: HttpRequest, project: Project) -> HttpResponse:
    """The inbox: what is being drafted, the drafts that wait for a decision, and those that had one."""
    if "after" in request.GET:
        return render(request, f"{PAGE}#arrivals", arrivals(project, request.GET["after"]))
    return render(request, PAGE, inbox(request, project, WriteForm()))


@open_to(Role.CURATOR)
@require_POST
def write_principle(request: HttpRequest, project: Project) -> HttpResponse:
    """Add a draft in a person's own words."""
    form = WriteForm(request.POST)

    def write(said: dict[str, Any]) -> bool:
        with once(project, said["key"]) as first:
            if first:
                words = {"domain": said["domain"], "effect": said["effect"]}
                constitutions.write_principle(project, by=person(request), **words)
        return True

    if carried_out(form, write) is None:
        return show(request, PAGE, "write", inbox(request, project, form), status=422)
    return go_to(request, "principles", project.slug)


@open_to(Role.CURATOR)
@require_POST
def adopt_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Put a draft into the constitution, in its own words or in better ones."""
    principle = get_object_or_404(project.principles, number=number)
    form = AdoptForm(request.POST, auto_id=f"draft-{number}-%s")
    constitution = carried_out(form, lambda said: constitutions.adopt(principle, by=person(request), **said))
    if constitution is None:
        return decide_again(request, project, number, form)
    return decided(request, project, f"Principle {number} adopted: it stands in version {constitution.number}.", number)


@open_to(Role.CURATOR)
@require_POST
def drop_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Lay a draft aside, with a reason."""
    principle = get_object_or_404(project.principles, number=number)
    form = ReasonForm(request.POST)
    if carried_out(form, lambda said: constitutions.drop(principle, by=person(request), **said)) is None:
        return decide_again(request, project, number, AdoptForm(request.POST), form.non_field_errors())
    return decided(request, project, f"Principle {number} laid aside.", number)


@open_to(Role.CURATOR)
@require_POST
def reinstate_principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Take a draft that was laid aside back among the drafts."""
    principle = get_object_or_404(project.principles, number=number)
    constitutions.reinstate(principle, by=person(request))
    return redirect("principles", project.slug)


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


@open_to(Role.VIEWER)
def principle(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One principle: its words over time, where it comes from, where it stands and what it changed."""
    return render(request, ONE, whole(request, project, number))


def of_status(project: Project, status: str) -> QuerySet[Principle]:
    """A project's principles of one standing, newest first, with all that a card shows."""
    return with_words(project.principles.with_status().filter(status=status)).order_by("-number")


def card(
    principle: Principle,
    form: AdoptForm | None = None,
    refusals: list[str] | None = None,
    *,
    alike: Sequence[Like] = (),
) -> dict[str, Any]:
    """A draft as its card shows it, with the numbers of those that say the same."""
    version = list(principle.versions.all())[-1]
    words = {"domain": version.domain, "effect": version.effect}
    form = form or AdoptForm(initial=words, auto_id=f"draft-{principle.number}-%s")
    return {
        "principle": principle,
        "version": version,
        "sources": sources_of(principle),
        "form": form,
        "refusals": refusals,
        "alike": alike,
    }


def inbox(request: HttpRequest, project: Project, form: WriteForm) -> dict[str, Any]:
    """All that the inbox shows."""
    rows: Any = of_status(project, Principle.Status.DRAFTED)
    by_group = request.GET.get("by") == "group"
    groups = Groups(project)
    drafts = page_of(request, groups.ordered(list(rows)) if by_group else rows, size=MOST_DRAFTS)
    dropped = of_status(project, Principle.Status.DROPPED)[:50]
    return {
        "writing": form,
        "drafts": drafts,
        "cards": groups.headed([card(draft, alike=groups.like(draft)) for draft in drafts], by_group=by_group),
        "by_group": by_group,
        "groups": groups,
        "dropped": [card(one) for one in dropped],
        "adopted": project.principles.with_status().filter(status=Principle.Status.ADOPTED).count(),
        **under_way(project),
    }


def arrivals(project: Project, after: str) -> dict[str, Any]:
    """The drafts that came since the page was made, and what is still being drafted."""
    newer = of_status(project, Principle.Status.DRAFTED).filter(number__gt=int(after) if after.isdecimal() else 0)
    return {"cards": [card(draft) for draft in newer], "fresh": True, **under_way(project)}


def under_way(project: Project) -> dict[str, Any]:
    """Draftings a worker has yet to finish or could not, and the highest number given out so far."""
    jobs = Drafting.objects.filter(project=project).select_related(*SOURCES, "asked_by")
    highest = project.principles.order_by("-number").values_list("number", flat=True).first()
    return {
        "waiting": list(jobs.filter(state__in=[JobState.WAITING, JobState.LEASED])),
        "failed": list(jobs.filter(state=JobState.FAILED).order_by("-id")[:5]),
        "newest": highest or 0,
    }


def decide_again(
    request: HttpRequest, project: Project, number: int, form: AdoptForm | None, refusals: list[str] | None = None
) -> HttpResponse:
    """The draft with its form as it was sent, and what stands in the way."""
    draft = get_object_or_404(with_words(project.principles.with_status()), number=number)
    context = {"card": card(draft, form, refusals), "alone": True}
    return show(request, "principles/draft.html", "draft", context, status=422)


def decided(request: HttpRequest, project: Project, sentence: str, number: int) -> HttpResponse:
    """What became of a draft: a line in its place, or the inbox without it."""
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "principles/draft.html#decided", {"sentence": sentence, "number": number})
    messages.success(request, sentence)
    return redirect("principles", project.slug)


def whole(request: HttpRequest, project: Project, number: int, form: RewordForm | None = None) -> dict[str, Any]:
    """All that a principle's own page shows."""
    row = get_object_or_404(with_words(project.principles.with_status()), number=number)
    versions = list(row.versions.all())
    newest = versions[-1]
    words = {"domain": newest.domain, "effect": newest.effect}
    return {
        "principle": row,
        "version": newest,
        "older": list(reversed(versions[:-1])),
        "sources": sources_of(row),
        "articles": articles_of(row),
        "asked": work_of(row),
        "changes": page_of(request, changes_by(row), size=20),
        "form": form or RewordForm(initial=words),
        "retiring": ReasonForm(),
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
