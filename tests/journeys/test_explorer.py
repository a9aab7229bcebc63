"""From what one wants to train to a file, and from a row of it back to the click and the call."""

from __future__ import annotations

import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import PASSWORD, WIDE, first_owner_link

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PHONE = {"width": 390, "height": 844}
PAGES = (
    "export/", "export/?format=trl-kto", "snapshots/1/", "snapshots/1/rows/", "snapshots/1/numbers/",
    "snapshots/1/lineage/", "snapshots/1/difference/2/",
)  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> Iterator[Instance]:
    """An instance with its demo project, of which two snapshots are frozen."""
    with tempfile.TemporaryDirectory(prefix="precept-explorer-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        started = Instance(Path(folder) / "data")
        try:
            started.start()
            for more in (["--name", "First"], ["--name", "Smaller", "--filter", "limit=12"]):
                frozen = started.manage("snapshot", "demo", "freeze", *more)
                assert frozen.returncode == 0, frozen.stderr
            yield started
        finally:
            started.stop()


@pytest.fixture(scope="module")
def state(browser: Browser, demo: Instance, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana, signed in as the owner: her cookies."""
    kept = tmp_path_factory.mktemp("ana") / "state.json"
    context = browser.new_context(base_url=demo.url, viewport=WIDE)
    page = context.new_page()
    page.goto(first_owner_link(demo))
    page.get_by_label("Your name").fill("Ana Ferreira")
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"^(?!.*/join/).*$"))
    context.storage_state(path=kept)
    context.close()
    return kept


@pytest.fixture
def ana(browser: Browser, demo: Instance, state: Path) -> Iterator[Page]:
    """Ana's window."""
    context = browser.new_context(base_url=demo.url, viewport=WIDE, reduced_motion="reduce", storage_state=state)
    page = context.new_page()
    page.set_default_timeout(20_000)
    yield page
    context.close()


def test_what_to_train_leads_to_a_file(ana: Page, tmp_path: Path) -> None:
    ana.goto("/p/demo/export/")
    expect(ana.get_by_role("heading", name="Before you train on it")).to_be_visible()
    expect(ana.locator("#formats tr", has_text="trl-preference").locator("td.number")).not_to_have_text("–")
    ana.get_by_role("link", name=re.compile("^Good or bad")).click()
    ana.locator("#formats").get_by_role("link", name="trl-kto", exact=True).click()
    expect(ana.locator("#outlook h2")).to_have_text("trl-kto")
    ana.get_by_role("link", name=re.compile("^Preference")).first.click()
    with ana.expect_response(re.compile(r"snapshot=1")):
        ana.get_by_role("combobox", name="From").select_option("1")
    expect(ana.locator("#outlook")).to_contain_text("of snapshot 1")
    said = re.search(r"(\d+) rows", ana.locator(".outlook-sentence").inner_text())
    with ana.expect_download() as begun:
        ana.get_by_role("link", name="Download the zip").click()
    begun.value.save_as(tmp_path / "rows.zip")
    archive = zipfile.ZipFile(tmp_path / "rows.zip")
    name = next(one for one in archive.namelist() if one.endswith("/trl-preference.jsonl"))
    rows = [json.loads(line) for line in archive.read(name).splitlines()]
    assert said
    assert len(rows) == int(said.group(1))
    assert {"prompt", "chosen", "rejected"} <= set(rows[0])


def test_a_row_leads_back_to_the_click_and_the_call(ana: Page) -> None:
    ana.goto("/p/demo/snapshots/1/rows/")
    with ana.expect_response(re.compile(r"words=crunchy")):
        ana.get_by_label("With the words").fill("crunchy")
    expect(ana.locator(".leaf-row").first).to_contain_text("crunchy")
    ana.locator(".leaf-link", has_text="Why it is so loud is still missing").click()
    picture = ana.locator(".lineage-picture")
    expect(picture).to_be_visible()
    for words in ("Principle 2", "Constitution 3", "Rewritten", "simulated", "Prompt"):
        expect(picture.locator("text", has_text=words).first).to_be_visible()
    spot = picture.locator("a[data-spot^=principle]").last
    spot.focus()
    expect(spot).to_have_class(re.compile("is-near"))
    expect(picture.locator("path.is-near").first).to_be_attached()
    assert find_barriers(ana) == []
    ana.keyboard.press("Enter")
    ana.wait_for_url(re.compile(r"/principles/\d+/"))
    ana.go_back()
    picture.locator("a.is-step").first.click()
    ana.wait_for_url(re.compile(r"/runs/1/items/"))


def test_pages_of_a_snapshot_stand_on_a_phone_in_the_dark_and_without_script(
    browser: Browser, demo: Instance, state: Path, ana: Page
) -> None:
    for path in PAGES:
        ana.goto(f"/p/demo/{path}")
        assert find_barriers(ana) == [], path
    small = browser.new_context(
        base_url=demo.url, viewport=PHONE, storage_state=state, color_scheme="dark", java_script_enabled=False
    )
    page = small.new_page()
    for path in PAGES:
        page.goto(f"/p/demo/{path}")
        expect(page.locator("h1")).to_be_visible()
    page.goto("/p/demo/snapshots/1/rows/")
    page.get_by_label("With the words").fill("crunchy")
    page.get_by_role("button", name="Show").click()
    page.locator(".leaf-link").first.click()
    expect(page.locator(".lineage-list li").first).to_be_visible()
    small.close()
    ana.set_viewport_size(PHONE)
    ana.emulate_media(color_scheme="dark")
    for path in PAGES:
        ana.goto(f"/p/demo/{path}")
        assert find_barriers(ana) == [], path
        assert ana.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_result_is_told_and_stands_in_the_picture(ana: Page) -> None:
    ana.goto("/p/demo/snapshots/1/lineage/")
    ana.locator(".tell > summary").click()
    ana.get_by_label("Model that was trained").fill("tiny-1")
    ana.get_by_label("Benchmark").fill("short-answers")
    ana.get_by_label("Score", exact=True).fill("0.62")
    ana.get_by_role("button", name="Keep it").click()
    expect(ana.locator(".lineage-picture text", has_text="short-answers").first).to_be_visible()
    expect(ana.locator(".results td", has_text="tiny-1")).to_be_visible()
