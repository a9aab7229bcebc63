"""The playground in a real browser: a turn, a critique, its principle, the turn again; by keys, and without script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
NEWS = (
    "What should our customers know from this: The shop moves to the old fire station on Harbour Street. We close on "
    "Friday at noon and open again on Monday at nine. Orders that are placed before Friday will be sent as usual."
)
COME_IN = """
from uuid import uuid4
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests import make
name = f"playground-{uuid4().hex[:8]}"
user = make.user(email=f"{name}@example.org", name="Ana Ferreira")
make.project(slug=name, name="A bookshop", owner=user)
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("CAME", name, session.session_key)
"""


class Place:
    """Ana's project and her windows on it."""

    def __init__(self, instance: Instance, browser: Browser) -> None:
        said = instance.manage("shell", "-c", COME_IN)
        assert "CAME" in said.stdout, said.stderr
        self.slug, self.session = said.stdout.split("CAME")[1].split()[:2]
        self.instance, self.browser, self.wrong = instance, browser, list[str]()

    def at(self, path: str = "", **options: Any) -> Page:
        """The playground, signed in."""
        how = {"viewport": WIDE, "reduced_motion": "reduce", **options}
        context = self.browser.new_context(base_url=self.instance.url, **how)
        context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.instance.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda one: self.wrong.append(one.text) if "Content Security" in one.text else None)
        page.goto(f"/p/{self.slug}/playground/{path}")
        return page


@pytest.fixture
def place(instance: Instance, browser: Browser) -> Iterator[Place]:
    """Where Ana works; afterwards no script may have failed."""
    made = Place(instance, browser)
    yield made
    for context in browser.contexts:
        context.close()
    assert not made.wrong


def three_replies(page: Page) -> None:
    """Wait until the last message is answered."""
    expect(page.locator(".is-last .reply .reply-letter").nth(2)).to_be_visible(timeout=20_000)
    expect(page.locator(".reply-coming")).to_have_count(0, timeout=20_000)


def is_wide(page: Page) -> int:
    """By how much the page is wider than the window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_by_keys_alone_from_a_turn_to_a_principle_and_its_effect(place: Place) -> None:
    page = place.at()
    assert not find_barriers(page)
    page.keyboard.press("w")
    page.keyboard.type(NEWS)
    page.keyboard.press("Control+Enter")
    three_replies(page)
    first = page.locator(".reply").first
    expect(first).to_contain_text("I think that the shop")
    assert not find_barriers(page)
    page.keyboard.press("1")
    page.keyboard.press("c")
    page.keyboard.type("No need to say I think: it hedges what is known.")
    page.keyboard.press("Control+Enter")
    draft = page.locator(".talk-draft")
    expect(draft).to_contain_text("State what is known plainly", timeout=20_000)
    expect(page.locator(".reply-word .chip")).to_have_text("principle 1")
    assert not find_barriers(page)
    page.keyboard.press("t")
    expect(page.locator(".ran b")).to_contain_text("reads otherwise", timeout=20_000)
    expect(first.locator("del")).to_contain_text("I think that")
    expect(first.locator(".chip-tried")).to_have_text("principle 1")
    expect(draft).to_contain_text("tried here")
    assert not find_barriers(page)
    page.keyboard.press("v")
    expect(first.locator(".reply-diff")).to_be_hidden()
    page.keyboard.press("a")
    expect(page.get_by_text("in force with version 1")).to_be_visible(timeout=20_000)
    three_replies(page)
    expect(page.locator(".followed-list li")).to_have_text(
        ["State what is known plainly, and leave out words that take it back."]
    )
    page.keyboard.press("2")
    page.keyboard.press("n")
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("And when do we open again?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".play-turn")).to_have_count(2, timeout=20_000)
    three_replies(page)
    assert not find_barriers(page)


def test_words_are_picked_and_a_reply_is_rewritten(place: Place) -> None:
    page = place.at()
    page.locator("#id_text").fill(NEWS)
    page.keyboard.press("Control+Enter")
    three_replies(page)
    reply = page.locator(".reply").first
    page.keyboard.press("1")
    page.keyboard.press("k")
    reply.locator(".act-kudos .pick-ask").click()
    pick = reply.locator(".act-kudos .pick").first
    expect(pick).to_be_visible(timeout=20_000)
    pick.click()
    expect(reply.locator(".act-kudos textarea")).not_to_have_value("")
    assert not find_barriers(page)
    page.keyboard.press("Control+Enter")
    expect(reply.locator(".reply-word .kudos")).to_be_visible(timeout=20_000)
    expect(page.locator(".talk-draft")).to_have_count(1, timeout=20_000)
    page.keyboard.press("3")
    page.keyboard.press("r")
    page.keyboard.press("Control+a")
    page.keyboard.type("The shop moves. We open again on Monday at nine.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".reply").nth(2).locator(".said-kind")).to_have_text("rewrite", timeout=20_000)
    expect(page.locator(".talk-draft")).to_have_count(2, timeout=20_000)


def test_without_script_on_a_phone_all_of_it_works(place: Place) -> None:
    page = place.at(java_script_enabled=False, viewport=PHONE)
    page.locator("#id_text").fill(NEWS)
    page.get_by_role("button", name="Begin").click()
    seen_in_time(page, ".reply-act", 3)
    reply = page.locator(".reply").first
    reply.locator(".act-critique summary").click()
    reply.locator(".act-critique textarea").fill("No need to say I think: it hedges what is known.")
    reply.get_by_role("button", name="Say it").click()
    seen_in_time(page, ".talk-draft", 1)
    page.get_by_role("button", name="Try it").click()
    seen_in_time(page, ".reply-act", 3)
    expect(page.locator(".ran b")).to_contain_text("reads otherwise")
    expect(page.locator(".reply").first.locator("del")).to_contain_text("I think that")
    page.get_by_role("button", name="Adopt").click()
    expect(page.get_by_text("in force with version 1")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_nothing_hangs_over_the_edge(place: Place, scheme: str) -> None:
    page = place.at(viewport=PHONE, color_scheme=scheme, has_touch=True)
    page.locator("#id_text").fill(NEWS + " " + "Donaudampfschifffahrt" * 4)
    page.get_by_role("button", name="Begin").click()
    three_replies(page)
    page.locator(".reply").first.locator(".act-rewrite summary").click()
    assert is_wide(page) <= 0
    assert not find_barriers(page)


def seen_in_time(page: Page, selector: str, count: int) -> None:
    """Load the page again until there are so many, as a person without script would."""
    for _ in range(60):
        if page.locator(selector).count() >= count and not page.locator(".reply-coming").count():
            return
        page.wait_for_timeout(300)
        page.reload()
    raise AssertionError(f"no {count} of {selector}: {page.locator('main').inner_text()}")
