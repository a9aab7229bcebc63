"""What a data set will hold, before it is downloaded; the download; and each row as a thread from end to end."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from feedback.models import Project, Role
from feedback.projects.access import open_to


@open_to(Role.VIEWER)
def export_page(request: HttpRequest, project: Project) -> HttpResponse:
    """What will be in it."""
    return render(request, "exporting/exporting.html", {})


@open_to(Role.CURATOR)
def download(request: HttpRequest, project: Project, format: str) -> HttpResponse:  # noqa: A002
    """The data set as one zip."""
    return render(request, "exporting/exporting.html", {})


@open_to(Role.VIEWER)
def export_row(request: HttpRequest, project: Project, format: str, id: int) -> HttpResponse:  # noqa: A002
    """One row as a thread."""
    return render(request, "exporting/exporting.html", {})
