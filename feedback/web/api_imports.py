"""Bringing files in by script: send one, ask how far it is, see its bad rows, let it in or end it.

    POST /api/<slug>/imports?filename=pairs.jsonl[&format=…][&map=prompt:question][&skip_bad=1][&look_first=1]

takes the file as the body of the request (or as `file` of a form) and answers 202 with the job.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from feedback.datasets import bringing, transfers
from feedback.errors import Refused
from feedback.forms.intake import LARGEST, MEGABYTE
from feedback.models import Project, Role, Transfer
from feedback.tasks import ring_transfer
from feedback.web import uploads
from feedback.web.answering import person
from feedback.web.api import TurnedAway, token_door
from feedback.web.import_jobs import job_of

PIECE = 1024 * 1024
MOST = 100


@token_door(Role.CURATOR, "GET", "POST")
def api_imports(request: HttpRequest, project: Project) -> HttpResponseBase | dict[str, Any]:
    """The last imports, or a new one."""
    if request.method == "GET":
        rows = project.transfers.filter(kind=Transfer.Kind.IMPORT)[:MOST]
        return {"imports": [told(job, project) for job in rows]}
    sent = uploads.keep_pieces(pieces_of(request), project, person(request), name_of(request))
    how = {name: request.GET.get(name) in {"1", "true"} for name in ("skip_bad", "look_first")}
    wish = request.GET.get("format", "auto")
    mapping = mapping_of(request.GET.getlist("map"))
    job = bringing.open_import(
        project, by=person(request), file=sent.path, filename=sent.name, format=wish, mapping=mapping, **how
    )
    uploads.let_go(sent)
    ring_transfer(job)
    return JsonResponse(told(job, project), status=202)


@token_door(Role.CURATOR, "GET")
def api_import(request: HttpRequest, project: Project, id: int) -> dict[str, Any]:  # noqa: A002
    """How far it is, and what it would change or has changed."""
    return told(job_of(project, id), project)


@token_door(Role.CURATOR, "GET")
def api_bad_rows(request: HttpRequest, project: Project, id: int) -> dict[str, Any]:  # noqa: A002
    """The rows that cannot be read: line, column, why."""
    return {"rows": bringing.bad_rows_of(job_of(project, id))}


@token_door(Role.CURATOR, "POST")
def api_import_act(request: HttpRequest, project: Project, id: int, act: str) -> dict[str, Any]:  # noqa: A002
    """Pause it, let it go on, let it in once it was read, or end it."""
    job, by = job_of(project, id), person(request)
    if act == "let-in":
        bringing.let_in(job, by=by, skip_bad=request.GET.get("skip_bad") in {"1", "true"})
    elif act in ACTS:
        ACTS[act](job, by=by)
    else:
        raise TurnedAway(404, f"An import takes {', '.join(ACTS)} and let-in.")
    ring_transfer(job)
    return told(job_of(project, id), project)


ACTS = {
    "pause": transfers.pause_transfer,
    "go-on": transfers.go_on_with,
    "cancel": transfers.cancel_transfer,
}


def told(job: Transfer, project: Project) -> dict[str, Any]:
    """An import as scripts see it."""
    result = job.result
    return {
        "id": job.pk, "state": "paused" if job.paused and job.state == "waiting" else job.state, "stage": job.stage,
        "filename": job.given["filename"], "format": result.get("format", ""), "rows": job.done, "about": job.total,
        "bad_rows": result.get("reached", {}).get("bad", 0), "waits_for_a_word": job.stage == bringing.ASKING,
        "difference": result.get("difference"), "added": result.get("added"), "error": job.error,
        "url": reverse("api_import", args=[project.slug, job.pk]),
    }  # fmt: skip


def pieces_of(request: HttpRequest) -> Iterator[bytes]:
    """The file in pieces, whichever way it is sent. Raises `TurnedAway` once it is too large."""
    form = request.content_type == "multipart/form-data"
    if form and "file" not in request.FILES:
        raise Refused("The form holds no file. Send it as `file`, or as the body of the request.")
    size, source = 0, request.FILES["file"] if form else request
    while piece := source.read(PIECE):
        size += len(piece)
        if size > LARGEST:
            raise TurnedAway(413, f"The file is larger than {LARGEST // MEGABYTE:,} MB, the most that is taken.")
        yield piece
    if not size:
        raise Refused("The request holds no file.")


def name_of(request: HttpRequest) -> str:
    """What the file is called."""
    if request.content_type == "multipart/form-data" and "file" in request.FILES:
        return str(request.FILES["file"].name)
    return request.GET.get("filename", "upload")


def mapping_of(pairs: list[str]) -> dict[str, str]:
    """`prompt:question` and the like as a mapping."""
    for pair in pairs:
        if not all(pair.partition(":")):
            raise Refused(f"{pair!r} is no mapping. Write NAME:COLUMN, for example map=prompt:question.")
    return {name: column for name, _, column in (pair.partition(":") for pair in pairs)}
