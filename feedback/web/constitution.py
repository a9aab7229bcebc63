"""The constitution as a document, its versions, and what each changed against the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from feedback.forms.compiling import CompilingForm
from feedback.models import Article, Constitution, PrincipleVersion, Project, Role, User
from feedback.principles.churn import churn_between
from feedback.principles.compiling import decide_compiling
from feedback.principles.constitutions import changes_between, history
from feedback.principles.drift import drift_of
from feedback.principles.gate import SAID
from feedback.principles.sizes import sizes_of
from feedback.principles.taking_out import FORMATS, Format
from feedback.projects.access import open_to
from feedback.projects.budget import model_name
from feedback.web.answering import carried_out, person
from feedback.web.carrying import CURATORS_ONLY
from feedback.web.evidence import Source, articles_with_words, sources_of
from feedback.web.margin import Note, notes_for, ruler

PAGE = "constitution/constitution.html"
LOOKED_BACK = 6


@dataclass(frozen=True)
class Line:
    """One numbered principle of the document, with the words in its margin and what this version did to it."""

    number: int
    version: PrincipleVersion
    sources: list[Source]
    kind: str
    before: PrincipleVersion | None
    note: Note


@open_to(Role.VIEWER)
def constitution(request: HttpRequest, project: Project) -> HttpResponse:
    """The constitution in force."""
    newest = versions_of(project).first()
    return render(request, PAGE, whole(request, project, newest) if newest else {})


@open_to(Role.VIEWER)
def constitution_version(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One version, in force or not, and what it changed."""
    shown = get_object_or_404(versions_of(project), number=number)
    return render(request, PAGE, whole(request, project, shown))


@open_to(Role.OWNER)
@require_POST
def set_compiling(request: HttpRequest, project: Project) -> HttpResponse:
    """How much of the constitution a prompt gets from now on, and whether bad records switch principles off."""
    form = CompilingForm(request.POST)
    if carried_out(form, lambda said: decide_compiling(project, by=person(request), **said)) is None:
        shown = versions_of(project).first()
        return render(
            request, PAGE, {**(whole(request, project, shown) if shown else {}), "compiling": form}, status=422
        )
    messages.success(request, _("From now on prompts are compiled so. Runs under way keep what they began with."))
    return redirect(f"{reverse('constitution', args=[project.slug])}#in-the-prompt")


def whole(request: HttpRequest, project: Project, shown: Constitution) -> dict[str, Any]:
    """The document, what it takes in a prompt, and the ways it goes out."""
    found = document(project, shown, reader=person(request))
    sizes = sizes_of(found["newer"], model_name()[0]) if found["in_force"] else None
    drift = drift_of(project, up_to=shown.number, at_most=LOOKED_BACK) if found["in_force"] else None
    return {**found, "sizes": sizes, "drift": drift, "compiling": CompilingForm.of(project), "ways": ways_out(project)}


def ways_out(project: Project) -> list[tuple[str, Format]]:
    """The files a member may take it out as."""
    curates = project.member.may(Role.CURATOR)  # type: ignore[attr-defined]
    return [(name, way) for name, way in FORMATS.items() if curates or name not in CURATORS_ONLY]


def versions_of(project: Project) -> QuerySet[Constitution]:
    """The ruler: every version with how many principles it has and how many runs were made under it."""
    counted = project.constitutions.select_related("made_by")
    return counted.annotate(size=Count("articles", distinct=True), used_by=Count("runs", distinct=True)).order_by(
        "-number"
    )


def document(project: Project, shown: Constitution, *, reader: User) -> dict[str, Any]:
    """One version as a document, with what it changed and what stands in its margin."""
    versions = list(versions_of(project))
    both = {one.number: one for one in history(project).filter(number__in=[shown.number, shown.number - 1])}
    older, newer = both.get(shown.number - 1), both[shown.number]
    changes = changes_between(older, newer)
    what = {change.after.pk: change for change in changes if change.after}
    articles = list(articles_with_words(shown.articles.all()))
    notes = notes_for(project, [article.version for article in articles], reader=reader)
    return {
        "shown": shown,
        "in_force": shown.number == versions[0].number,
        "ruler": ruler(project, versions),
        "older": older,
        "newer": newer,
        "churn": churn_between(older, newer) if older else None,
        "lines": [line(article, what, notes[article.version_id]) for article in articles],
        "in_spite_of": [SAID[code] for code in shown.in_spite_of],
        "off": sum(article.version.principle.switched_off_at is not None for article in articles),
        "removed": [change.before for change in changes if change.kind == "removed"],
    }


def line(article: Article, what: dict[int, Any], note: Note) -> Line:
    """An article as a line of the document."""
    change = what[article.version.pk]
    sources = sources_of(article.version.principle)
    return Line(article.position, article.version, sources, change.kind, change.before, note)
