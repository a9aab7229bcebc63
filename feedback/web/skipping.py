"""What a person passed over for now: remembered in their session, so the queue can offer the next one."""

from __future__ import annotations

from django.http import HttpRequest

from feedback.models import Project

MOST = 200


def skip(request: HttpRequest, project: Project, queue: str, ids: list[int]) -> None:
    """Pass over one response or pair in this queue."""
    passed = [one for one in passed_over(request, project, queue) if one != ids]
    request.session[name_of(project, queue)] = [*passed, ids][-MOST:]


def forget(request: HttpRequest, project: Project, queue: str) -> None:
    """Offer again what was passed over."""
    request.session.pop(name_of(project, queue), None)


def passed_over(request: HttpRequest, project: Project, queue: str) -> list[list[int]]:
    """What was passed over in this queue, the last one last."""
    return list(request.session.get(name_of(project, queue), []))


def skipped_responses(request: HttpRequest, project: Project) -> list[int]:
    """The ids of the responses passed over."""
    return [ids[0] for ids in passed_over(request, project, "responses")]


def skipped_pairs(request: HttpRequest, project: Project, queue: str) -> list[tuple[int, int]]:
    """The pairs passed over."""
    return [(ids[0], ids[1]) for ids in passed_over(request, project, queue)]


def name_of(project: Project, queue: str) -> str:
    """Where a project's queue keeps them."""
    return f"skipped-{project.pk}-{queue}"
