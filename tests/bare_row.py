"""All URLs, and a view that inserts one row and does nothing else: what benchmarks hold others against."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from app import urls
from feedback.models import Project, Role, Submission
from feedback.projects.access import open_to
from feedback.projects.raters import rater_of


@open_to(Role.REVIEWER)
def bare(request: HttpRequest, project: Project) -> HttpResponse:
    """One row."""
    rater = rater_of(request.user, project)  # type: ignore[arg-type]
    Submission.objects.create(project=project, rater=rater, key=request.POST["key"], page="/")
    return HttpResponse(status=204)


urlpatterns = [path("p/<slug:slug>/bare/", bare), *urls.urlpatterns]
