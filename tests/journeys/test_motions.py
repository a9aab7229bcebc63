"""Three people change the constitution together: propose, ask for changes, vote, ratify; and a version is restored."""

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


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def enter(browser: Browser, instance: Instance, link: str, name: str) -> Page:
    """A window of somebody who takes a link and makes an account."""
    page = browser.new_context(base_url=instance.url, viewport=WIDE, reduced_motion="reduce").new_page()
    page.set_default_timeout(15_000)
    page.goto(link)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("E-mail address").fill(f"{name.split()[0].lower()}@example.org")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"^(?!.*/join/).*$"))
    return page


def invite(ana: Page) -> str:
    """A link for a reviewer."""
    ana.goto("/p/letters/people/")
    ana.get_by_label("Role", exact=True).last.select_option("reviewer")
    press(ana, "Make a link")
    return ana.locator("#fresh-link").input_value()


def vote(page: Page, choice: str) -> None:
    page.goto("/p/letters/motions/1/")
    press(page, choice)
    expect(page.get_by_text(f"You voted: {choice.lower()}")).to_be_visible()


def test_three_people_propose_discuss_vote_and_ratify_and_restore(browser: Browser, empty: Instance) -> None:
    ana = enter(browser, empty, first_owner_link(empty), "Ana Ferreira")
    ana.goto("/projects/new/")
    ana.get_by_label("Name", exact=True).fill("Letters")
    press(ana, "Make it")
    ben = enter(browser, empty, invite(ana), "Ben Okafor")
    cleo = enter(browser, empty, invite(ana), "Cleo Marchand")
    ana.goto("/p/letters/principles/")
    ana.get_by_text("Write one by hand").click()
    ana.locator("#write [name=effect]").fill("Be brief.")
    press(ana, "Add it as a draft")
    expect(ana.get_by_text("Be brief.").first).to_be_attached()
    ana.goto("/p/letters/motions/")
    ana.get_by_text("The rules", exact=True).click()
    ana.get_by_label("How many must vote").fill("2")
    press(ana, "Decide so from now on")

    ben.goto("/p/letters/principles/1/")
    ben.get_by_text("Put it to the vote", exact=True).click()
    ben.locator("#propose-domain").fill("In letters")
    press(ben, "Propose it")
    assert not find_barriers(ben)
    vote(ben, "Agree")
    cleo.goto("/p/letters/motions/1/")
    expect(cleo.get_by_text("once you have voted")).to_be_visible()
    cleo.get_by_label("Say something").fill("Only in letters to customers.")
    cleo.get_by_label("Ask for changes").check()
    press(cleo, "Say it")
    expect(ben.locator("#remarks")).to_contain_text("Only in letters to customers.")
    ben.get_by_text("Other words", exact=True).click()
    ben.locator("aside [name=domain]").fill("In letters to customers")
    press(ben, "Propose these words")
    vote(ben, "Agree")
    vote(cleo, "Agree")

    ana.goto("/p/letters/motions/1/")
    expect(ana.get_by_text("It carries")).to_be_visible()
    press(ana, "Ratify")
    ana.goto("/p/letters/constitution/")
    expect(ana.get_by_text("In letters to customers")).to_be_visible()

    ana.goto("/p/letters/motions/")
    ana.get_by_text("The rules", exact=True).click()
    ana.get_by_label("How many must vote").fill("1")
    press(ana, "Decide so from now on")
    ana.goto("/p/letters/principles/1/")
    ana.get_by_text("Retire it", exact=True).click()
    press(ana, "Take it out of force")
    ana.goto("/p/letters/constitution/1/")
    ana.get_by_text("Restore this version", exact=True).click()
    press(ana, "Put it into force again")
    expect(ana.get_by_text("Version 1 restored")).to_be_visible()
    expect(ana.get_by_text("In letters to customers")).to_be_visible()
