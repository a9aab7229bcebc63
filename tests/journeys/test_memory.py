"""The memory in a real browser: gathered, approved, standing beside an answer; and one's own, deleted for good."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE

pytestmark = [pytest.mark.journey, pytest.mark.slow]
COME_IN = """
from uuid import uuid4
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests import make
name = f"memory-{uuid4().hex[:8]}"
user = make.user(email=f"{name}@example.org", name="Ana Ferreira")
project = make.project(slug=name, name="Poems", owner=user)
rater = make.rater(project=project, user=user)
for number, about in enumerate(("sea", "mountain")):
    example = make.example(project=project, request=f"Write a poem about the autumn {about} for my mother.")
    response = make.response(example=example, text="Grey and wide. " * 40)
    make.critique(response=response, rater=rater, text="Far too long for a poem.", key=str(number))
make.example(project=project, request="Write a poem about the winter sea for my father.")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("CAME", name, session.session_key)
"""


def came_in(instance: Instance, browser: Browser, **options: Any) -> tuple[Page, str]:
    """A page of Ana's, signed in, and her project."""
    said = instance.manage("shell", "-c", COME_IN)
    assert "CAME" in said.stdout, said.stderr
    slug, session = said.stdout.split("CAME")[1].split()[:2]
    context = browser.new_context(base_url=instance.url, viewport=WIDE, reduced_motion="reduce", **options)
    context.add_cookies([{"name": "sessionid", "value": session, "url": instance.url}])
    return context.new_page(), slug


def press(page: Page, name: str) -> None:
    """Press a button that leads to a page."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_what_was_said_is_gathered_approved_and_stands_beside_the_next_answer(
    instance: Instance, browser: Browser, script: bool
) -> None:
    page, slug = came_in(instance, browser, java_script_enabled=script)
    page.goto(f"/p/{slug}/memory/")
    page.get_by_text("Change how it is used").click()
    page.get_by_label("Entries in a prompt, at most").fill("3")
    press(page, "Use it so")
    press(page, "Gather what people said")
    expect(page.locator(".memory-entry")).to_have_count(2)
    press(page, "Approve all 2 shown")
    page.goto(f"/p/{slug}/memory/?state=used")
    expect(page.locator(".memory-entry")).to_have_count(2)
    if script:
        assert find_barriers(page) == []
    page.goto(f"/p/{slug}/memory/examples/3/")
    expect(page.get_by_text("Far too long for a poem.").first).to_be_visible()


def test_one_s_own_memory_is_written_and_deleted(instance: Instance, browser: Browser) -> None:
    page, _ = came_in(instance, browser)
    page.goto("/own-memory/")
    page.get_by_label("What to remember").fill("I read on a phone.")
    press(page, "Remember it")
    press(page, "Poems")
    expect(page.locator(".memory-entry")).to_have_count(2)
    assert find_barriers(page) == []
    for box in page.locator(".memory-tick input").all():
        box.check()
    press(page, "Delete those ticked")
    expect(page.get_by_text("Nothing is remembered for you")).to_be_visible()
