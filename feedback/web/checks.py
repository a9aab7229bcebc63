"""Checks of one example: a grid of answers by proposed checks, one question to a person at a time, and the ranking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from feedback.agreement.checks import Grid, chances, next_check
from feedback.capture.forms import form_of
from feedback.capture.rulings import record_ruling
from feedback.desk.checks import Table, table_of
from feedback.forms.checks import RulingForm
from feedback.models import Check, CheckRuling, Errand, Example, Project, Response, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person, show
from feedback.web.asked import ask, open_seal

PAGE = "checks/checks.html"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Row:
    """One check with what the candidates do about it."""

    check: Check
    passed: list[bool | None]
    ruling: str
    mine: CheckRuling | None


@dataclass(frozen=True)
class Candidate:
    """One answer with its chance to be the best."""

    letter: str
    response: Response
    chance: float


@open_to(Role.REVIEWER)
def checks(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """The checks of an example; a ruling is posted here too."""
    example = get_object_or_404(project.examples.select_related("project"), number=number)
    if request.method != "POST":
        return show(request, PAGE, "checks", sight(request, project, example))
    form = RulingForm(request.POST)
    if carried_out(form, lambda said: rule(request, project, example, said)) is None:
        return show(request, PAGE, "checks", {**sight(request, project, example), "form": form}, status=422)
    if request.htmx:  # type: ignore[attr-defined]
        return show(request, PAGE, "checks", sight(request, project, example))
    return redirect("checks", project.slug, number)


def rule(request: HttpRequest, project: Project, example: Example, said: dict[str, Any]) -> CheckRuling:
    """Take down a person's word on a check, in place of their last one."""
    user = person(request)
    check = get_object_or_404(
        Check.objects.filter(example=example).select_related("example__project"), pk=said["about"]
    )
    asked = open_seal(said["seal"], project, user)
    last = CheckRuling.objects.standing().filter(about=check, rater__user=user).select_related("rater").first()
    return record_ruling(
        check, holds=said["holds"], by=user, key=f"{asked.key}-{check.pk}", seconds=asked.seconds,
        replaces=last, form_version=asked.form, shown={"responses": asked.responses},
    )  # fmt: skip


def sight(request: HttpRequest, project: Project, example: Example) -> dict[str, Any]:
    """All that the page shows. A reviewer's ranking rests on their own rulings alone."""
    user = person(request)
    table = table_of(example, by=user, only_own=not project.member.may(Role.CURATOR))  # type: ignore[attr-defined]
    grid = Grid(table.passed, len(table.candidates), table.ruled)
    mine = Grid(table.passed, len(table.candidates), settled_for(table))
    question = next_check(mine) if table.candidates else None
    errand = Errand.objects.filter(example=example, kind=Errand.Kind.CHECKS).order_by("-pk").first()
    return {
        "example": example, "candidates": ranked(table, chances(grid)), "rows": rows_of(table),
        "question": None if question is None else table.checks[question],
        "asked": None if question is None else rows_of(table)[question],
        "errand": errand, "enough": len(table.candidates) > 1,
        "seal": ask(project, user, [one.pk for one in table.candidates], form=form_of(project)[0]).seal,
        "letters": [LETTERS[place] for place in range(len(table.candidates))],
        "holds": CheckRuling.Holds.choices,
    }  # fmt: skip


def settled_for(table: Table) -> dict[int, str]:
    """What is not to be asked of this person again: what they ruled, beside what counts."""
    own = {place: table.mine[check.pk].holds for place, check in enumerate(table.checks) if check.pk in table.mine}
    return {**table.ruled, **own}


def rows_of(table: Table) -> list[Row]:
    """The checks with what the candidates do about each."""
    return [
        Row(check, table.passed[place], table.ruled.get(place, ""), table.mine.get(check.pk))
        for place, check in enumerate(table.checks)
    ]


def ranked(table: Table, believed: list[float]) -> list[Candidate]:
    """The candidates, the likeliest best first; their letters are those of the grid."""
    found = [
        Candidate(LETTERS[place], response, chance)
        for place, (response, chance) in enumerate(zip(table.candidates, believed, strict=True))
    ]
    return sorted(found, key=lambda one: (-round(one.chance, 6), one.letter)) if table.checks else found
