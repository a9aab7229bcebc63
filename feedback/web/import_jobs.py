"""A large file on its way in: how far it is, what it would change, its bad rows; and what one may do about it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from feedback.datasets import bringing, transfers
from feedback.models import JobState, Project, Role, Transfer
from feedback.projects.access import open_to
from feedback.tasks import ring_transfer
from feedback.web.answering import person, show
from feedback.web.importing import added_in_words
from feedback.web.job_stages import STAGES

PAGE = "importing/job.html"
SHOWN = 12


@open_to(Role.CURATOR)
def import_job(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """How far it is, and what it would change or has changed."""
    job = job_of(project, id)
    reached = job.result.get("reached", {})
    asks = job.stage == bringing.ASKING and job.state == JobState.WAITING
    context = {
        "job": job, "asks": asks, "open": job.state in transfers.OPEN, "failed": job.state == JobState.FAILED,
        "bad": reached.get("bad", 0), "troubles": bringing.bad_rows_of(job, SHOWN) if reached.get("bad") else [],
        "difference": job.result.get("difference"), "added": what_was_added(job), "stage": STAGES.get(job.stage, ""),
        "most": bringing.TOLD if job.state == JobState.DONE else reached.get("bad", 0),
    }  # fmt: skip
    return show(request, PAGE, "job", context)


@open_to(Role.CURATOR)
@require_POST
def pause_import(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Let it stop where it is."""
    return changed(project, id, lambda job: transfers.pause_transfer(job, by=person(request)))


@open_to(Role.CURATOR)
@require_POST
def go_on_with_import(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Let it go on from where it stopped."""
    return changed(project, id, lambda job: transfers.go_on_with(job, by=person(request)))


@open_to(Role.CURATOR)
@require_POST
def cancel_import(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """End it: nothing of it comes in."""
    return changed(project, id, lambda job: transfers.cancel_transfer(job, by=person(request)))


@open_to(Role.CURATOR)
@require_POST
def let_import_in(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Let in what was read."""
    skip = request.POST.get("skip_bad") == "1"
    return changed(project, id, lambda job: bringing.let_in(job, by=person(request), skip_bad=skip))


@open_to(Role.CURATOR)
def import_bad_rows(request: HttpRequest, project: Project, id: int) -> HttpResponseBase:  # noqa: A002
    """The rows that cannot be read as CSV: line, column, why."""
    job = job_of(project, id)
    headers = {"Content-Disposition": f'attachment; filename="bad-rows-{job.pk}.csv"'}
    return StreamingHttpResponse(as_csv(bringing.bad_rows_of(job)), content_type="text/csv", headers=headers)


def job_of(project: Project, id: int) -> Transfer:  # noqa: A002
    """An import of this project."""
    rows = Transfer.objects.filter(project=project, kind=Transfer.Kind.IMPORT).select_related("asked_by", "imported")
    return get_object_or_404(rows, pk=id)


def changed(project: Project, id: int, verb: Callable[[Transfer], None]) -> HttpResponse:  # noqa: A002
    """Carry out a verb on an import and show how it stands now."""
    job = job_of(project, id)
    verb(job)
    ring_transfer(job)
    return redirect("import_job", project.slug, id)


def what_was_added(job: Transfer) -> list[str]:
    """The new rows in words."""
    added: dict[str, int] = job.result.get("added", {})
    examples, responses, feedback = (added.get(name, 0) for name in ("examples", "responses", "feedback"))
    more = {name: job.result.get(name, 0) for name in ("preferences", "tagged")}
    return added_in_words(examples, responses, feedback, **more)


class Echo:
    """A file for the CSV writer that hands back what is written."""

    def write(self, text: str) -> str:
        """The text itself."""
        return text


def as_csv(rows: list[dict[str, Any]]) -> Iterator[str]:
    """The lines of the list; what a spreadsheet would take for a formula is quoted."""
    writer = csv.writer(Echo())
    yield writer.writerow(["line", "column", "why"])
    for row in rows:
        words = (str(row.get("column", "")), str(row["why"]))
        safe = [f"'{text}" if text[:1] in ("=", "+", "-", "@") else text for text in words]
        yield writer.writerow([row["line"], *safe])
