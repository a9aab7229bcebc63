"""A data set is asked for, written in the background, and taken as a zip that loads by itself."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE
from tests.journeys.test_snapshots import COME_IN

pytestmark = [pytest.mark.journey, pytest.mark.slow]


@pytest.fixture
def owner(browser: Browser, instance: Instance) -> Iterator[Page]:
    """The owner of a project with eight judged pairs, on its page of files."""
    said = instance.manage("shell", "-c", COME_IN, seconds=180)
    assert "CAME" in said.stdout, said.stderr
    slug, session = said.stdout.split("CAME", 1)[1].split()[:2]
    context = browser.new_context(base_url=instance.url, accept_downloads=True, viewport=WIDE, reduced_motion="reduce")
    context.add_cookies([{"name": "sessionid", "value": session, "url": instance.url}])
    page = context.new_page()
    page.goto(f"/p/{slug}/exports/")
    yield page
    context.close()


def test_files_are_written_in_the_background_and_load(owner: Page, tmp_path: Path) -> None:
    expect(owner.get_by_text("No files yet")).to_be_visible()
    owner.get_by_label("Written as").select_option("jsonl+gz")
    owner.get_by_role("button", name="Write them").click()
    link = owner.get_by_role("link", name="Download the zip")
    expect(link).to_be_visible(timeout=60_000)
    assert find_barriers(owner) == []
    with owner.expect_download() as coming:
        link.click()
    with zipfile.ZipFile(coming.value.path()) as archive:
        archive.extractall(tmp_path)
        (folder,) = {Path(name).parent for name in archive.namelist()}
    said = subprocess.run(
        [sys.executable, tmp_path / folder / "load.py"], capture_output=True, text=True, check=True
    ).stdout
    assert "rows of trl-preference; the files are whole" in said
    owner.get_by_text("Throw away").click()
    owner.get_by_role("button", name="Delete").click()
    expect(owner.get_by_text("the files are gone")).to_be_visible()
