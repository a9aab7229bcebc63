"""The whole loop in a real browser on LLMBar's pairs: bring in, judge, draft, refine, compare, take out.

Once with the simulated model and once with the real SDK talking to our model server over HTTP.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance, standing
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import PASSWORD, WIDE, first_owner_link
from tests.model_server import ModelServer

pytestmark = [pytest.mark.journey, pytest.mark.slow]
PAIRS = Path(__file__).resolve().parent.parent / "data" / "llmbar" / "natural.json"
PATIENCE = 30_000


@dataclass
class Loop:
    """A browser window on an instance, and the project the errands are done in."""

    page: Page
    slug: str = "llmbar"

    def go(self, path: str) -> None:
        """Open a page of the project and see that nothing keeps people out of it."""
        self.page.goto(f"/p/{self.slug}/{path}")
        assert not find_barriers(self.page), path

    def press(self, name: str) -> None:
        """Press a button."""
        self.page.get_by_role("button", name=name).first.click()


@pytest.fixture(scope="module", params=["simulated", "messages-api"])
def answering(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Instance, str]]:
    """An instance whose words come from the simulated model, or over HTTP from our model server."""
    with ModelServer() as server:
        over_http = {"ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "key", "PRECEPT_MODEL": "claude-test"}
        env = over_http if request.param == "messages-api" else {}
        with standing(tmp_path_factory, "--no-demo", **env) as instance:
            yield instance, "claude-test" if env else "simulated"
            assert bool(server.requests) == bool(env)


@pytest.fixture
def loop(browser: Browser, answering: tuple[Instance, str]) -> Iterator[Loop]:
    """Ana's window."""
    instance, _ = answering
    context = browser.new_context(base_url=instance.url, viewport=WIDE, reduced_motion="reduce", accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
    yield Loop(page)
    context.close()
    assert not wrong, wrong


def test_the_loop_from_a_file_to_a_file(loop: Loop, answering: tuple[Instance, str]) -> None:
    instance, model = answering
    come_in(loop, instance)
    bring_in(loop)
    for kind, words in (("critique", "Give the answer first; far too long."), ("kudos", "No pleasantries.")):
        say(loop, kind, words)
        draft_from_it(loop, model)
    rewrite(loop)
    draft_from_it(loop, model)
    judge_pairs(loop, 4)
    adopt_every_draft(loop)
    refine(loop, model)
    baseline(loop)
    compare(loop, 3)
    take_out(loop)
    the_ledger_agrees(instance)


def come_in(loop: Loop, instance: Instance) -> None:
    """Ana takes the first-owner link and makes a project."""
    page = loop.page
    page.goto(first_owner_link(instance))
    page.get_by_label("Your name").fill("Ana Ferreira")
    page.get_by_label("E-mail address").fill("ana@example.org")
    page.get_by_label("Password", exact=False).first.fill(PASSWORD)
    loop.press("Make my account")
    page.goto("/projects/new/")
    page.get_by_label("Name", exact=True).fill("LLMBar")
    loop.press("Make it")
    expect(page).to_have_url(re.compile(r"/p/llmbar/$"))


def bring_in(loop: Loop) -> None:
    """The pairs come in after a look; a second time they add nothing."""
    loop.go("import/")
    rows = len(json.loads(PAIRS.read_text("utf-8")))
    loop.page.set_input_files("input[type=file]", PAIRS)
    loop.press("Look at it first")
    expect(loop.page.locator("#reading")).to_contain_text("LLMBar")
    loop.press("Bring it in")
    loop.go("examples/")
    expect(loop.page.locator("main")).to_contain_text(str(rows))
    loop.go("import/")
    loop.page.set_input_files("input[type=file]", PAIRS)
    loop.press("Look at it first")
    expect(loop.page.locator("#reading")).to_contain_text("all of it is here already")


def say(loop: Loop, kind: str, words: str) -> None:
    """Words about a response, and a rating by a key; the page stays to say more."""
    loop.go("review/")
    loop.page.keyboard.press("2" if kind == "critique" else "5")
    loop.page.locator(f"textarea[name={kind}]").fill(words)
    loop.press("Keep, say more")
    expect(loop.page.locator(".said")).to_contain_text(words)


def rewrite(loop: Loop) -> None:
    """A version of one's own; the word diff shows while it is typed."""
    loop.go("review/")
    loop.page.keyboard.press("e")
    loop.page.locator("textarea[name=rewrite]").fill("A short answer that names the thing asked for.")
    expect(loop.page.locator("#rewrite-diff ins").first).to_be_visible()
    loop.press("Keep, say more")
    expect(loop.page.locator(".said")).to_contain_text("rewrite")


def draft_from_it(loop: Loop, model: str) -> None:
    """The draft appears by itself, with the name of who worded it; leaving the page loses nothing."""
    asked = loop.page.locator(
        ".said-line", has=loop.page.get_by_role("button", name="Draft a principle from this")
    ).last
    asked.get_by_role("button", name="Draft a principle from this").click()
    draft = loop.page.locator(".said .draft").last
    expect(draft).to_be_visible(timeout=PATIENCE)
    expect(draft).to_contain_text(model)
    assert not find_barriers(loop.page)


def judge_pairs(loop: Loop, count: int) -> None:
    """Pairs by keyboard alone: a strength, then on. Nothing tells which model wrote which."""
    for answer in ["1", "6", "b", "4"][:count]:
        loop.go("pairs/")
        loop.page.keyboard.press(answer)
        with loop.page.expect_navigation():
            loop.page.keyboard.press("Enter")


def adopt_every_draft(loop: Loop) -> None:
    """Each draft adopted makes the next version of the constitution."""
    loop.go("principles/")
    drafts = int(loop.page.locator("#inbox-count").inner_text())
    assert drafts >= 3
    for left in reversed(range(drafts)):
        loop.page.locator("#hand [name=reason]").fill("People said so.")
        loop.page.locator("#hand").get_by_role("button", name="Adopt").click()
        expect(loop.page.locator("#inbox-count")).to_have_text(str(left))
    loop.go("constitution/")
    expect(loop.page.locator("main")).to_contain_text(re.compile(rf"[Vv]ersion {drafts}|v{drafts}"))


def refine(loop: Loop, model: str) -> None:
    """A run on enough answers that three of them change, watched to its end without a reload."""
    loop.go("runs/new/")
    loop.page.locator("#strategy-cai_revision").check()
    loop.page.locator("[name=count]").fill("30")
    loop.press("Start the run")
    expect(loop.page).to_have_url(re.compile(r"/runs/1/$"))
    expect(loop.page.locator(".run-state .state")).to_have_text("Finished", timeout=PATIENCE)
    expect(loop.page.locator("main")).to_contain_text(model)
    assert not find_barriers(loop.page)
    loop.page.locator(".item-link").first.click()
    expect(loop.page.locator("main")).to_contain_text("principle")
    assert not find_barriers(loop.page)


def baseline(loop: Loop) -> None:
    """Best of several at the same cost."""
    loop.go("runs/1/")
    loop.press("Run the baseline")
    expect(loop.page).to_have_url(re.compile(r"/runs/2/$"))
    expect(loop.page.locator(".run-state .state")).to_have_text("Finished", timeout=PATIENCE)


def compare(loop: Loop, count: int) -> None:
    """Old against new, blind, until enough are judged; the project shows the rate with its interval."""
    for answer in ["7", "2", "6"][:count]:
        loop.go("compare/")
        hidden = loop.page.locator("main").inner_text()
        assert "simulated" not in hidden
        assert "claude" not in hidden.lower()
        loop.page.keyboard.press(answer)
        with loop.page.expect_navigation():
            loop.page.keyboard.press("Enter")
    loop.go("")
    expect(loop.page.locator("main")).to_contain_text(re.compile(r"n = [123]"))


def take_out(loop: Loop) -> None:
    """The zip: rows a strict loader takes, a line of provenance for each, and hashes that hold."""
    loop.go("export/")
    with loop.page.expect_download() as waiting:
        loop.page.get_by_role("link", name="Download the zip").click()
    with zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())) as archive:
        files = {Path(name).name: archive.read(name) for name in archive.namelist()}
    rows = [json.loads(line) for line in files["trl-preference.jsonl"].decode().splitlines()]
    meta = [json.loads(line) for line in files["trl-preference.meta.jsonl"].decode().splitlines()]
    manifest = json.loads(files["manifest.json"])
    assert len(rows) == len(meta) == manifest["counts"]["rows"] > 20
    assert len({json.dumps(shape(row)) for row in rows}) == 1
    assert all(row["chosen"][0]["content"].strip() != row["rejected"][0]["content"].strip() for row in rows)


def shape(value: Any) -> Any:
    """Keys and types, as a strict loader would infer them."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def the_ledger_agrees(instance: Instance) -> None:
    """The sums of the budgets are the sums of the calls."""
    done = instance.manage("check_ledger")
    assert done.returncode == 0, done.stdout + done.stderr
