"""The web process: pages over HTTP, names of what changed over a WebSocket."""

from __future__ import annotations

import os
import sys

from channels.auth import AuthMiddlewareStack
from channels.routing import ProtocolTypeRouter, URLRouter
from channels.security.websocket import AllowedHostsOriginValidator
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.urls import re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "app.settings")


def require_secret() -> None:
    """Stop with a sentence when there is no secret to sign with."""
    try:
        assert settings.SECRET_KEY
    except ImproperlyConfigured:
        sys.exit(
            "precept: SECRET_KEY is not set. Set it to a random text of 32 characters or more, or start with 'up'."
        )


def share_connections() -> None:
    """Let the threads that answer requests share a few database connections; a broken one is noticed before use."""
    database = connections.settings["default"]
    database["OPTIONS"] = {**database["OPTIONS"], "pool": settings.WEB_POOL}
    database["CONN_HEALTH_CHECKS"] = True


require_secret()
share_connections()
pages = get_asgi_application()

from feedback.web.socket import LiveSocket  # noqa: E402

live = URLRouter([re_path(r"^p/(?P<slug>[\w-]+)/live/$", LiveSocket.as_asgi())])
application = ProtocolTypeRouter(
    {"http": pages, "websocket": AllowedHostsOriginValidator(AuthMiddlewareStack(live))},
)
