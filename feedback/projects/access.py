"""The doors. Every object is reached through its project, by people who belong to it; everybody else gets 404.

    @open_to(Role.REVIEWER)
    def view(request, project, ...): ...

`project` arrives as a `Project` with `project.member` set to the member who came in.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from feedback.errors import NotAllowed
from feedback.models import Member, Project, Role, User

View = Callable[..., HttpResponse]
DOORS = "feedback_door"


def access_project(user: User, slug: str, role: str = Role.VIEWER) -> Project:
    """The project of that name, if this person belongs to it.

    Raises `Http404` for a stranger (whether or not the project exists) and `NotAllowed` for a member whose role does
    not cover `role`. One query.
    """
    member = Member.objects.select_related("project__budget", "user").filter(project__slug=slug, user=user).first()
    if member is None:
        raise Http404("There is no such project, or you do not belong to it.")
    if not member.may(role):
        raise NotAllowed(
            f"This needs the role {Role(role).label.lower()}; yours here is {member.get_role_display().lower()}."
        )
    project = member.project
    project.member = member  # type: ignore[attr-defined]
    return project


def open_to(role: str) -> Callable[[View], View]:
    """The door of a page inside a project: members whose role covers `role`."""

    def door(view: View) -> View:
        @wraps(view)
        @login_required
        def enter(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponse:
            assert isinstance(request.user, User)
            project = access_project(request.user, slug, role)
            request.project = project  # type: ignore[attr-defined]
            return view(request, project, *args, **kwargs)

        setattr(enter, DOORS, role)
        return enter

    return door


def open_to_members(view: View) -> View:
    """The door of a page outside any project: anyone signed in."""
    enter = login_required(view)
    setattr(enter, DOORS, "signed-in")
    return enter


def open_to_all(view: View) -> View:
    """The door of the few pages that need no account: signing in, invitations, health."""

    @wraps(view)
    def enter(*args: Any, **kwargs: Any) -> HttpResponse:
        return view(*args, **kwargs)

    setattr(enter, DOORS, "all")
    return enter
