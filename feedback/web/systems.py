"""The systems of the papers and which file serves each; above them what refining brought in this project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from feedback.datasets.refinement_numbers import AT_MOST, is_quick, numbers_of
from feedback.datasets.systems import Served, served
from feedback.datasets.writers.attempt_numbers import Critic, Numbers, Won
from feedback.models import Project, Role
from feedback.projects.access import open_to

FEW = 2
FLIPPED = {
    "wrong to right": _("wrong to right"), "right to wrong": _("right to wrong"),
    "right both times": _("right both times"), "wrong both times": _("wrong both times"),
}  # fmt: skip
WARNINGS = {
    "off-policy": _("More than half of the traces were not written by the model that wrote the first turn. Traces of "
                    "others teach self-correction badly (SCoRe)."),
    "one-edit": _("Almost all changes are of one kind. A model trained on them learns that one trick (SCoRe)."),
    "worse-than-before": _("More answers went from right to wrong than the other way round. Do not refine what is "
                           "right."),
    "long": _("One answer in ten or more is long. Models comment badly on their own long outputs (FAFT): ask people."),
}  # fmt: skip


@dataclass(frozen=True)
class Turn:
    """Turn k against turn 1."""

    number: int
    won: Won


@dataclass(frozen=True)
class Judge:
    """A critic with its two scores."""

    name: str
    voice: str
    critic: Critic


@open_to(Role.VIEWER)
def systems(request: HttpRequest, project: Project) -> HttpResponse:
    """The page."""
    later = "whole" not in request.GET and not is_quick(project)
    numbers, whole = (Numbers(), True) if later else numbers_of(project)
    wanted = request.GET.get("q", "").strip()[:80]
    rows = [one for one in served() if matches(one, wanted)]
    context = {
        "later": later, "numbers": numbers, "whole": whole, "at_most": AT_MOST, "turns": turns_of(numbers),
        "rows": rows, "flips": [(FLIPPED[name], many, share) for name, many, share in numbers.known_flips],
        "wanted": wanted, "critics": critics_of(numbers), "warnings": [WARNINGS[one] for one in numbers.warnings],
        "shares": list(numbers.shares().values()),
    }  # fmt: skip
    return render(request, "systems/systems.html", context)


def matches(one: Served, wanted: str) -> bool:
    """Whether a system or one of its formats is what is looked for."""
    said = [one.name, *(each.name for each in one.formats), *(each.label for each in one.formats)]
    return not wanted or any(wanted.lower() in each.lower() for each in said)


def turns_of(numbers: Numbers) -> list[Turn]:
    """Each turn that was compared with the first."""
    return [Turn(number, won) for number, won in sorted(numbers.turns.items()) if won.n]


def critics_of(numbers: Numbers) -> list[Any]:
    """The critics of whom enough is known: models by name, people all together."""
    people, found = Critic(), []
    for (name, voice), one in sorted(numbers.critics.items()):
        if voice == "person":
            people.verdicts, people.right = people.verdicts + one.verdicts, people.right + one.right
            for way in ("better", "same", "worse"):
                setattr(people.acted_on, way, getattr(people.acted_on, way) + getattr(one.acted_on, way))
        elif one.verdicts + one.acted_on.n >= FEW:
            found.append(Judge(name, voice, one))
    return [*([Judge("", "person", people)] if people.verdicts + people.acted_on.n >= FEW else []), *found]
