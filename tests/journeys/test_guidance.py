"""Showing the way in a real browser: a hint with which the model tries again, an answer by hand without script, and
what users wrote next, confirmed where it stands."""

from __future__ import annotations

from collections.abc import Iterator
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
name = f"guidance-{uuid4().hex[:8]}"
user = make.user(email=f"{name}@example.org", name="Ana Ferreira")
project = make.project(slug=name, name="Rivers", owner=user)
first = make.response(example=make.example(project=project, request="Which river is longest?"), text="Rivers are many.")
make.rating(response=first, rater=make.rater(project=project, user=user), score=1)
talk = make.example(project=project, request="Name a river.")
make.response(example=talk, text="Lake Constance.", next_message="No, I asked for a river.")
make.response(example=talk, text="The Rhine.", next_message="Perfect, thanks!")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("CAME", name, session.session_key)
"""


class Place:
    """Ana's project with an answer that failed and two that users said something about, and her windows on it."""

    def __init__(self, instance: Instance, browser: Browser) -> None:
        said = instance.manage("shell", "-c", COME_IN)
        assert "CAME" in said.stdout, said.stderr
        self.slug, self.session = said.stdout.split("CAME")[1].split()[:2]
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

    def rows(self, table: str, what: str) -> list[Any]:
        """What stands of one kind in the project."""
        with self.instance.rows() as rows:
            query = f"select {what} from feedback_{table} f join feedback_project p on p.id = f.project_id"
            return rows.execute(f"{query} where p.slug = %s order by f.id", [self.slug]).fetchall()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def place(instance: Instance, browser: Browser) -> Iterator[Place]:
    """One project for all journeys here; afterwards no script may have failed."""
    made = Place(instance, browser)
    yield made
    assert not made.wrong


def test_where_the_attempt_failed_a_hint_is_given_and_the_model_tries_again(place: Place) -> None:
    page = place.at("examples/1/")
    expect(page.get_by_text("The one attempt failed")).to_be_visible()
    page.get_by_role("link", name="Give a hint").click()
    expect(page.get_by_text("Rivers are many.").first).to_be_visible()
    assert not find_barriers(page)
    page.get_by_label("A hint").fill("Compare their lengths in kilometres.")
    page.get_by_label("Let the model try again").check()
    page.get_by_role("button", name="Keep and go on").click()
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('outbox:'))")
    page.goto(f"/p/{place.slug}/examples/1/")
    expect(page.locator(".hint-list .words p")).to_have_text("Compare their lengths in kilometres.")
    expect(page.get_by_text("Tried with it:")).to_be_visible(timeout=20_000)
    assert place.rows("hint", "text") == [("Compare their lengths in kilometres.",)]


def test_an_answer_is_written_without_script(place: Place) -> None:
    page = place.at("examples/2/write/?as=answer", java_script_enabled=False)
    page.get_by_label("Your answer").fill("The Elbe.")
    page.get_by_role("button", name="Keep and go on").click()
    expect(page.locator("#receipt .receipt-kept")).to_be_visible()
    assert len(place.rows("demonstration", "f.id")) == 1


def test_what_users_wrote_next_is_found_and_confirmed_where_it_stands(place: Place) -> None:
    page = place.at("follow-ups/")
    page.get_by_role("button", name="Look through all dialogues").click()
    expect(page.get_by_text("2 new messages found, and 1 pair")).to_be_visible()
    assert not find_barriers(page)
    first = page.locator(".follow-up").first
    expect(first.locator("mark")).to_have_text("No, I asked for a river.")
    first.get_by_role("button", name="So it is").click()
    expect(page.locator(".follow-up-kept").first).to_contain_text("Kept")
    expect(page.locator(".tabs")).to_contain_text("To confirm 1", timeout=20_000)
    page.get_by_role("link", name="Pairs to confirm").click()
    assert not find_barriers(page)
    page.get_by_role("button", name="This one is better, as found").click()
    expect(page.locator(".follow-up-kept")).to_contain_text("it is a preference now")
    decided = place.rows("preference", "protocol, outcome")
    assert decided == [("follow-up", "b"), ("follow-up", "b")]


@pytest.mark.parametrize(
    "path", ["follow-ups/", "next-questions/", "examples/1/write/?as=hint", "export/?format=precept-hints"]
)
def test_nothing_flows_over_on_a_phone(place: Place, path: str) -> None:
    page = place.at(path, viewport={"width": 390, "height": 844}, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not find_barriers(page)
