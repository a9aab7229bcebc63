"""The live line of a project: tells its members the names of what changed, and nothing else. Listens to nobody.

Where a page comes from (its origin) is checked around it, in `app/asgi.py`.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.http import Http404

from feedback.desk.presence import RENEWED, note_presence
from feedback.errors import NotAllowed
from feedback.models import User
from feedback.projects.access import access_project

STRANGER = 4404


async def nowhere(scope: Any, receive: Any, send: Any) -> None:
    """The answer to a socket at an address where there is none: it is not let in."""
    await receive()
    await send({"type": "websocket.close", "code": STRANGER})


class LiveSocket(AsyncWebsocketConsumer):
    """One open page. Closes at once for whoever does not belong to the project."""

    group = ""
    sign_of_life: asyncio.Task[None] | None = None

    async def connect(self) -> None:
        """Let a member in."""
        number = await database_sync_to_async(project_number)(self.scope.get("user"), self.slug)
        if number is None:
            await self.accept()
            await self.close(STRANGER)
            return
        self.group = f"project-{number}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()
        self.sign_of_life = asyncio.create_task(self.be_here(number))

    async def be_here(self, project: int) -> None:
        """Give a sign of life now and then."""
        while True:
            await sync_to_async(note_presence)(project, self.scope["user"].pk)
            await asyncio.sleep(RENEWED)

    @property
    def slug(self) -> str:
        """Which project the address names."""
        return str(self.scope["url_route"]["kwargs"]["slug"])

    async def disconnect(self, code: int) -> None:
        """Gone."""
        if self.sign_of_life is not None:
            self.sign_of_life.cancel()
        if self.group:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Whatever a page says is let fall."""

    async def changed(self, event: dict[str, Any]) -> None:
        """Pass on what changed, unless the person was shown out meanwhile."""
        if await database_sync_to_async(project_number)(self.scope.get("user"), self.slug) is None:
            await self.close(STRANGER)
            return
        for name in event["names"]:
            await self.send(json.dumps({"name": name}))


def project_number(user: object, slug: str) -> int | None:
    """The project's number for a member; None for strangers, whether or not it exists."""
    if not isinstance(user, User) or not user.is_authenticated:
        return None
    try:
        return access_project(user, slug).pk
    except (Http404, NotAllowed):
        return None
