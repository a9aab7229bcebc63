"""Snapshots: the list, a new one with counts that follow its filters, one as its imprint, and two side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.datasets.differing import Difference, difference
from feedback.datasets.filters import Filters
from feedback.datasets.prospect import Prospect, is_quick, prospect
from feedback.datasets.snapshots import STEPS, freeze
from feedback.datasets.transfers import cancel_transfer, go_on_with
from feedback.forms.freezing import NamingForm, SnapshotForm
from feedback.models import Project, Role, Snapshot
from feedback.projects.access import open_to
from feedback.tasks import ring_transfer
from feedback.web import snapshot_words as words
from feedback.web.answering import carried_out, page_of, person, show

SHOWN = 40
LIST = "snapshots/snapshots.html"
NEW = "snapshots/new_snapshot.html"
ONE = "snapshots/snapshot.html"
TWO = "snapshots/difference.html"


@open_to(Role.VIEWER)
@require_GET
def snapshots(request: HttpRequest, project: Project) -> HttpResponse:
    """All snapshots, the newest first."""
    rows = Snapshot.objects.filter(project=project).select_related("made_by").prefetch_related("transfers")
    page = page_of(request, rows)
    lines = [(row, waiting(row), words.sentences(Filters.of(row.filters))) for row in page]
    return show(request, LIST, "snapshots", {"page": page, "lines": lines})


@open_to(Role.CURATOR)
@require_http_methods(["GET", "POST"])
def new_snapshot(request: HttpRequest, project: Project) -> HttpResponse:
    """Choose what goes in; the address holds the filters, so what was counted is what is frozen."""
    form, naming = SnapshotForm(project, filters_in(request)), NamingForm(request.POST or None)
    asked = form.asked()
    if request.method == "POST" and asked is not None:
        made = carried_out(naming, lambda said: frozen(request, project, asked, said))
        if made is not None:
            return redirect("snapshot", project.slug, made.number)
    look = prospect(project, asked) if asked and ("whole" in request.GET or is_quick(project)) else None
    context = {"form": form, "naming": naming, "query": query_of(request), "look": look and told(look)}
    context["sentences"] = words.sentences(asked) if asked else []
    context["open"] = opened(asked) if asked else {}
    context["most"] = asked.limit if asked and look and asked.limit and asked.limit < look.examples else 0
    return show(request, NEW, "look", context, status=422 if request.method == "POST" else 200)


def frozen(request: HttpRequest, project: Project, asked: Filters, said: dict[str, Any]) -> Snapshot:
    """Freeze, and wake a worker where there is much."""
    made = freeze(project, by=person(request), filters=asked.narrowed(), name=said["name"], note=said["note"])
    for transfer in made.transfers.all():
        ring_transfer(transfer)
    return made


def opened(asked: Filters) -> dict[str, bool]:
    """Which of the folded groups of filters stand open: those in which something is asked for."""
    said = set(asked.narrowed())
    answers = {"origins", "models", "real_only", "rounds", "constitution", "prompt"}
    return {
        "answers": bool(said & answers),
        "words": bool(said & {"aspect", "objective", "timing", "use", "since", "until"}),
    }


def filters_in(request: HttpRequest) -> QueryDict:
    """What the address says of filters: nothing, where it only asks to count all."""
    said = request.GET.copy()
    said.pop("whole", None)
    return said


def query_of(request: HttpRequest) -> str:
    """The filters as the end of an address."""
    return filters_in(request).urlencode()


@dataclass(frozen=True)
class Told:
    """A prospect in the words of the page."""

    look: Prospect
    rows: list[tuple[str, int]]
    raters: list[tuple[str, int]]
    fallen: list[tuple[str, int]]


def told(look: Prospect) -> Told:
    """Counts with the names people read."""
    fallen = words.table(look.fallen, words.FALLEN)
    return Told(look, words.table(look.rows, words.KINDS), words.table(look.raters, words.RATERS), fallen)


@open_to(Role.VIEWER)
@require_GET
def snapshot(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """One snapshot as the imprint of a book."""
    row = snapshot_of(project, number)
    before = Snapshot.objects.filter(project=project, number__lt=number, frozen_at__isnull=False).first()
    context = {
        "snapshot": row, "job": waiting(row), "before": before, "facts": row.facts,
        "sentences": words.sentences(Filters.of(row.filters)), **tables(row), "again": as_query(row.filters),
    }  # fmt: skip
    return show(request, ONE, "imprint", context)


def as_query(filters: dict[str, Any]) -> str:
    """The filters of a snapshot as the end of an address."""
    said = {name: value for name, value in filters.items() if value is not False}
    said |= {name: "on" for name, value in said.items() if value is True}
    said |= {name: ", ".join(map(str, said[name])) for name in ("rounds",) if name in said}
    return urlencode(said, doseq=True)


def tables(row: Snapshot) -> dict[str, Any]:
    """What was counted, with the names people read."""
    facts = row.facts
    if not row.frozen_at:
        return {}
    every = facts["rows"]["all"]
    by_kind = dict(sorted(facts["rows"]["by_kind"].items(), key=lambda one: -one[1]))
    return {
        "rows": words.table(by_kind, words.KINDS), "every": every,
        "raters": words.table(facts["rows"]["by_rater"], words.RATERS),
        "left_out": words.table(facts.get("left_out", {}), words.FALLEN),
        "parts": words.table(facts["examples"]["by_part"], words.PARTS),
        "benchmarks": list(facts.get("benchmarks", {}).items()), "contaminated": facts.get("contaminated", [])[:SHOWN],
        "drift": [one for one in words.table(drift_of(facts), words.DRIFT) if one[1] is not None],
        "stands_alone": facts["answers"]["by_models"] == facts["answers"]["all"] > 0,
    }  # fmt: skip


def drift_of(facts: dict[str, Any]) -> dict[str, Any]:
    """How far what was picked is from all, in the order it is read."""
    found = facts.get("drift", {})
    return {name: found[name] for name in words.DRIFT if name in found}


@dataclass(frozen=True)
class Job:
    """How far the freezing of a snapshot is."""

    transfer: Any
    stage: str
    steps: int = len(STEPS)


def waiting(row: Snapshot) -> Job | None:
    """The job that still freezes it, or failed at that."""
    if row.frozen_at:
        return None
    transfer = next(iter(row.transfers.all()), None)
    return Job(transfer, words.named(words.STAGES, transfer.stage)) if transfer else None


@open_to(Role.CURATOR)
@require_POST
def stop_snapshot(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """Give up one that is still being frozen, or try again (`again`)."""
    job = waiting(snapshot_of(project, number))
    if job and "again" in request.POST:
        go_on_with(job.transfer, by=person(request))
        ring_transfer(job.transfer)
        return redirect("snapshot", project.slug, number)
    if job:
        cancel_transfer(job.transfer, by=person(request))
        messages.success(request, _("It is not made. Nothing of it is left."))
    return redirect("snapshots", project.slug)


@open_to(Role.VIEWER)
@require_GET
def snapshot_difference(request: HttpRequest, project: Project, number: int, other: int) -> HttpResponse:
    """What tells two snapshots apart."""
    a, b = snapshot_of(project, number), snapshot_of(project, other)
    found = difference(a, b) if a.frozen_at and b.frozen_at else None
    context = {"a": a, "b": b, "found": found}
    if found:
        context["rows"] = [(words.named(words.KINDS, name), *counts) for name, *counts in found.rows]
        context["moved"] = [(words.named(words.MOVED, name), *both) for name, *both in found.moved]
        ours, theirs = (words.sentences(Filters.of(one.filters)) for one in (a, b))
        context["sides"] = [side(a, ours, theirs, found, 0), side(b, theirs, ours, found, 1)]
    return render(request, TWO, context)


def side(row: Snapshot, own: list[str], others: list[str], found: Difference, place: int) -> dict[str, Any]:
    """One of two snapshots: what only it asks for, and the examples only it has."""
    first = found.first[place]
    asked = [one for one in own if one not in others]
    return {"row": row, "asked": asked, "first": first, "more": found.examples[place] - len(first)}


@open_to(Role.VIEWER)
@require_GET
def compare_snapshots(request: HttpRequest, project: Project) -> HttpResponse:
    """On to the difference of the two that were chosen."""
    numbers = [int(one) for one in request.GET.getlist("of") if one.isdecimal()][:2]
    if len(numbers) != 2:
        messages.warning(request, _("Choose two snapshots to compare."))
        return redirect("snapshots", project.slug)
    return redirect("snapshot_difference", project.slug, min(numbers), max(numbers))


def snapshot_of(project: Project, number: int) -> Snapshot:
    """The project's snapshot of that number."""
    rows = Snapshot.objects.select_related("made_by", "constitution", "project").prefetch_related("transfers")
    return get_object_or_404(rows, project=project, number=number)
