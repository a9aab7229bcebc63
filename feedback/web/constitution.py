"""The constitution as a document, its versions, and what each changed against the one before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from feedback.models import Article, Constitution, PrincipleVersion, Project, Role
from feedback.principles.constitutions import changes_between, history
from feedback.principles.taking_out import FORMATS, Format
from feedback.projects.access import open_to
from feedback.web.carrying import CURATORS_ONLY
from feedback.web.evidence import Source, articles_with_words, sources_of

PAGE = "constitution/constitution.html"


@dataclass(frozen=True)
class Line:
    """One numbered principle of the document, with the words in its margin and what this version did to it."""

    number: int
    version: PrincipleVersion
    sources: list[Source]
    kind: str
    before: PrincipleVersion | None


@open_to(Role.VIEWER)
def constitution(request: HttpRequest, project: Project) -> HttpResponse:
    """The constitution in force."""
    newest = versions_of(project).first()
    return render(request, PAGE, {**document(project, newest), "ways": ways_out(project)} if newest else {})


@open_to(Role.VIEWER)
def constitution_version(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One version, in force or not, and what it changed."""
    shown = get_object_or_404(versions_of(project), number=number)
    return render(request, PAGE, {**document(project, shown), "ways": ways_out(project)})


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


def document(project: Project, shown: Constitution) -> dict[str, Any]:
    """All that the page of one version shows."""
    versions = list(versions_of(project))
    both = {one.number: one for one in history(project).filter(number__in=[shown.number, shown.number - 1])}
    older, newer = both.get(shown.number - 1), both[shown.number]
    changes = changes_between(older, newer)
    what = {change.after.pk: change for change in changes if change.after}
    return {
        "shown": shown,
        "in_force": shown.number == versions[0].number,
        "versions": versions,
        "older": older,
        "lines": [line(article, what) for article in articles_with_words(shown.articles.all())],
        "removed": [change.before for change in changes if change.kind == "removed"],
    }


def line(article: Article, what: dict[int, Any]) -> Line:
    """An article as a line of the document."""
    change = what[article.version.pk]
    sources = sources_of(article.version.principle)
    return Line(article.position, article.version, sources, change.kind, change.before)
