"""Snapshots and exports for scripts: freeze, list, write, ask how far it is, fetch the files, push them."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse

from feedback.datasets import pushing, snapshots, writing_out
from feedback.datasets.filters import Filters
from feedback.datasets.wanting import snapshot_of
from feedback.errors import Refused
from feedback.models import Project, Role, Snapshot, Transfer
from feedback.tasks import ring_transfer
from feedback.web.answering import person
from feedback.web.api import TurnedAway, token_door
from feedback.web.export_jobs import ACTS, file_answer, job_of, zip_answer

MOST = 100
TEXTS = ("format", "shape", "pack", "part", "aspect", "timing")
FLAGS = ("include_simulated", "held_out")


@token_door(Role.CURATOR, "GET", "POST")
def api_exports(request: HttpRequest, project: Project) -> HttpResponseBase | dict[str, Any]:
    """The last exports, or a new one: {"format", "snapshot": its number, "shape", "pack", "part" …}."""
    if request.method == "GET":
        rows = project.transfers.filter(kind=Transfer.Kind.EXPORT).select_related("snapshot")[:MOST]
        return {"exports": [told(job, project) for job in rows]}
    job = writing_out.open_export(project, by=person(request), **asked_in(body_of(request), project))
    ring_transfer(job)
    return JsonResponse(told(job, project), status=202)


@token_door(Role.CURATOR, "GET")
def api_export(request: HttpRequest, project: Project, id: int) -> dict[str, Any]:  # noqa: A002
    """How far it is, and its files once they are whole."""
    return told(job_of(project, id), project)


@token_door(Role.CURATOR, "GET")
def api_export_zip(request: HttpRequest, project: Project, id: int) -> HttpResponseBase:  # noqa: A002
    """All its files."""
    return zip_answer(project, job_of(project, id))


@token_door(Role.CURATOR, "GET")
def api_export_file(request: HttpRequest, project: Project, id: int, name: str) -> HttpResponseBase:  # noqa: A002
    """One of its files."""
    return file_answer(job_of(project, id), name)


@token_door(Role.CURATOR, "POST")
def api_export_act(request: HttpRequest, project: Project, id: int, act: str) -> dict[str, Any]:  # noqa: A002
    """Pause it, let it go on, end it, throw its files away, or push them: {"to"}."""
    job, by = job_of(project, id), person(request)
    if act == "push":
        job = pushing.open_push(job, by=by, to=str(body_of(request).get("to", "")))
    elif act in ACTS:
        ACTS[act](job, by=by)
    else:
        raise TurnedAway(404, f"An export takes {', '.join(ACTS)} and push.")
    ring_transfer(job)
    return told(job_of(project, job.pk), project)


@token_door(Role.CURATOR, "GET", "POST")
def api_snapshots(request: HttpRequest, project: Project) -> HttpResponseBase | dict[str, Any]:
    """The snapshots, or a new one: {"name", "note", "filters"}."""
    if request.method == "GET":
        return {"snapshots": [frozen_as(row) for row in Snapshot.objects.filter(project=project)[:MOST]]}
    said = body_of(request)
    words = {name: str(said.get(name, "")) for name in ("name", "note")}
    row = snapshots.freeze(project, by=person(request), filters=filters_in(said), **words)
    for job in row.transfers.all():
        ring_transfer(job)
    return JsonResponse(frozen_as(row), status=201 if row.frozen_at else 202)


@token_door(Role.CURATOR, "GET")
def api_snapshot(request: HttpRequest, project: Project, number: int) -> dict[str, Any]:
    """One snapshot, with what was counted when it was frozen."""
    row = Snapshot.objects.filter(project=project, number=number).first()
    if row is None:
        raise TurnedAway(404, "There is no snapshot of that number.")
    return frozen_as(row) | {"facts": row.facts, "filters": row.filters}


def body_of(request: HttpRequest) -> dict[str, Any]:
    """The request's JSON object."""
    try:
        said = json.loads(request.body or b"{}")
    except ValueError:
        raise Refused("The body of the request is not JSON.") from None
    if not isinstance(said, dict):
        raise Refused("The body of the request must be one JSON object.")
    return said


def filters_in(said: dict[str, Any]) -> dict[str, Any]:
    """What a snapshot is to hold. Raises `Refused`."""
    filters: dict[str, Any] = said.get("filters") or {}
    try:
        Filters.of(filters)
    except (TypeError, ValueError, AttributeError) as trouble:
        raise Refused(f"These are no filters of a snapshot: {trouble}.") from None
    return filters


def asked_in(said: dict[str, Any], project: Project) -> dict[str, Any]:
    """What an export is asked for. Raises `Refused` for what it does not take."""
    if unknown := said.keys() - {*TEXTS, *FLAGS, "snapshot"}:
        raise Refused(f"An export takes no {sorted(unknown)[0]!r}, but {', '.join((*TEXTS, *FLAGS, 'snapshot'))}.")
    asked: dict[str, Any] = {"format": "trl-preference"}
    asked |= {name: str(said[name]) for name in TEXTS if said.get(name)}
    asked |= {name: True for name in FLAGS if said.get(name) is True}
    if said.get("snapshot"):
        asked["snapshot"] = snapshot_of(project, number=number_in(said["snapshot"])).pk
    return asked


def number_in(value: Any) -> int:
    """A whole number. Raises `Refused`."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise Refused("Name the snapshot by its number.")
    return value


def told(job: Transfer, project: Project) -> dict[str, Any]:
    """An export as scripts see it."""
    files = writing_out.files_of(job) if job.kind == Transfer.Kind.EXPORT else []
    here = [project.slug, job.pk]
    return {
        "id": job.pk, "kind": job.kind, "state": "paused" if job.paused and job.state == "waiting" else job.state,
        "stage": job.stage, "done": job.done, "of": job.total, "unit": job.unit,
        **{name: job.given.get(name) for name in ("format", "shape", "pack", "to")},
        "snapshot": job.snapshot.number if job.snapshot else None, "result": job.result, "error": job.error,
        "files": {path.name: reverse("api_export_file", args=[*here, path.name]) for path in files},
        "zip": reverse("api_export_zip", args=here) if files else None, "url": reverse("api_export", args=here),
    }  # fmt: skip


def frozen_as(row: Snapshot) -> dict[str, Any]:
    """A snapshot as scripts see it."""
    return {
        "number": row.number, "name": row.name, "note": row.note, "sha256": row.sha256,
        "frozen_at": row.frozen_at.isoformat() if row.frozen_at else None,
    }  # fmt: skip
