"""Names of what changed, sent after commit to everybody who looks at the project. Never HTML."""

from __future__ import annotations

import logging

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from feedback.models import Project

log = logging.getLogger(__name__)


def announce(project: Project | int, *names: str) -> None:
    """Tell the pages of a project, once the transaction is committed, that these things changed."""
    number = project if isinstance(project, int) else project.pk
    transaction.on_commit(lambda: send(number, list(names)))


def send(project: int, names: list[str]) -> None:
    """Hand the names to the channel layer. A broker that is down costs liveliness, never the request."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        async_to_sync(layer.group_send)(f"project-{project}", {"type": "changed", "names": names})
    except Exception:
        log.warning("The broker did not take the news of %s", ", ".join(names), exc_info=True)
