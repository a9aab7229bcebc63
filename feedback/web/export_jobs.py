"""Exports as jobs: those there are with how far they are, what one may do about them, and their files once whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from feedback.datasets import pushing, transfers, writing_out
from feedback.datasets.exporting import LABELS
from feedback.datasets.zipping import Zip
from feedback.forms.writing_out import PushForm, WritingForm
from feedback.models import Project, Role, Transfer
from feedback.projects.access import open_to
from feedback.tasks import ring_transfer
from feedback.web.answering import person, show
from feedback.web.streaming import in_pieces

PAGE = "exporting/jobs.html"
KINDS = (Transfer.Kind.EXPORT, Transfer.Kind.PUSH)
AT_A_TIME = 20
STAGES = {
    writing_out.WRITING: _("Writing the rows"),
    writing_out.PACKING: _("Packing the files"),
    pushing.PUSHING: _("Sending the files"),
}


@dataclass(frozen=True)
class Line:
    """A job as the list shows it."""

    job: Transfer
    label: str
    stage: Any
    files: list[tuple[str, int]]

    @property
    def open(self) -> bool:
        """Whether it is under way."""
        return self.job.state in transfers.OPEN


@open_to(Role.CURATOR)
def exports(request: HttpRequest, project: Project) -> HttpResponse:
    """The jobs there are; a new one."""
    form = WritingForm(request.POST or None, project=project)
    if request.method == "POST":
        job = writing_out.open_export(project, by=person(request), **form.asked())
        ring_transfer(job)
        return redirect("exports", project.slug)
    rows = project.transfers.filter(kind__in=KINDS).select_related("asked_by", "snapshot")
    page = Paginator(rows, AT_A_TIME).get_page(request.GET.get("page"))
    lines = [line_of(job) for job in page]
    context = {"form": form, "lines": lines, "page": page, "places": pushing.places()}
    return show(request, PAGE, "jobs", context)


def line_of(job: Transfer) -> Line:
    """A job with its files and what it is at."""
    is_export = job.kind == Transfer.Kind.EXPORT
    files = [(path.name, path.stat().st_size) for path in writing_out.files_of(job)] if is_export else []
    name = job.given.get("format", "")
    return Line(job, LABELS.get(name, name) if is_export else job.given.get("to", ""), STAGES.get(job.stage, ""), files)


@open_to(Role.CURATOR)
@require_POST
def export_act(request: HttpRequest, project: Project, id: int, act: str) -> HttpResponse:  # noqa: A002
    """Pause it, let it go on, end it, throw its files away, or push them somewhere."""
    job, by = job_of(project, id), person(request)
    if act == "push":
        form = PushForm(request.POST)
        job = pushing.open_push(job, by=by, to=form.cleaned_data["to"] if form.is_valid() else "")
    elif act in ACTS:
        ACTS[act](job, by=by)
    else:
        raise Http404("Nobody does that with an export.")
    ring_transfer(job)
    return redirect("exports", project.slug)


ACTS: dict[str, Any] = {
    "pause": transfers.pause_transfer,
    "go-on": transfers.go_on_with,
    "cancel": transfers.cancel_transfer,
    "throw-away": writing_out.throw_away,
}


@open_to(Role.CURATOR)
def export_zip(request: HttpRequest, project: Project, id: int) -> HttpResponseBase:  # noqa: A002
    """All files of an export that is done."""
    return zip_answer(project, job_of(project, id))


def zip_answer(project: Project, job: Transfer) -> HttpResponseBase:
    """The files as a zip, made while it is sent."""
    folder = f"{project.slug}-{job.given.get('format', 'export')}"
    headers = {"Content-Disposition": f'attachment; filename="{folder}.zip"', "Cache-Control": "no-store"}
    pieces = in_pieces(zip_of(whole_files(job), folder))
    return StreamingHttpResponse(pieces, content_type="application/zip", headers=headers)


@open_to(Role.CURATOR)
def export_file(request: HttpRequest, project: Project, id: int, name: str) -> HttpResponseBase:  # noqa: A002
    """One file of an export that is done."""
    return file_answer(job_of(project, id), name)


def file_answer(job: Transfer, name: str) -> HttpResponseBase:
    """One file, or 404."""
    found = next((path for path in whole_files(job) if path.name == name), None)
    if found is None:
        raise Http404("This export has no such file.")
    return FileResponse(found.open("rb"), as_attachment=True, filename=name, content_type="application/octet-stream")


def job_of(project: Project, id: int) -> Transfer:  # noqa: A002
    """An export or a push of this project."""
    rows = Transfer.objects.filter(project=project, kind__in=KINDS).select_related("project", "asked_by", "snapshot")
    return get_object_or_404(rows, pk=id)


def whole_files(job: Transfer) -> list[Path]:
    """The files of an export, or 404 while there are none."""
    files = writing_out.files_of(job)
    if not files:
        raise Http404("This export has no files: it is not done, or they were thrown away.")
    return files


def zip_of(files: list[Path], folder: str) -> Iterator[bytes]:
    """The files as one zip, in pieces."""
    archive = Zip(folder)
    for path in files:
        with path.open("rb") as source:
            yield from archive.copied(path.name, source)
    yield archive.closed()
