"""A browser and a whole instance for the journeys. Without a browser they are left out, unless REQUIRE_BROWSER=1."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser import FLAGS, find_browser, is_required
from tests.instances import Instance, standing

PASSWORD = "a long way to the river"
WIDE = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser. Closed after each module: while it is open its event loop runs, and no other test could have one."""
    program = find_browser()
    if program is None:
        assert not is_required(), "REQUIRE_BROWSER is set and there is no browser"
        pytest.skip("no browser: install chromium to have the journeys run")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=str(program), args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def instance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Instance]:
    """An instance with its demo project, started as a person starts it."""
    with standing(tmp_path_factory) as started:
        yield started


@pytest.fixture
def page(browser: Browser, instance: Instance) -> Iterator[Page]:
    """A fresh browser window on the instance; fails on an error in a script or a resource that is not there."""
    context = browser.new_context(base_url=instance.url, viewport=WIDE, reduced_motion="reduce")
    window = context.new_page()
    wrong: list[str] = []
    window.on("pageerror", lambda error: wrong.append(str(error)))
    window.on("requestfailed", lambda request: wrong.append(f"{request.url}: {request.failure}"))
    yield window
    context.close()
    assert not [line for line in wrong if "ERR_ABORTED" not in line], wrong


def first_owner_link(instance: Instance) -> str:
    """The one-time link the instance says when it has come up, which is just after its health is whole."""
    until = time.monotonic() + 20
    while not (found := re.findall(r"(http://\S+/join/\S+)\n", instance.words())):
        assert time.monotonic() < until, instance.words()
        time.sleep(0.1)
    return str(found[-1])
