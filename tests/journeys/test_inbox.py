"""A curator works through drafts by keyboard alone, two hundred of them; without script one by one as plain pages."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance, standing
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE, first_owner_link
from tests.journeys.test_motions import enter, press

pytestmark = [pytest.mark.journey, pytest.mark.slow]

INBOX = "/p/letters/principles/"
TWINS = ["Do not apologise for what you cannot do.", "Avoid apologies for what you cannot do."]
SUBJECTS = ("rivers", "letters", "prices", "dates", "names", "tables", "sums", "poems", "maps", "songs")
ACTS = (
    "Give the year with {}.", "Say where {} come from.", "Count {} twice.", "Put {} first.", "Leave {} to the end.",
    "Name {} in full.", "Ask which {} are meant.", "Explain {} by an example.", "Keep {} short.",
    "Translate {} word by word.", "Compare {} side by side.", "Sort {} by size.", "Draw {} as a list.",
    "Spell {} as the user does.", "Round {} to two places.", "Quote {} exactly.", "Warn of old {}.",
    "Praise good {}.", "Number {}.", "Never invent {}.",
)  # fmt: skip
ARRIVED = "was => !document.querySelector(`#hand[data-line=${was}], #hand[aria-busy=true]`)"


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance of its own."""
    with standing(tmp_path_factory, "--no-demo") as started:
        yield started


def bring_in(ana: Page, lines: list[str]) -> None:
    """Two hundred principles, one a line."""
    ana.goto("/projects/new/")
    ana.get_by_label("Name", exact=True).fill("Letters")
    press(ana, "Make it")
    ana.goto(INBOX + "bring-in/")
    ana.locator("textarea[name=text]").fill("\n".join(lines))
    press(ana, "Look at it first")
    press(ana, f"Bring {len(lines)} in as drafts")
    ana.goto(INBOX)


def key(page: Page, pressed: str) -> float:
    """Press a key that brings another draft into the hand; how many seconds that took."""
    was = page.locator("#hand").get_attribute("data-line")
    start = time.perf_counter()
    page.keyboard.press(pressed)
    page.wait_for_function(ARRIVED, arg=was)
    return time.perf_counter() - start


def at(page: Page) -> str:
    return (page.locator("#hand").get_attribute("data-line") or "").removeprefix("line-")


def waiting(page: Page) -> int:
    return int(page.locator("#inbox-count").inner_text())


@pytest.mark.alone
def test_ana_works_through_two_hundred_drafts_by_keyboard(browser: Browser, full: Instance) -> None:
    ana = enter(browser, full, first_owner_link(full), "Ana Ferreira")
    words = [act.format(subject) for subject in SUBJECTS for act in ACTS][:198]
    bring_in(ana, TWINS + words)
    assert waiting(ana) == 200
    assert ana.locator("form.draft-form").count() == 1
    assert not find_barriers(ana)

    moves_and_words(ana)
    decisions(ana)
    twins(ana)

    ana.goto(INBOX + "?at=103")
    took = [key(ana, "d") for _ in range(5)]
    expect(ana.locator(f"#line-{at(ana)} a")).to_have_attribute("aria-current", "true")
    took += [key(ana, "d") for _ in range(20)]
    print({"median seconds for a decision": round(statistics.median(took), 3)})
    assert not find_barriers(ana)
    without_script(browser, full, ana)
    ana.context.close()


def moves_and_words(ana: Page) -> None:
    """To and fro, and better words for the one in hand; what is pressed too early is done to the next one."""
    assert at(ana) == "200"
    key(ana, "j")
    key(ana, "j")
    key(ana, "k")
    assert at(ana) == "199"
    ana.keyboard.press("e")
    expect(ana.locator("#hand [name=domain]")).to_be_focused()
    ana.keyboard.type("in songs")
    ana.keyboard.press("Escape")
    ana.keyboard.press("r")
    ana.keyboard.type("Ben asked for it")
    ana.keyboard.press("Enter")
    key(ana, "a")
    assert at(ana) == "198"
    expect(ana.locator("#inbox-said")).to_contain_text("Principle 199 adopted")
    ana.keyboard.press("j")
    ana.keyboard.press("d")
    expect(ana.locator("#inbox-said")).to_contain_text("Principle 197 laid aside")
    expect(ana.locator("#line-198")).to_have_count(1)
    expect(ana.locator("#line-197")).to_have_count(0)


def decisions(ana: Page) -> None:
    """Laid aside by mistake and taken back; put to the vote, it stays among the drafts."""
    number = at(ana)
    before = waiting(ana)
    key(ana, "d")
    assert waiting(ana) == before - 1
    key(ana, "u")
    assert at(ana) == number
    assert waiting(ana) == before
    expect(ana.locator(f"#line-{number}")).to_have_count(1)
    key(ana, "v")
    expect(ana.locator(f"#line-{number}")).to_contain_text("motion 1")
    expect(ana.locator(f"#line-{at(ana)} a")).to_have_attribute("aria-current", "true")


def twins(ana: Page) -> None:
    """Group by group: those that say the same stand first, and one keypress makes one of them."""
    ana.keyboard.press("g")
    expect(ana.locator(".line-heading").first).to_be_visible()
    ana.locator("#line-2 a").focus()
    with ana.expect_response(lambda answer: "at=2" in answer.url):
        ana.keyboard.press("Enter")
    expect(ana.locator("#hand")).to_have_attribute("data-line", "line-2")
    expect(ana.locator("#hand")).to_contain_text(TWINS[0])
    before = waiting(ana)
    key(ana, "m")
    expect(ana.locator("#inbox-said")).to_contain_text("Principle 2 merged into principle 1")
    assert waiting(ana) == before - 1


def without_script(browser: Browser, full: Instance, ana: Page) -> None:
    """The same one by one, as plain pages."""
    plain = browser.new_context(base_url=full.url, java_script_enabled=False, viewport=WIDE).new_page()
    plain.context.add_cookies(ana.context.cookies())  # type: ignore[arg-type]
    plain.goto(INBOX + "?of=aside")
    plain.get_by_role("button", name="Back among the drafts").click()
    plain.goto(INBOX)
    plain.locator("#hand [name=reason]").fill("seen without script")
    plain.get_by_role("button", name="Lay aside").click()
    expect(plain.locator("#notices")).to_contain_text("laid aside.")
    plain.context.close()
