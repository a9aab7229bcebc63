"""Sending a model on errands in a real browser: words to pick from, an edit it goes on from, checks to rule on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE

pytestmark = [pytest.mark.journey, pytest.mark.slow]
TEXT = "Sure! The tower is 300 metres tall. It was built in 1890. Since 1890 many people have climbed it."
COME_IN = f"""
from uuid import uuid4
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests import make
name = f"errands-{{uuid4().hex[:8]}}"
user = make.user(email=f"{{name}}@example.org", name="Ana Ferreira")
project = make.project(slug=name, name="Towers", owner=user)
example = make.example(project=project, request="Tell me about the tower.")
rows = [make.response(example=example, text=text) for text in ({TEXT!r}, "It is 330 metres tall and made of iron.")]
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("CAME", name, session.session_key, rows[0].pk)
"""


class Place:
    """Ana's project with one question and two answers, and her windows on it."""

    def __init__(self, instance: Instance, browser: Browser) -> None:
        said = instance.manage("shell", "-c", COME_IN)
        assert "CAME" in said.stdout, said.stderr
        self.slug, self.session, self.response = said.stdout.split("CAME")[1].split()[:3]
        self.instance, self.browser, self.wrong = instance, browser, list[str]()

    def at(self, path: str, **options: Any) -> Page:
        """A page of the project, signed in."""
        how = {"viewport": WIDE, "reduced_motion": "reduce", **options}
        context = self.browser.new_context(base_url=self.instance.url, **how)
        context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.instance.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda one: self.wrong.append(one.text) if "Content Security" in one.text else None)
        page.goto(f"/p/{self.slug}/{path}")
        return page

    def rows(self, query: str) -> list[Any]:
        """What the database holds."""
        with self.instance.rows() as rows:
            return rows.execute(query, [self.slug]).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def place(instance: Instance, browser: Browser) -> Iterator[Place]:
    """Where Ana works; afterwards no script may have failed."""
    made = Place(instance, browser)
    yield made
    for context in browser.contexts:
        context.close()
    assert not made.wrong


def edit(page: Page, old: str, new: str) -> None:
    """Change a piece of the answer where it stands."""
    field = page.locator("textarea[name=text]")
    field.fill(field.input_value().replace(old, new, 1))


def test_by_keys_alone_an_edit_is_gone_on_from_and_compared_with_a_message(place: Place) -> None:
    page = place.at(f"responses/{place.response}/talk/")
    page.keyboard.press("e")
    expect(page.locator("textarea[name=text]")).to_be_focused()
    edit(page, "built in 1890", "built in 1889")
    expect(page.locator("#talk-diff ins")).to_have_text("1889")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".told del.of-model")).to_have_text("1890", timeout=15_000)
    expect(page.locator(".told ins.of-person")).to_have_text("1889")
    assert not find_barriers(page)
    page.goto(f"/p/{place.slug}/responses/{place.response}/talk/?way=message")
    page.keyboard.press("m")
    page.keyboard.type("It was 1889, not 1890.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("The model answered your message")).to_be_visible(timeout=15_000)
    page.reload()
    expect(page.locator(".talk-saved")).to_contain_text("After your edit the model wrote")
    assert not find_barriers(page)


def test_suggested_words_are_taken_over_and_remembered_as_taken(place: Place) -> None:
    page = place.at(f"responses/{place.response}/")
    page.keyboard.press("g")
    pick = page.locator(".suggestion", has_text="critique").locator("[data-pick]").first
    expect(pick).to_be_visible(timeout=15_000)
    pick.focus()
    page.keyboard.press("Enter")
    field = page.locator("textarea[name=critique]")
    expect(field).to_be_focused()
    expect(field).to_have_value("It opens with filler, “Sure!”. Begin with the answer.")
    assert not find_barriers(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('outbox:'))")
    page.wait_for_timeout(500)
    query = (
        "select c.picked_from_id is not null from feedback_critique c join feedback_project p on p.id = c.project_id "
    )
    query += "join feedback_rater r on r.id = c.rater_id where p.slug = %s and r.kind = 'person'"
    assert place.rows(query) == [(True,)]


def test_checks_are_ruled_on_by_keys_one_at_a_time(place: Place) -> None:
    page = place.at("examples/1/checks/")
    page.get_by_role("button", name="Propose checks").click()
    question = page.locator(".check-text")
    expect(question).to_be_visible(timeout=20_000)
    first = question.inner_text()
    assert not find_barriers(page)
    page.keyboard.press("y")
    expect(page.locator(".check-grid td", has_text="yes").first).to_be_visible()
    assert question.count() == 0 or question.inner_text() != first


def test_without_script_all_of_it_works(place: Place) -> None:
    page = place.at(f"responses/{place.response}/talk/", java_script_enabled=False)
    edit(page, "built in 1890", "built in 1889")
    page.get_by_role("button", name="Continue from my edit").click()
    for _ in range(30):
        if page.locator(".told").count():
            break
        page.wait_for_timeout(300)
        page.reload()
    expect(page.locator(".told del.of-model")).to_have_text("1890")
    page.goto(f"/p/{place.slug}/responses/{place.response}/")
    page.get_by_role("button", name="Suggest words").click()
    for _ in range(30):
        if page.locator("[data-pick]").count():
            break
        page.wait_for_timeout(300)
        page.reload()
    page.locator(".suggestion", has_text="critique").locator("[data-pick]").first.click()
    expect(page.locator("textarea[name=critique]")).to_have_value(
        "It opens with filler, “Sure!”. Begin with the answer."
    )
