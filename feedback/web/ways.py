"""The ways of working where there are no queues: single responses, pairs, or all responses of an example in an order.

Each way knows the page of the next piece of work, how far one is, and under which name what was passed over is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from feedback.desk.queue import (
    Progress,
    next_pair,
    next_ranking,
    next_response,
    pair_progress,
    ranking_progress,
    response_progress,
)  # fmt: skip
from feedback.models import Project
from feedback.web.answering import person
from feedback.web.skipping import passed_over, skipped_pairs, skipped_responses


@dataclass(frozen=True)
class Way:
    """One way of working."""

    next_address: Callable[[HttpRequest, Project], str | None]
    progress: Callable[..., Progress]
    passed: str


def way_of(request: HttpRequest) -> str:
    """Which work is asked for."""
    way = request.POST.get("way") or request.GET.get("way") or ""
    return way if way in WAYS else "responses"


def shown(request: HttpRequest, what: str) -> list[list[int]]:
    """The numbers of what is shown or on its way ("pair-7-8" under "pair"), which is not to come again."""
    parts = [one.split("-") for one in request.GET.getlist("but")]
    return [
        [int(number) for number in numbers]
        for name, *numbers in parts
        if name == what and numbers and all(number.isdecimal() and len(number) < 18 for number in numbers)
    ]


def next_response_address(request: HttpRequest, project: Project) -> str | None:
    """The page of the next response to judge."""
    skipped = [*skipped_responses(request, project), *(numbers[0] for numbers in shown(request, "response"))]
    response = next_response(project, by=person(request), skipped=skipped)
    return reverse("judge", args=[project.slug, response.pk]) if response else None


def next_pair_address(request: HttpRequest, project: Project) -> str | None:
    """The page of the next pair to compare."""
    but = [(numbers[0], numbers[1]) for numbers in shown(request, "pair") if len(numbers) == 2]
    pair = next_pair(project, by=person(request), skipped=[*skipped_pairs(request, project, "pair"), *but])
    return reverse("pair", args=[project.slug, *sorted(one.pk for one in pair)]) if pair else None


def next_ranking_address(request: HttpRequest, project: Project) -> str | None:
    """The page of the next example whose responses are to be put in order."""
    passed = [response for responses in passed_over(request, project, "ranking") for response in responses]
    numbers = [numbers[0] for numbers in shown(request, "ranking")]
    example = next_ranking(project, by=person(request), skipped=passed, but=numbers)
    return reverse("rank", args=[project.slug, example.number]) if example else None


WAYS = {
    "responses": Way(next_response_address, response_progress, "responses"),
    "pairs": Way(next_pair_address, pair_progress, "pair"),
    "rankings": Way(next_ranking_address, ranking_progress, "ranking"),
}
