"""A snapshot to walk about in: its rows with filters, each a step from its lineage."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from feedback.datasets.browsing import Leaf, Narrowing, kinds_of, leaf_of
from feedback.datasets.lineage import KINDS as MODELS
from feedback.desk.blindness import Seen
from feedback.forms.exploring import BrowseForm
from feedback.models import Project, Role, Snapshot
from feedback.projects.access import open_to
from feedback.web.answering import show
from feedback.web.lineage_words import KINDS, by_rater, gist

PAGE = "exploring/rows.html"


@open_to(Role.VIEWER)
def snapshot_rows(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """The rows of a snapshot."""
    snapshot = snapshot_of(project, number)
    kinds = {kind: count for kind, count in kinds_of(snapshot).items() if kind in MODELS}
    form = BrowseForm(request.GET)
    asked = form.asked(kinds)
    leaf = leaf_of(snapshot, Narrowing(**asked)) if kinds else Leaf(rows=[], next=None)
    context = {
        "snapshot": snapshot, "form": form, "asked": asked, "leaf": leaf, "total": sum(kinds.values()),
        "tabs": [(kind, KINDS[kind], count) for kind, count in kinds.items()],
        "lines": lines_of(leaf, asked["kind"], Seen(project.member)),  # type: ignore[attr-defined]
        "query": urlencode({name: value for name, value in asked.items() if value and name not in {"after", "kind"}}),
        "narrowed": any(value for name, value in asked.items() if name not in {"kind", "after"}),
    }  # fmt: skip
    return show(request, PAGE, "rows", context)


def snapshot_of(project: Project, number: int) -> Snapshot:
    """The snapshot of that number, or 404."""
    rows = Snapshot.objects.select_related("project", "constitution", "made_by")
    return get_object_or_404(rows, project=project, number=number)


def lines_of(leaf: Leaf, kind: str, seen: Seen) -> list[dict[str, Any]]:
    """The rows as they are listed; what one has still to judge is not told."""
    return [line_of(row, kind, seen) for row in leaf.rows]


def line_of(row: Any, kind: str, seen: Seen) -> dict[str, Any]:
    """One row: of which example, what was said of what, by whom."""
    answers = answers_of(row, kind)
    hidden = any(answer.pk not in seen for answer in answers)
    example = answers[0].example if answers else getattr(row, "example", None) or row.about.example
    line = {"row": row, "kind": kind, "example": example, "hidden": hidden}
    return line if hidden else {**line, **words_of(row, kind, answers)}


def words_of(row: Any, kind: str, answers: list[Any]) -> dict[str, Any]:
    """What is told of a row that may be seen."""
    if kind == "preference" and row.outcome == "b":
        answers = answers[::-1]
    marks = (
        {"preference": ("better", "worse") if row.outcome in {"a", "b"} else ("", "")} if kind == "preference" else {}
    )
    marks = marks or {"edit": ("worse", "better")}
    texts = list(zip(answers, marks.get(kind, ("",) * len(answers)), strict=False))
    said = _("%(outcome)s") % {"outcome": gist(row)}
    return {"said": said, "texts": [(answer.text, mark) for answer, mark in texts[:4]], "by": by_rater(row.rater)}


def answers_of(row: Any, kind: str) -> list[Any]:
    """The answers a row is about, as they were fetched."""
    if kind == "ranking":
        return [place.response for place in row.places.all()]
    if kind == "preference":
        return [row.response_a, row.response_b]
    if kind == "edit":
        return [row.response, row.result]
    if kind == "demonstration":
        return [row.result]
    if kind == "uptake":
        return [row.critique.response]
    return [row.response] if getattr(row, "response_id", None) else []
