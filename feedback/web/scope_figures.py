"""What the pages about a principle's scope show of a report: the three scopes with their figures and rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from feedback.models import Principle, PrincipleVersion, ScopeInput, Trial
from feedback.principles.scope import GENERAL, IN, NEAR, SCOPES, ScopeLine, ScopeReport, ScopeRow, scope_report

LABELS = {IN: _("Where it applies"), NEAR: _("Close by"), GENERAL: _("Anything else")}
WANTED = {IN: _("followed"), NEAR: _("unchanged"), GENERAL: _("unchanged")}
ABOUT = {
    IN: _("Requests it is for. Their answers should keep to it."),
    NEAR: _("Requests that look like it but are not its case. Their answers should stay as they were."),
    GENERAL: _("Everyday requests. Their answers should stay as they were."),
}
MOST_WORDINGS = 6


@dataclass(frozen=True, kw_only=True)
class Section:
    """One scope on the page: what it is, what is wanted there, its figures and its rows, what went wrong first."""

    scope: str
    label: Any
    wanted: Any
    about: Any
    line: ScopeLine | None
    rows: list[ScopeRow]
    others: list[tuple[str, Any]]


def sections_of(report: ScopeReport | None, inputs: list[ScopeInput] | None = None) -> list[Section]:
    """The three scopes; without a report, the inputs there are."""
    rows = list(report.rows) if report else [ScopeRow(input=one, result=None, right=None) for one in inputs or []]
    return [
        Section(
            scope=scope, label=LABELS[scope], wanted=WANTED[scope], about=ABOUT[scope],
            line=report.line(scope) if report else None, others=[(s, LABELS[s]) for s in SCOPES if s != scope],
            rows=sorted((row for row in rows if row.input.scope == scope), key=urgency),
        )
        for scope in SCOPES
    ]  # fmt: skip


def urgency(row: ScopeRow) -> tuple[int, int]:
    """What is wrong stands first, then what is not known, then what is right."""
    return {False: 0, None: 1, True: 2}[row.right], row.input.pk


def figures_of(trial: Trial) -> dict[str, Any]:
    """What the page of a scope test shows: how its wording stands."""
    report = scope_report(trial.version) if trial.version else None
    return {"report": report, "sections": sections_of(report) if report else []}


def wordings_of(principle: Principle) -> list[tuple[PrincipleVersion, ScopeReport | None]]:
    """The latest wordings, newest first, each with how it did. A few queries a wording."""
    return [(one, scope_report(one)) for one in principle.versions.order_by("-number")[:MOST_WORDINGS]]
