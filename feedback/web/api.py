"""The door for scripts: a key in the header, JSON out, and every trouble as a sentence.

    @token_door(Role.CURATOR, "GET", "POST")
    def view(request, project, ...): ...

`Authorization: Bearer precept_…` says who asks and in which project; cookies open nothing here, so no form of another
site can. What comes back is a dict, which becomes JSON, or an answer of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.cache import cache
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from feedback.errors import PreceptError
from feedback.models import ApiToken, Project
from feedback.projects.access import DOORS, access_project
from feedback.projects.tokens import token_of
from feedback.web.middleware import STATUSES

A_MINUTE = 300  # requests a key may make in a minute
BEARER = "Bearer "
View = Callable[..., HttpResponseBase | dict[str, Any]]


class TurnedAway(Exception):
    """A request that ends at the door, with a status and a sentence."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def token_door(role: str, *methods: str) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """The door of an address for scripts: keys of members whose role covers `role`."""

    def door(view: View) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @wraps(view)
        def enter(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                project = let_through(request, slug, role, methods)
                answer = view(request, project, *args, **kwargs)
            except TurnedAway as trouble:
                return error(trouble.status, str(trouble))
            except Http404 as trouble:
                return error(404, str(trouble) or "There is no such thing here.")
            except PreceptError as trouble:
                return error(
                    next((status for kind, status in STATUSES if isinstance(trouble, kind)), 422), str(trouble)
                )
            return JsonResponse(answer) if isinstance(answer, dict) else answer

        setattr(enter, DOORS, role)
        return enter

    return door


def let_through(request: HttpRequest, slug: str, role: str, methods: tuple[str, ...]) -> Project:
    """The project, if the key opens it. Raises `TurnedAway` or what `access_project` raises."""
    given = request.headers.get("Authorization", "")
    token = token_of(given.removeprefix(BEARER)) if given.startswith(BEARER) else None
    if token is None:
        raise TurnedAway(401, "Send a key that is in force: Authorization: Bearer precept_…")
    if token.project.slug != slug:
        raise TurnedAway(404, "This key opens no project of that name.")
    slow_down(token)
    if request.method not in methods:
        raise TurnedAway(405, f"This address takes {' and '.join(methods)}.")
    project = access_project(token.user, slug, role)
    request.user = token.user
    return project


def slow_down(token: ApiToken) -> None:
    """Turn away a key that asks too often. A cache that does not answer lets it pass."""
    name = f"api:{token.pk}:{int(time.time() // 60)}"
    try:
        cache.add(name, 0, 120)
        asked = cache.incr(name)
    except Exception:
        return
    if asked > A_MINUTE:
        raise TurnedAway(429, f"More than {A_MINUTE} requests within a minute. Wait a little.")


def error(status: int, sentence: str) -> JsonResponse:
    """A trouble as JSON."""
    answer = JsonResponse({"error": sentence}, status=status)
    if status == 401:
        answer["WWW-Authenticate"] = "Bearer"
    if status == 429:
        answer["Retry-After"] = "60"
    return answer
