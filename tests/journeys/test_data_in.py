"""Bringing data in, in a real browser: columns matched, bad rows, a large file watched, paused and let in."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE, first_owner_link
from tests.journeys.test_motions import enter, press

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PAGE = "/p/letters/import/"
PATIENCE = 120_000
ROWS = 60_000


@pytest.fixture(scope="module")
def own() -> Iterator[Instance]:
    """An instance of its own."""
    with tempfile.TemporaryDirectory(prefix="precept-in-", dir="/tmp") as folder:
        Path(folder).chmod(0o755)
        started = Instance(Path(folder) / "data")
        try:
            yield started.start("--no-demo")
        finally:
            started.stop()


@pytest.fixture(scope="module")
def ana(browser: Browser, own: Instance) -> Iterator[Page]:
    """Ana, with a project."""
    page = enter(browser, own, first_owner_link(own), "Ana Ferreira")
    page.goto("/projects/new/")
    page.get_by_label("Name", exact=True).fill("Letters")
    press(page, "Make it")
    yield page
    page.context.close()


def send(page: Page, path: Path) -> None:
    page.goto(PAGE)
    page.locator("input[type=file]").set_input_files(path)
    press(page, "Look at it first")


def test_columns_are_matched_and_a_bad_row_is_left_out(ana: Page, tmp_path: Path) -> None:
    path = tmp_path / "fragen.csv"
    path.write_text("frage,gut,schlecht\nWas ist ein Fluss?,Ein Strom.,Ein Berg.\nUnd ein See?,,Ein Baum.\n")
    send(ana, path)
    expect(ana.get_by_role("alert")).to_contain_text("No known format has these columns")
    expect(ana.get_by_text("Was ist ein Fluss?")).to_be_visible()  # what stands in the column
    assert not find_barriers(ana)
    for column, meaning in (("frage", "prompt"), ("gut", "chosen"), ("schlecht", "rejected")):
        ana.get_by_label(column).select_option(meaning)
        ana.wait_for_url(f"**={meaning}**")
    expect(ana.locator("#reading")).to_contain_text("it would add 1 example, 2 responses and 1 preference")
    expect(ana.locator(".troubles")).to_contain_text("'chosen' is empty.")
    assert not find_barriers(ana)
    press(ana, "Bring in the rest without this row")
    expect(ana.locator("main")).to_contain_text("1 row left out")


def test_principles_among_the_data_go_in_where_they_belong_by_keyboard_in_the_dark(ana: Page, tmp_path: Path) -> None:
    path = tmp_path / "a-constitution-with-a-name-that-is-longer-than-a-telephone-is-wide.json"
    path.write_text(json.dumps({"constitutions": [{"critic": "Is it rude?", "revision": "Make it polite."}]}))
    ana.emulate_media(color_scheme="dark")
    ana.set_viewport_size({"width": 390, "height": 844})
    send(ana, path)
    expect(ana.get_by_role("heading", name="This goes in elsewhere")).to_be_visible()
    assert not find_barriers(ana)
    assert ana.evaluate("document.documentElement.scrollWidth") <= 390
    ana.locator("summary", has_text="Read it as examples").focus()
    ana.keyboard.press("Enter")
    expect(ana.get_by_label("Format")).to_be_visible()
    ana.get_by_role("button", name="Look at them as principles").focus()
    ana.keyboard.press("Enter")
    expect(ana.get_by_text("Make it polite.").first).to_be_visible()
    ana.emulate_media(color_scheme="light")
    ana.set_viewport_size(WIDE)


def test_a_large_file_is_watched_paused_and_let_in(ana: Page, tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    with path.open("w") as out:
        for number in range(ROWS):
            bad = number % 20_000 == 19_999
            row = {"prompt": f"Question {number}?", "chosen": f"Answer {number}. " * 5, "rejected": 7 if bad else "No."}
            out.write(json.dumps(row) + "\n")
    send(ana, path)
    press(ana, "Read all of it and show what is new")
    expect(ana.get_by_role("progressbar")).to_be_visible(timeout=PATIENCE)
    seen = int(ana.get_by_role("progressbar").get_attribute("aria-valuenow") or 0)
    ana.wait_for_function(
        "seen => Number(document.querySelector('[role=progressbar]')?.ariaValueNow) > seen", arg=seen, timeout=PATIENCE
    )  # by itself
    assert not find_barriers(ana)
    press(ana, "Pause")
    expect(ana.locator("#job")).to_contain_text("Paused.")
    press(ana, "Go on")
    expect(ana.locator("#job")).to_contain_text(re.compile(r"3 of 60\D?000 rows cannot be read"), timeout=PATIENCE)
    expect(ana.locator("#job")).to_contain_text(re.compile(r"Line 20\D?000"))
    assert not find_barriers(ana)
    with ana.expect_download() as download:
        ana.get_by_role("link", name="All of them as CSV").click()
    assert len(Path(download.value.path()).read_text().splitlines()) == 4
    press(ana, "Bring in the rest without these 3 rows")
    expect(ana.locator("#job")).to_contain_text("It is in: 59\u202f997 examples", timeout=PATIENCE)
    expect(ana.locator("#job")).to_contain_text("3 rows were left out")
    assert not find_barriers(ana)


def test_nothing_comes_in_when_ana_says_so(ana: Page, tmp_path: Path) -> None:
    path = tmp_path / "more.jsonl"
    with path.open("w") as out:
        out.writelines(json.dumps({"prompt": f"Thing {n}?", "response": "Yes. " * 30}) + "\n" for n in range(30_000))
    send(ana, path)
    press(ana, "Read all of it and show what is new")
    expect(ana.locator("#job")).to_contain_text("all can be read", timeout=PATIENCE)
    ana.get_by_text("Let nothing in").click()
    press(ana, "End it")
    expect(ana.locator("#job")).to_contain_text("Nothing of it came in")
