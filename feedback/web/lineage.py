"""One row of a data set with its whole lineage: as a picture, and as a list for whoever reads or hears it."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from feedback.datasets import lineage as story
from feedback.datasets.one_line import line_as_given
from feedback.datasets.registry import FORMATS
from feedback.desk.blindness import Seen, keep_blind
from feedback.models import Project, Role, Snapshot, SnapshotRow
from feedback.projects.access import open_to
from feedback.web.lineage_drawing import Drawing, drawn
from feedback.web.lineage_words import KINDS, Spot, spot_of

PAGE = "exploring/row.html"
LABELS = {
    story.WORDS: _("Words"), story.PRINCIPLE: _("Principle"), story.ORDER: _("Prompt, constitution"),
    story.CALL: _("Call"), story.STEP: _("Step, file"), story.ANSWER: _("Answer, rater"),
    story.SAID: _("Said"), story.ROW: _("Row"),
}  # fmt: skip
LIST_LABELS = {
    story.WORDS: _("The words the principles came from"), story.PRINCIPLE: _("The principles that were applied"),
    story.ORDER: _("The prompts, and the constitution in force"), story.CALL: _("The calls to a model"),
    story.STEP: _("The steps that made an answer, and the files things came in"),
    story.ANSWER: _("The answers, and who judged them"), story.SAID: _("What was said of them"),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Told:
    """A graph as a page shows it: the picture, and the columns from the row back, each as a list."""

    picture: Drawing
    columns: list[tuple[Any, list[Spot]]]


@open_to(Role.VIEWER)
def row_lineage(request: HttpRequest, project: Project, kind: str, id: int) -> HttpResponse:  # noqa: A002
    """A row of feedback as it stands now."""
    return render(request, PAGE, context_of(project, found(project, kind, id)))


@open_to(Role.VIEWER)
def snapshot_row(request: HttpRequest, project: Project, number: int, kind: str, id: int) -> HttpResponse:  # noqa: A002
    """A row of a snapshot."""
    snapshot = get_object_or_404(Snapshot, project=project, number=number)
    get_object_or_404(SnapshotRow, snapshot=snapshot, kind=kind, row=id)
    return render(request, PAGE, {**context_of(project, found(project, kind, id)), "snapshot": snapshot})


def found(project: Project, kind: str, id: int) -> Any:  # noqa: A002
    """The row, or 404."""
    try:
        return story.feedback_row(project, kind, id)
    except (KeyError, ObjectDoesNotExist) as missing:
        raise Http404("There is no such row in this project.") from missing


def context_of(project: Project, row: Any) -> dict[str, Any]:
    """What the page shows of a row. Raises `NotAllowed` for a reviewer who has not judged what it is about."""
    member = project.member  # type: ignore[attr-defined]
    keep_blind(member, *story.answers_of(row))
    kind = str(row._meta.model_name)
    example = story.example_behind(row)
    return {
        "row": row, "kind": kind, "label": KINDS[kind], "example": example, "line": line_as_given(row),
        "told": told(story.lineage_of([row], row=row), project, Seen(member)),
        "formats": [one for one in FORMATS.values() if type(row) in one.kinds],
    }  # fmt: skip


def told(graph: story.Graph, project: Project, seen: Container[int]) -> Told:
    """A graph in words, drawn."""
    columns: dict[int, list[Spot]] = {}
    for node in graph.nodes.values():
        columns.setdefault(node.column, []).append(spot_of(node, project.slug, seen))
    back = [(LIST_LABELS[place], columns[place]) for place in sorted(columns, reverse=True) if place != story.ROW]
    return Told(
        picture=drawn(columns, graph.edges, {place: str(label) for place, label in LABELS.items()}), columns=back
    )
