"""The inbox: what is being drafted, the drafts that wait for a decision, and those that had one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.forms.principles import AdoptForm, ReasonForm, WriteForm
from feedback.models import Drafting, JobState, Principle, Project, Role
from feedback.principles import constitutions
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, go_to, page_of, person, show
from feedback.web.evidence import SOURCES, sources_of, with_words
from feedback.web.likeness import Groups, Like
from feedback.web.once import once

PAGE = "principles/principles.html"
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
