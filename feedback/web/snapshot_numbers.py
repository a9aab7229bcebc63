"""A snapshot in numbers: what it is like, what a higher bar would leave, round by round, what all solve."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from feedback.datasets.numbers import DISPUTED, EASY, HARD, Bar, Numbers, Round, at_hand, numbers_of
from feedback.models import Project, Role
from feedback.projects.access import open_to
from feedback.web.caution_words import facet_figures, share_of, whole
from feedback.web.exploring import snapshot_of
from feedback.web.plotting import Length, Line, bars_of, line_of

PAGE = "exploring/numbers.html"
MAKERS = {
    "people": lazy("people"), "model": lazy("models"), "simulated": lazy("the simulated model"),
    "unknown": lazy("nobody knows"),
}  # fmt: skip
STRENGTHS = {
    "3": lazy("much better"), "2": lazy("better"), "1": lazy("slightly better"), "0": lazy("no difference"),
    "": lazy("not asked"),
}  # fmt: skip
FLAGS = {
    EASY: lazy("All answers are good: nothing is learned from telling them apart."),
    HARD: lazy("No answer is good: show the way with a demonstration or a hint."),
    DISPUTED: lazy("Raters part: have it settled, edit it or leave it out."),
}
MOST_FLAGS = 60


@open_to(Role.VIEWER)
def snapshot_numbers(request: HttpRequest, project: Project, number: int) -> HttpResponse:
    """The page."""
    snapshot = snapshot_of(project, number)
    if "whole" not in request.GET and not at_hand(snapshot):
        return render(request, PAGE, {"snapshot": snapshot, "later": True})
    found = numbers_of(snapshot)
    context = {
        "snapshot": snapshot, "numbers": found, "figures": facet_figures(found.facets), "curves": curves_of(found.bars),
        "strengths": strengths_of(found), "rounds": found.rounds, "round_curves": round_curves(found.rounds),
        "sources": sources_of(found), "flags": flags_of(found),
    }  # fmt: skip
    return render(request, PAGE, context)


def curves_of(bars: list[Bar]) -> list[Line]:
    """What a higher bar of quality does to the rest of the set."""
    label = [f"{one.quality:g}" for one in bars]
    drawn = (
        (_("Rows left"), [one.rows for one in bars], whole, None),
        (_("Diversity"), [one.diversity for one in bars], share_of, 1.0),
        (_("Complexity, bytes"), [one.complexity for one in bars], whole, None),
        (_("Length, words"), [one.length for one in bars], whole, None),
    )
    return charts((title, list(zip(label, values, strict=True)), shown, top) for title, values, shown, top in drawn)


def round_curves(rounds: list[Round]) -> list[Line]:
    """How the pairs change from round to round: the gap, the choice, people's share, the pull of length."""
    label = [str(one.number) for one in rounds]
    drawn = (
        (_("Gap between the two, in words"), [one.unlike for one in rounds]),
        (_("Clear choice"), [one.quality for one in rounds]),
        (_("Chosen by people's hand"), [one.by_people for one in rounds]),
        (_("Chosen is the longer"), [one.chosen_longer for one in rounds]),
    )
    return charts((title, list(zip(label, values, strict=True)), share_of, 1.0) for title, values in drawn)


def charts(given: Any) -> list[Line]:
    """The charts that have at least two places."""
    found = (
        line_of(title, [(label, value, shown(value)) for label, value in values], top=top)
        for title, values, shown, top in given
    )
    return [one for one in found if one is not None]


def strengths_of(found: Numbers) -> list[Length]:
    """How strongly people preferred."""
    return bars_of([(STRENGTHS[name], count, "") for name, count in found.strengths.items()])


def sources_of(found: Numbers) -> list[Length]:
    """Who wrote the answers that were judged."""
    rows = []
    for (maker, model, run), count in found.sources.items():
        made_in = _("run %(number)d") % {"number": run} if run else ""
        rows.append((MAKERS[maker], count, ", ".join(part for part in (model, made_in) if part)))
    return bars_of(rows[:12])


def flags_of(found: Numbers) -> list[tuple[Any, list[int], int]]:
    """The examples to look at by what is the matter: the first of them, and how many more."""
    shown = []
    for why, label in FLAGS.items():
        numbers = [one.number for one in found.flags if one.why == why]
        if numbers:
            shown.append((label, numbers[:MOST_FLAGS], max(0, len(numbers) - MOST_FLAGS)))
    return shown
