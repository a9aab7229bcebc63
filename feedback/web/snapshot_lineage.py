"""A snapshot's lineage: what it descends from as a picture, what it shares with others, and what came of it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from feedback.datasets.results import post_result
from feedback.datasets.results import told as result_told
from feedback.datasets.roots import Roots, at_hand, roots_of, things_of
from feedback.errors import Refused
from feedback.forms.results import ResultForm
from feedback.models import Project, Role, Snapshot
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person
from feedback.web.api import token_door
from feedback.web.exploring import snapshot_of
from feedback.web.lineage import Told
from feedback.web.lineage_drawing import drawn
from feedback.web.lineage_words import MODEL, SIMULATED, THING, Spot, by_rater

PAGE = "exploring/lineage_of_snapshot.html"
MOST = 10
ORDERS, ROOTS, FROZEN, RESULTS = range(4)
LABELS = {
    ORDERS: lazy("Constitutions"), ROOTS: lazy("Brought in, made, judged"), FROZEN: lazy("Snapshot"),
    RESULTS: lazy("What came of it"),
}  # fmt: skip


@open_to(Role.VIEWER)
def snapshot_lineage(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """The page."""
    snapshot = snapshot_of(project, number)
    if "whole" not in request.GET and not at_hand(snapshot):
        return render(request, PAGE, {"snapshot": snapshot, "later": True})
    return render(request, PAGE, context_of(project, snapshot, ResultForm()))


@open_to(Role.CURATOR)
def tell_result(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Keep how a model did."""
    snapshot = snapshot_of(project, number)
    form = ResultForm(request.POST or None)
    row = carried_out(form, lambda said: post_result(snapshot, by=person(request), **said))
    if row is None and request.method == "POST":
        return render(request, PAGE, context_of(project, snapshot, form), status=422)
    return redirect("snapshot_lineage", project.slug, number)


@token_door(Role.CURATOR, "GET", "POST")
def api_results(request: HttpRequest, project: Project, number: int) -> HttpResponseBase | dict[str, Any]:
    """What came of a snapshot, or one more result: {"model", "benchmark", "score", …}."""
    snapshot = snapshot_of(project, number)
    if request.method == "GET":
        return {"results": [result_told(row) for row in snapshot.results.all()[:500]]}
    row = post_result(snapshot, by=person(request), **fields_of(request))
    return JsonResponse(result_told(row), status=201)


def fields_of(request: HttpRequest) -> dict[str, Any]:
    """The fields of a result out of the body. Raises `Refused`."""
    try:
        said = json.loads(request.body)
    except ValueError as trouble:
        raise Refused("Send one result as a JSON object.") from trouble
    known = set(ResultForm.base_fields)
    if not isinstance(said, dict) or not set(said) <= known or not {"model", "benchmark", "score"} <= set(said):
        raise Refused(f"A result has model, benchmark and score, and may have {', '.join(sorted(known))}.")
    return said


def context_of(project: Project, snapshot: Snapshot, form: ResultForm) -> dict[str, Any]:
    """What the page shows."""
    roots = roots_of(snapshot)
    results = list(snapshot.results.select_related("posted_by"))
    return {
        "snapshot": snapshot, "roots": roots, "results": results, "form": form,
        "told": told_of(project, snapshot, roots, results),
        "address": reverse("api_results", args=[project.slug, snapshot.number]),
    }  # fmt: skip


def told_of(project: Project, snapshot: Snapshot, roots: Roots, results: list[Any]) -> Told:
    """The picture, and its columns as lists."""
    columns: dict[int, list[Spot]] = {place: [] for place in LABELS}
    edges: list[tuple[str, str]] = []
    end = Spot(
        key="snapshot", kind="row", title=_("Snapshot %(n)d") % {"n": snapshot.number},
        words=snapshot.name or counts(roots),
        url=reverse("snapshot", args=[project.slug, snapshot.number]), more=counts(roots),
    )  # fmt: skip
    columns[FROZEN].append(end)
    add_roots(columns, edges, project, roots)
    for row in results[:MOST]:
        spot = Spot(
            key=f"result-{row.pk}", kind="result", title=row.benchmark, by=MODEL, more=row.trainer,
            words=f"{row.model}: {row.score:g}" + ("" if row.baseline is None else f" ({row.score - row.baseline:+g})"),
        )  # fmt: skip
        columns[RESULTS].append(spot)
        edges.append(("snapshot", spot.key))
    back = [(LABELS[place], columns[place]) for place in sorted(columns, reverse=True) if columns[place]]
    return Told(picture=drawn(columns, edges, {place: str(label) for place, label in LABELS.items()}), columns=back)


def add_roots(columns: dict[int, list[Spot]], edges: list[tuple[str, str]], project: Project, roots: Roots) -> None:
    """The files, constitutions, runs and raters, the largest first, with their edges."""
    things = things_of(roots)
    for id_, many in largest(roots.imports):
        row = things["imports"][id_]
        columns[ROOTS].append(
            Spot(
                key=f"import-{id_}",
                kind="import",
                title=row.filename,
                words=ngettext("%(n)d example", "%(n)d examples", many) % {"n": many},
                more=f"{row.format}, {date_format(row.created_at, 'j F Y')}, SHA-256 {row.sha256[:12]}",
            )
        )
        edges.append((f"import-{id_}", "snapshot"))
    for id_, row in things["constitutions"].items():
        url = reverse("constitution_version", args=[project.slug, row.number])
        title = _("Constitution %(number)d") % {"number": row.number}
        columns[ORDERS].append(Spot(key=f"order-{id_}", kind="constitution", title=title, words=row.change, url=url))
    for id_, many in largest(roots.runs):
        run = things["runs"][id_]
        columns[ROOTS].append(
            Spot(
                key=f"run-{id_}",
                kind="run",
                title=_("Run %(number)d") % {"number": run.number},
                words=ngettext("%(n)d answer", "%(n)d answers", many) % {"n": many},
                by=SIMULATED if run.simulated else MODEL,
                url=reverse("run", args=[project.slug, run.number]),
                more=f"{run.strategy}, {run.model}",
            )
        )
        edges += [(f"run-{id_}", "snapshot")] + (
            [(f"order-{run.constitution_id}", f"run-{id_}")] if run.constitution_id else []
        )
    for id_, many in largest(roots.raters):
        rater = things["raters"][id_]
        words = ngettext("%(n)d row", "%(n)d rows", many) % {"n": many}
        columns[ROOTS].append(
            Spot(
                key=f"rater-{id_}",
                kind="rater",
                title=rater.name,
                words=words,
                by=by_rater(rater),
                more=str(rater.get_kind_display()),
            )
        )
        edges.append((f"rater-{id_}", "snapshot"))
    if roots.unimported:
        columns[ROOTS].append(
            Spot(
                key="here",
                kind="import",
                title=_("Written here"),
                by=THING,
                words=ngettext("%(n)d example", "%(n)d examples", roots.unimported) % {"n": roots.unimported},
            )
        )
        edges.append(("here", "snapshot"))


def largest(counts: dict[int, int]) -> list[tuple[int, int]]:
    """The ids of which most comes."""
    return sorted(counts.items(), key=lambda one: -one[1])[:MOST]


def counts(roots: Roots) -> str:
    """How much it holds."""
    return _("%(rows)d rows on %(examples)d examples") % {"rows": roots.rows, "examples": roots.examples}
