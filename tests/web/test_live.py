"""The live line: names of what changed reach the members of a project, after commit, and nobody else."""

from __future__ import annotations

import asyncio
import json

import pytest
from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.db import transaction
from django.urls import re_path

from feedback import live
from feedback.desk.presence import people_here
from feedback.models import Member, Project, User
from feedback.web.socket import STRANGER, LiveSocket


class Line(ApplicationCommunicator):
    """An open page, seen from the browser."""

    async def connect(self) -> str:
        """Knock; returns what came back."""
        await self.send_input({"type": "websocket.connect"})
        return (await self.receive_output(3))["type"]

    async def hear(self) -> dict[str, str]:
        """The next thing said."""
        return json.loads((await self.receive_output(3))["text"])

    async def hang_up(self) -> None:
        """Leave."""
        await self.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wait(3)


def line_of(user: object, slug: str = "answers") -> Line:
    """A page of this person, before it connects."""
    router = URLRouter([re_path(r"^p/(?P<slug>[\w-]+)/live/$", LiveSocket.as_asgi())])
    return Line(router, {"type": "websocket", "path": f"/p/{slug}/live/", "headers": [], "user": user})


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_ben_hears_what_changed(project: Project, ben: User) -> None:
    line = line_of(ben)
    assert await line.connect() == "websocket.accept"
    await sync_to_async(live.announce)(project, "principles", "run-3")
    assert await line.hear() == {"name": "principles"}
    assert await line.hear() == {"name": "run-3"}
    await line.hang_up()


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_dan_is_shown_out_whether_or_not_the_project_exists(project: Project, dan: User) -> None:
    for slug in ("answers", "nothing"):
        line = line_of(dan, slug)
        await line.connect()
        assert await line.receive_output(3) == {"type": "websocket.close", "code": STRANGER}
        await line.hang_up()


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_nobody_without_an_account_is_let_in(project: Project) -> None:
    from django.contrib.auth.models import AnonymousUser

    line = line_of(AnonymousUser())
    await line.connect()
    assert (await line.receive_output(3))["type"] == "websocket.close"
    await line.hang_up()


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_a_member_who_was_removed_hears_nothing_more(project: Project, ben: User) -> None:
    line = line_of(ben)
    await line.connect()
    await sync_to_async(Member.objects.filter(user=ben).delete)()
    await sync_to_async(live.announce)(project, "examples")
    assert await line.receive_output(3) == {"type": "websocket.close", "code": STRANGER}
    await line.hang_up()


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_another_projects_news_stay_there(project: Project, ben: User) -> None:
    line = line_of(ben)
    await line.connect()
    await sync_to_async(live.announce)(project.pk + 1, "examples")
    assert await line.receive_nothing(timeout=0.2)
    await line.hang_up()


@pytest.mark.django_db(transaction=True)
def test_news_wait_for_the_commit_and_die_with_a_rollback(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[str]] = []
    monkeypatch.setattr(live, "send", lambda number, names: sent.append(names))
    with transaction.atomic():
        live.announce(project, "examples")
        assert sent == []
    assert sent == [["examples"]]
    with transaction.atomic():
        live.announce(project, "runs")
        transaction.set_rollback(True)
    assert sent == [["examples"]]


class BrokenLayer:
    """A broker that is down."""

    async def group_send(self, group: str, message: object) -> None:
        raise ConnectionError("no broker")


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_down_breaks_no_request(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "get_channel_layer", BrokenLayer)
    live.announce(project, "examples")
    assert get_channel_layer() is not None


@pytest.mark.asyncio
async def test_an_address_without_a_line_is_not_let_in() -> None:
    from app.asgi import live as router

    line = Line(router, {"type": "websocket", "path": "/elsewhere/", "headers": []})
    assert await line.connect() == "websocket.close"


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_who_has_a_page_open_is_here(project: Project, ben: User, cleo: User) -> None:
    line = line_of(ben)
    await line.connect()
    for _ in range(50):
        if found := await sync_to_async(people_here)(project):
            break
        await asyncio.sleep(0.05)
    assert found == [ben]
    await line.hang_up()
