"""Every page on the demo project: nothing keeps people out, nothing overflows, and all of it works without script."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import PASSWORD, first_owner_link

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PAGES = [
    "/", "/projects/new/", "/password/", "/p/demo/", "/p/demo/examples/", "/p/demo/examples/2/", "/p/demo/import/",
    "/p/demo/review/", "/p/demo/pairs/", "/p/demo/principles/", "/p/demo/principles/1/",
    "/p/demo/principles/1/scope/", "/p/demo/principles/4/adopt/", "/p/demo/principles/1/retire/",
    "/p/demo/constitution/",
    "/p/demo/constitution/1/go-back/",
    "/p/demo/constitution/2/", "/p/demo/runs/", "/p/demo/runs/new/", "/p/demo/runs/1/", "/p/demo/runs/1/items/1/",
    "/p/demo/responses/1/talk/", "/p/demo/examples/2/checks/", "/p/demo/people/stand-in/",
    "/p/demo/queues/", "/p/demo/queues/new/", "/p/demo/disagreements/", "/p/demo/progress/",
    "/p/demo/compare/", "/p/demo/pulses/", "/p/demo/export/", "/p/demo/budget/", "/p/demo/people/",
    "/p/demo/form/", "/p/demo/form/edit/", "/p/demo/feedback/", "/p/demo/feedback/numbers/", "/p/demo/reactions/",
    "/p/demo/principles/learn/", "/p/demo/principles/groups/", "/p/demo/principles/groups/1/", "/p/demo/trials/1/",
    "/p/demo/trials/2/", "/p/demo/principles/bring-in/",
    "/p/demo/exports/", "/p/demo/snapshots/", "/p/demo/snapshots/new/", "/p/demo/snapshots/benchmarks/",
    "/p/demo/data/systems/", "/p/demo/people/keys/", "/p/demo/responses/1/relabel/",
    "/nothing-here/",
]  # fmt: skip
OPEN_PAGES = ["/sign-in/", "/password/help/", "/join/no-such-link/"]
WAYS = [(width, scheme) for width in (1440, 390) for scheme in ("light", "dark")]


@pytest.fixture(scope="module")
def cookies(browser: Browser, instance: Instance) -> list[dict[str, object]]:
    """Ana came in by the first-owner link; this is what her browser keeps."""
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    page.goto(first_owner_link(instance))
    page.locator("[name=name]").fill("Ana Ferreira")
    page.locator("[name=email]").fill("ana@example.org")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page).not_to_have_url(re.compile("join"))
    kept = context.cookies()
    context.close()
    return kept  # type: ignore[return-value]


@pytest.fixture(params=WAYS, ids=lambda way: f"{way[0]}-{way[1]}")
def context(
    request: pytest.FixtureRequest, browser: Browser, instance: Instance, cookies: list[dict[str, object]]
) -> Iterator[BrowserContext]:
    """A window of that width and colour, signed in."""
    width, scheme = request.param
    size = {"width": width, "height": 900}
    made = browser.new_context(base_url=instance.url, viewport=size, color_scheme=scheme, reduced_motion="reduce")
    made.add_cookies(cookies)  # type: ignore[arg-type]
    yield made
    made.close()


def faults_of(page: Page, path: str) -> list[str]:
    """What is wrong with a page: barriers, and being wider than the window."""
    page.goto(path)
    found = [f"{path}: {barrier}" for barrier in find_barriers(page)]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{path} is wider than the window")
    return found


def test_no_page_keeps_anybody_out(context: BrowserContext) -> None:
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    faults = [fault for path in PAGES for fault in faults_of(page, path)]
    context.clear_cookies()
    faults += [fault for path in OPEN_PAGES for fault in faults_of(page, path)]
    assert not faults + wrong


RIGHT_TO_LEFT = [
    "/", "/p/demo/", "/p/demo/examples/2/", "/p/demo/desk/", "/p/demo/pairs/", "/p/demo/form/", "/p/demo/form/edit/",
    "/p/demo/feedback/", "/p/demo/reactions/",
]  # fmt: skip


def test_pages_run_from_right_to_left_and_keep_nobody_out(context: BrowserContext, instance: Instance) -> None:
    context.add_cookies([{"name": "django_language", "value": "ar", "url": instance.url}])
    page = context.new_page()
    faults = [fault for path in RIGHT_TO_LEFT for fault in faults_of(page, path)]
    assert page.locator("html").get_attribute("dir") == "rtl"
    mark, end = page.locator(".top-mark").bounding_box(), page.locator(".top-end").bounding_box()
    assert mark
    assert end
    assert mark["x"] > end["x"]
    assert not faults


def test_the_form_is_built_with_the_cursor_where_the_next_word_belongs(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/p/demo/form/edit/")
    rows = page.locator("#failures .builder-row")
    before = rows.count()
    for number, words in enumerate(("Wrong source", "Wrong tone"), before):
        page.locator("#failures").get_by_role("button", name="Add one").click()
        field = page.locator(f"[name=failures-{number}-label]")
        expect(field).to_be_focused()
        field.fill(words)
    page.locator("#failures").get_by_role("button", name="Move up").last.click()
    expect(page.locator(f"[name=failures-{before}-label]")).to_have_value("Wrong tone")
    page.locator("#failures").get_by_role("button", name="Remove Wrong source").click()
    expect(rows).to_have_count(before + 1)
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("Say what changes and why")).to_be_visible()
    page.get_by_label("What changes, and why").fill("Tone fails, too")
    page.get_by_label("Who stands for the taxonomy").fill("Dr Osei")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page).to_have_url(re.compile(r"/form/$"))
    expect(page.get_by_text("Dr Osei").first).to_be_visible()


@pytest.fixture
def plain(browser: Browser, instance: Instance, cookies: list[dict[str, object]]) -> Iterator[Page]:
    """A window without script."""
    made = browser.new_context(base_url=instance.url, java_script_enabled=False, accept_downloads=True)
    made.add_cookies(cookies)  # type: ignore[arg-type]
    yield made.new_page()
    made.close()


def test_everything_but_live_progress_works_without_script(plain: Page) -> None:
    plain.goto("/p/demo/review/")
    plain.locator("[name=score-overall][value='2']").check()
    plain.locator("textarea[name=critique]").fill("Put the answer first.")
    plain.get_by_role("button", name="Keep, say more").click()
    expect(plain.locator(".said")).to_contain_text("Put the answer first.")
    plain.get_by_role("button", name="Draft a principle from this").first.click()
    plain.goto("/p/demo/pairs/")
    plain.locator("input[name=answer][value='2']").check(force=True)
    plain.get_by_role("button", name="Keep and go on").click()
    expect(plain).to_have_url(re.compile(r"/pairs/"))
    plain.goto("/p/demo/principles/")
    plain.locator(".draft").first.get_by_role("button", name="Adopt").click()
    expect(plain).to_have_url(re.compile(r"/(principles|constitution)/"))
    plain.goto("/p/demo/runs/new/")
    plain.locator("#strategy-self_refine").check()
    plain.locator("[name=count]").fill("2")
    plain.get_by_role("button", name="Start the run").click()
    expect(plain).to_have_url(re.compile(r"/runs/\d+/$"))
    finished_after_reloading(plain)
    plain.goto("/p/demo/compare/")
    plain.locator("input[name=answer][value='-1']").check(force=True)
    plain.get_by_role("button", name="Keep and go on").click()
    plain.goto("/p/demo/export/")
    with plain.expect_download() as waiting:
        plain.get_by_role("link", name="Download the zip").click()
    assert waiting.value.suggested_filename.endswith(".zip")


def finished_after_reloading(page: Page) -> None:
    """Without script the state of a run is seen by loading the page again."""
    for _ in range(40):
        page.wait_for_timeout(500)
        page.reload()
        if page.locator(".run-state .state").inner_text() == "Finished":
            return
    raise AssertionError(page.locator(".run-state").inner_text())
