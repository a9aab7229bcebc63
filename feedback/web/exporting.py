"""What a data set will hold, before it is downloaded; the download; and a row of it as a thread from end to end."""

from __future__ import annotations

import json
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from feedback.datasets.exporting import FORMATS, stream_zip
from feedback.datasets.families import family_of, shelves
from feedback.datasets.lineage import lineage_of
from feedback.datasets.outlook import Outlook, counts_of_each, is_quick, outlook, wished
from feedback.datasets.pieces import Format, Line, Piece, Wishes
from feedback.datasets.writers.prompts import Untrainable
from feedback.datasets.writers.trl_preference import line_of
from feedback.desk.blindness import Seen, keep_blind
from feedback.forms.taking_out import ExportForm
from feedback.models import Edit, Preference, Principle, Project, Response, Role, Snapshot
from feedback.projects.access import open_to
from feedback.projects.budget import model_name
from feedback.web.answering import show
from feedback.web.caution_words import figures_of, in_words
from feedback.web.evidence import Source, sources_of, with_words
from feedback.web.lineage import Told, told
from feedback.web.story import Moment, items_of, story_of
from feedback.web.streaming import in_pieces

PAGE = "exporting/exporting.html"
ROUNDS = 8
REQUEST = {"prompt", "question", "passages", "gold", "messages"}
JUDGED = ("rater", "imported_in", "response_a__example", "response_b__example")
EDITED = ("rater", "imported_in", "response__example", "result")
LINEAGE = ("author", "parent", "produced_by__run__constitution", "example__imported_in")


@open_to(Role.VIEWER)
def export_page(request: HttpRequest, project: Project) -> HttpResponse:
    """What will be in it, what to mind of it, and what will not be in it and why."""
    form = ExportForm(request.GET or None, project=project)
    asked, snapshot = form.asked(), form.chosen
    one, query = FORMATS[asked["format"]], query_of(form)
    whole = "whole" in request.GET or is_quick(project, one.name)
    look = outlook(project, **asked, snapshot=snapshot, whole=whole, answering=answering())
    context = {
        "form": form, "asked": asked, "look": look, "rows": rows_shown(look, project), "query": query,
        "about": one.about.replace("\n", " "), "one": one, "snapshot": snapshot, "shelves": shelves_of(one),
        "cautions": [in_words(caution) for caution in look.cautions], "figures": figures_of(look),
    }  # fmt: skip
    return show(request, PAGE, "outlook", context)


def answering() -> str:
    """The model whose policy is at hand; "" for the simulated one, which has none."""
    name, simulated = model_name()
    return "" if simulated else name


@open_to(Role.VIEWER)
def export_counts(request: HttpRequest, project: Project, family: str) -> HttpResponse:
    """How many rows each format of a shelf would hold now."""
    form = ExportForm(request.GET or None, project=project)
    formats = dict(on_shelf(family)) or None
    if formats is None:
        raise Http404("There is no such family of formats.")
    asked, snapshot = form.asked(), form.chosen
    chosen = asked.pop("format")
    found = counts_of_each(project, formats.values(), snapshot=snapshot, **asked)
    context = {"formats": list(formats.values()), "found": found, "one": FORMATS[chosen], "query": query_of(form)}
    context["again"] = again_after(request) if None in found.values() else ""
    return render(request, "exporting/formats.html", context)


def again_after(request: HttpRequest) -> str:
    """Where the rest is counted; "" after some rounds: where much is said all the time, there would be no end."""
    said = request.GET.copy()
    rounds = int(said.get("rounds", "0")) if said.get("rounds", "0").isdecimal() else ROUNDS
    said["rounds"] = str(rounds + 1)
    return f"{request.path}?{said.urlencode()}" if rounds < ROUNDS else ""


def on_shelf(family: str) -> list[tuple[str, Format]]:
    """The formats of a shelf by name."""
    return [(one.name, one) for shelf, rows in shelves(FORMATS.values()) if shelf.name == family for one in rows]


def shelves_of(one: Format) -> dict[str, Any]:
    """All shelves, and what stands on the one of this format."""
    there = family_of(one)
    rows = shelves(FORMATS.values())
    return {"all": rows, "here": there, "formats": next(formats for shelf, formats in rows if shelf.name == there)}


def query_of(form: ExportForm) -> str:
    """What was asked for, as the end of an address; without the format."""
    said = form.cleaned_data if form.is_valid() else {}
    return urlencode(
        {name: "on" if value is True else value for name, value in said.items() if value and name != "format"}
    )


