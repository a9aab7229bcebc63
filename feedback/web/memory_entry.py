"""One entry of the memory: what it says, where it came from, how its uses went, and what may be done with it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback.errors import NotAllowed, Refused
from feedback.forms.memory import IntoForm, OutcomeForm, WordsForm
from feedback.models import Errand, Example, Experience, Project, Response, Role, Split
from feedback.principles.memory import keeping, repairing, sharing
from feedback.principles.memory.entries import entries_for
from feedback.principles.memory.recalling import Library
from feedback.principles.memory.records import Benefit, benefit, tallies, uses_of, wrong_uses
from feedback.projects.access import open_to
from feedback.tasks import ring_errand
from feedback.web.answering import carried_out, page_of, person, show

PAGE = "memory/entry.html"
MOST_EXAMPLES = 150
MISSED = 8


@open_to(Role.VIEWER)
def memory_entry(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """The page of one entry."""
    entry = get_object_or_404(entries_for(project), pk=id)
    return show(request, PAGE, "entry", standing(request, project, entry))


@open_to(Role.CURATOR)
@require_POST
def reword_entry(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Say it in other words."""
    entry = get_object_or_404(entries_for(project), pk=id)
    form = WordsForm(request.POST)
    row = carried_out(form, lambda said: keeping.reword(entry, by=person(request), **said))
    if row is None:
        return show(request, PAGE, "entry", {**standing(request, project, entry), "wording": form}, status=422)
    return redirect("memory_entry", project.slug, row.pk)


@open_to(Role.CURATOR)
@require_POST
def promote_entry(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Let a lesson serve all projects."""
    return done(request, project, id, lambda entry: sharing.promote(entry, by=person(request)))


@open_to(Role.CURATOR)
@require_POST
def take_entry_back(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Let an entry that was laid aside stand again."""
    return done(request, project, id, lambda entry: keeping.take_back(entry, by=person(request)))


@open_to(Role.CURATOR)
@require_POST
def merge_entry(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Put an entry into another one."""
    form = IntoForm(entries_for(project), request.POST)

    def merge(entry: Experience) -> Experience:
        if not form.is_valid():
            raise Refused(_("The entry to merge into is not there any more."))
        return sharing.merge([entry], into=form.cleaned_data["into"], by=person(request))

    return done(request, project, id, merge)


@open_to(Role.CURATOR)
@require_POST
def repair_entry(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Have a model say anew when a lesson applies."""

    def repair(entry: Experience) -> Experience:
        ring_errand(repairing.ask_repair(entry, project=project, by=person(request)))
        return entry

    return done(request, project, id, repair)


@open_to(Role.REVIEWER)
@require_POST
def judge_entry_use(request: HttpRequest, project: Project, id: int, use: int) -> HttpResponse:  # noqa: A002
    """Say how one use went."""
    entry = get_object_or_404(entries_for(project), pk=id)
    row = get_object_or_404(uses_of(entry), pk=use, response__example__project=project)
    form = OutcomeForm(request.POST)
    if form.is_valid():
        repairing.judge_use(row, form.cleaned_data["outcome"], by=person(request))
    return redirect("memory_entry", project.slug, id)


@open_to(Role.REVIEWER)
@require_POST
def note_entry_missed(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Say that an entry should have been used for an answer."""
    entry = get_object_or_404(entries_for(project), pk=id)
    number = request.POST.get("response", "")
    response = get_object_or_404(
        Response, pk=int(number) if number.isdecimal() else 0, example__project=project
    )  # fmt: skip
    repairing.note_missed(entry, response, by=person(request))
    return redirect("memory_entry", project.slug, id)


def done(request: HttpRequest, project: Project, pk: int, verb: Any) -> HttpResponse:
    """Carry out a verb on an entry and show what stands now, or why not."""
    entry = get_object_or_404(entries_for(project), pk=pk)
    try:
        entry = verb(entry) or entry
    except (Refused, NotAllowed) as trouble:
        messages.error(request, str(trouble))
    return redirect("memory_entry", project.slug, entry.pk)


def standing(request: HttpRequest, project: Project, entry: Experience) -> dict[str, Any]:
    """All that the page of an entry shows."""
    here = uses_of(entry).filter(response__example__project=project)
    page = page_of(request, here, size=20)
    used = [(use, OutcomeForm(initial={"outcome": use.outcome}, auto_id=f"use-{use.pk}-%s")) for use in page]
    words = {"condition": entry.condition, "explanation": entry.explanation}
    return {
        **in_figures(benefit_of(project, entry)),
        "promote_url": reverse("promote_entry", args=[project.slug, entry.pk]),
        "entry": entry, "tally": tallies([entry.pk])[entry.pk], "page": page, "uses": used,
        "wrong": wrong_uses(entry), "missed": might_have(project, entry),
        "repairs": list(Errand.objects.filter(experience=entry, project=project).order_by("-pk")[:3]),
        "repaired": Errand.objects.filter(project=project, answer__entry=entry.pk).first(),
        "before": entry.copied_from, "wording": WordsForm(initial=words, auto_id="reword-%s"),
        "taken_in": Experience.objects.filter(merged_into=entry).order_by("-pk")[:10],
    }  # fmt: skip


def benefit_of(project: Project, entry: Experience) -> Benefit:
    """How answers went with an entry and without, where it fits in this project."""
    made = Example.objects.filter(project=project, responses__origin__in=["generated", "refined"])
    examples = list(made.exclude(split=Split.HOLDOUT).distinct().order_by("-pk")[:MOST_EXAMPLES])
    fitted = Library(project, entries=[entry]).examples_fitted(entry, examples)
    return benefit(entry, fitted)


def in_figures(found: Benefit) -> dict[str, Any]:
    """A benefit as the page tells it, in percentage points."""
    low, high = found.bounds if found.known else (0.0, 0.0)
    told = {"difference": points(found.difference), "low": points(low), "high": points(high)}
    return {"benefit": found, **told, "low_is_positive": low > 0, "high_is_negative": high < 0}


def points(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return f"{round(100 * share):+d}".replace("-", "−")


def might_have(project: Project, entry: Experience) -> list[Response]:
    """The newest answers made here in whose prompt an entry did not stand."""
    rows = Response.objects.filter(example__project=project, origin__in=["generated", "refined"])
    rows = rows.exclude(example__split=Split.HOLDOUT).exclude(pk__in=uses_of(entry).order_by().values("response"))
    return list(rows.select_related("example").order_by("-pk")[:MISSED])
