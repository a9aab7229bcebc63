"""A principle that reaches too far is flagged, its situation corrected on the page, and tested again, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance, standing
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import PASSWORD, WIDE, first_owner_link

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance nobody owns yet."""
    with standing(tmp_path_factory, "--no-demo") as started:
        yield started


@pytest.fixture
def ana(browser: Browser, empty: Instance) -> Page:
    """Ana in a project of her own, with one draft that names no situation."""
    page = browser.new_context(base_url=empty.url, viewport=WIDE, reduced_motion="reduce").new_page()
    page.set_default_timeout(20_000)
    page.goto(first_owner_link(empty))
    page.get_by_label("Your name").fill("Ana Ferreira")
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"^(?!.*/join/).*$"))
    page.goto("/projects/new/")
    page.get_by_label("Name", exact=True).fill("Letters")
    page.get_by_role("button", name="Make it", exact=True).click()
    page.goto("/p/letters/principles/")
    page.locator(".by-hand > summary").click()
    page.locator(".by-hand [name=effect]").fill("Put them into a list, one a line.")
    page.locator(".by-hand form button").last.click()
    expect(page.get_by_text("Put them into a list, one a line.").first).to_be_visible()
    return page


def test_a_leaking_principle_is_found_corrected_and_passes(ana: Page) -> None:
    ana.goto("/p/letters/principles/1/scope/")
    ana.get_by_role("button", name="Write requests and test").press("Enter")
    expect(ana.get_by_role("heading", name="It does not pass")).to_be_visible(timeout=60_000)
    expect(ana.get_by_text("It reaches too far: close by")).to_be_visible()
    row = ana.locator(".scope-row.is-wrong").first
    row.locator("summary").focus()
    ana.keyboard.press("Enter")
    ana.evaluate("document.body.dispatchEvent(new CustomEvent('live:scope-1'))")  # others change things meanwhile
    ana.wait_for_timeout(600)
    expect(row.get_by_text("Without it")).to_be_visible()
    expect(row.locator(".diff ins").first).to_be_visible()
    assert find_barriers(ana) == []
    row.get_by_role("button", name="Leave it out").click()
    expect(ana.get_by_text("1 left out")).to_be_visible()
    ana.get_by_label("When it applies").fill("When several things are asked for")
    ana.get_by_role("button", name="Keep as a new wording and test it").click()
    expect(ana.get_by_role("heading", name="It stays where it belongs")).to_be_visible(timeout=60_000)
    expect(ana.get_by_role("row", name=re.compile("flagged"))).to_have_count(1)
    assert find_barriers(ana) == []
    ana.set_viewport_size({"width": 390, "height": 844})
    assert ana.evaluate("document.documentElement.scrollWidth") <= 390