def rows_shown(look: Outlook, project: Project) -> list[tuple[Piece, str]]:
    """The first rows, without what was asked; "" for one of which the member has still to judge something."""
    seen = Seen(project.member)  # type: ignore[attr-defined]
    return [
        (piece, shortened(line) if all(id_ in seen for id_ in piece.responses) else "") for line, piece in look.first
    ]


def shortened(line: Line) -> str:
    """A line for the page, where the request stands above it."""
    return json.dumps({name: value for name, value in line.items() if name not in REQUEST}, ensure_ascii=False)


@open_to(Role.CURATOR)
def download(request: HttpRequest, project: Project, format: str) -> HttpResponseBase:  # noqa: A002
    """The data set as one zip, streamed: data, provenance, manifest and card."""
    form = ExportForm(request.GET, project=project)
    asked = form.asked()
    pieces = stream_zip(project, format=format, **wishes_of(asked, form.chosen))
    name = f"{project.slug}-{format}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(in_pieces(pieces), content_type="application/zip", headers=headers)


def wishes_of(asked: dict[str, Any], snapshot: Snapshot | None) -> Wishes:
    """What was asked, as an export takes it; of a snapshot as it was frozen."""
    if snapshot is None:
        return {name: value for name, value in asked.items() if name not in {"format", "part"}}  # type: ignore[return-value]
    wish = wished(snapshot, part=asked["part"])
    same = ("snapshot", "part", "aspect", "timing", "held_out", "rule")
    return {"raters": wish.kinds, **{name: getattr(wish, name) for name in same}}  # type: ignore[typeddict-item]


@open_to(Role.VIEWER)
def export_row(request: HttpRequest, project: Project, chosen: int, rejected: int) -> HttpResponse:
    """One row, back to the words it came from."""
    better, worse = response_of(project, chosen), response_of(project, rejected)
    if better.example_id != worse.example_id:
        raise Http404("These two answers do not belong to one example.")
    keep_blind(project.member, better.pk, worse.pk)  # type: ignore[attr-defined]
    context = {
        "example": better.example,
        "better": better,
        "worse": worse,
        "strands": [strand for strand in (strand_of(better), strand_of(worse)) if strand],
        "preferences": preferences_between(project, better, worse),
        "edits": edits_between(project, better, worse),
        "line": row_text(better, worse),
        "told": told_of(project, better, worse),
    }
    return render(request, "exporting/row.html", context)


def told_of(project: Project, better: Response, worse: Response) -> Told:
    """The lineage of the pair."""
    said = [*preferences_between(project, better, worse), *edits_between(project, better, worse)]
    line = SimpleNamespace(pk=f"{better.pk}-{worse.pk}", title=_("chosen and rejected"))
    graph = lineage_of(said, row=line, answers=(better.pk, worse.pk))
    return told(graph, project, Seen(project.member))  # type: ignore[attr-defined]


def response_of(project: Project, id: int) -> Response:  # noqa: A002
    """A response of this project with what it was made from."""
    rows = Response.objects.filter(example__project=project).select_related("example", *LINEAGE)
    return get_object_or_404(rows, pk=id)


@dataclass(frozen=True)
class Strand:
    """How one refined answer came about: the steps that changed it, and the principles with the words behind them."""

    response: Response
    principles: list[tuple[Principle, list[Source]]]
    moments: list[Moment]


def strand_of(response: Response) -> Strand | None:
    """The strand of a refined answer; None for one that came from outside or from a person's hand."""
    made_in = response.produced_by
    if made_in is None:
        return None
    item = items_of(made_in.run).get(pk=made_in.item_id)
    moments = [one for one in story_of(item) if one.step.position <= made_in.position and (one.after or one.fault)]
    versions = {one.principle.principle_id for one in moments if one.principle}
    principles = with_words(Principle.objects.with_status().filter(pk__in=versions)).order_by("number")
    return Strand(response, [(one, sources_of(one)) for one in principles], moments)


def preferences_between(project: Project, better: Response, worse: Response) -> QuerySet[Preference]:
    """What raters said of just these two answers."""
    between = Q(response_a=better, response_b=worse) | Q(response_a=worse, response_b=better)
    return project.preferences.filter(between).standing().select_related(*JUDGED).order_by("pk")


def edits_between(project: Project, better: Response, worse: Response) -> QuerySet[Edit]:
    """The rewrites that made one of these answers out of the other."""
    between = Q(response=worse, result=better) | Q(response=better, result=worse)
    return project.edits.filter(between).standing().select_related(*EDITED).order_by("pk")


def row_text(better: Response, worse: Response) -> str:
    """The row as it stands in the file, or why it makes none."""
    try:
        line = line_of(better.example.messages, better.text, worse.text)
    except Untrainable as reason:
        return f"No row is written: {reason}."
    return json.dumps(line, ensure_ascii=False, indent=2)
