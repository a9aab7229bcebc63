"""The web process: pages over HTTP, names of what changed over a WebSocket."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from django.urls import re_path

Channel = Callable[..., Awaitable[Any]]
Application = Callable[[dict[str, Any], Channel, Channel], Awaitable[None]]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app.settings")


def require_secret() -> None:
    """Stop with a sentence when there is no secret to sign with."""
    try:
        assert settings.SECRET_KEY
    except ImproperlyConfigured:
        sys.exit(
            "precept: SECRET_KEY is not set. Set it to a random text of 32 characters or more, or start with 'up'."
        )


def few_at_once(application: Application, slots: int) -> Application:
    """The application, answering at most `slots` requests at once: each has a database connection of its own."""
    free = asyncio.Semaphore(slots)

    async def wait_for_a_slot(scope: dict[str, Any], receive: Channel, send: Channel) -> None:
        async with free:
            await application(scope, receive, send)

    return wait_for_a_slot


require_secret()
pages = few_at_once(get_asgi_application(), settings.REQUESTS_AT_ONCE)

from feedback.web.socket import LiveSocket, nowhere  # noqa: E402

live = URLRouter([re_path(r"^p/(?P<slug>[\w-]+)/live/$", LiveSocket.as_asgi()), re_path(r"", nowhere)])
application = ProtocolTypeRouter(
    {"http": pages, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(live))},
)
