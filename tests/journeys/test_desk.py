"""Work at the desk in a real browser: twenty items by keys alone, twenty without script, and a network that goes away.

What is on record is read from the database: each item has what was said of it, once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE

pytestmark = [pytest.mark.journey, pytest.mark.slow]
ITEMS = 20
PAINT = "performance.getEntriesByName('desk:submit-to-paint').map((one) => one.duration)"
COME_IN = """
from uuid import uuid4
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from tests import make
name = f"desk-{uuid4().hex[:8]}"
user = make.user(email=f"{name}@example.org", name="Mila Brandt")
project = make.project(slug=name, name="Rivers", owner=user)
for number in range(ITEMS):
    example = make.example(project=project, request=f"What is river {number}?")
    for text in TEXTS[: EACH]:
        make.response(example=example, text=f"{text} ({number})")
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("CAME", name, session.session_key)
"""
TEXTS = ["The Rhine flows north. It is very long and wide. Ships use it.", "A river is water. It goes down to the sea."]


@dataclass
class Work:
    """Mila with a project of her own that holds so many items."""

    instance: Instance
    browser: Browser
    slug: str
    session: str
    wrong: list[str] = field(default_factory=list)

    def window(self, **options: Any) -> Page:
        """A window, signed in."""
        context = self.browser.new_context(
            base_url=self.instance.url, **{"viewport": WIDE, "reduced_motion": "reduce", **options}
        )
        context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.instance.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda one: self.wrong.append(one.text) if "Content Security" in one.text else None)
        return page

    def at(self, path: str, **options: Any) -> Page:
        """A page of the project."""
        page = self.window(**options)
        page.goto(f"/p/{self.slug}/{path}")
        return page

    def rows(self, table: str, what: str = "count(*)", where: str = "true") -> list[Any]:
        """What stands of one kind in this project."""
        query = f"select {what} from feedback_{table} s join feedback_project p on p.id = s.project_id "
        query += f"where p.slug = %s and s.withdrawn_at is null and {where} and not exists "
        query += f"(select 1 from feedback_{table} n where n.replaces_id = s.id)"
        with self.instance.rows() as rows:
            return rows.execute(query, [self.slug]).fetchall()  # type: ignore[arg-type]

    def count(self, table: str, where: str = "true") -> int:
        """How many stand."""
        return int(self.rows(table, where=where)[0][0])

    def is_kept(self, page: Page) -> None:
        """Nothing waits in the outbox any more."""
        page.wait_for_function("() => !Object.keys(localStorage).some((key) => key.startsWith('outbox:'))")


def come_in(instance: Instance, browser: Browser, *, items: int = ITEMS, each: int = 1) -> Work:
    """A project with so many examples and responses each."""
    names = {"ITEMS": items, "EACH": each, "TEXTS": TEXTS}
    said = instance.manage("shell", "-c", "".join(f"{k} = {v!r}\n" for k, v in names.items()) + COME_IN)
    assert "CAME" in said.stdout, said.stderr
    slug, session = said.stdout.split("CAME")[1].split()
    return Work(instance, browser, slug, session)


@pytest.fixture
def made(instance: Instance, browser: Browser) -> Iterator[Any]:
    """Makes a project to work in; afterwards no script may have failed."""
    works: list[Work] = []

    def make_work(**how: int) -> Work:
        works.append(come_in(instance, browser, **how))
        return works[-1]

    yield make_work
    for context in browser.contexts:
        context.close()
    assert not [wrong for work in works for wrong in work.wrong]


def about(page: Page) -> str:
    """What the desk shows."""
    return page.locator("#desk").get_attribute("data-about") or ""


def moves_on(page: Page, before: str) -> None:
    """The desk shows something else than before."""
    page.wait_for_function("(before) => (document.getElementById('desk')?.dataset.about ?? '') !== before", arg=before)


def judge_by_keys(page: Page, number: int) -> None:
    """A rating, a critique, what would be better, two marks and a rewrite, and on; all by keys."""
    before = about(page)
    keys = page.keyboard
    keys.press(str(number % 5 + 1))
    keys.press("c")
    keys.type(f"Critique {number}.")
    keys.press("Escape")
    keys.press("i")
    keys.type("Say which sea it reaches.")
    keys.press("Escape")
    keys.press("m")
    keys.press("w")
    keys.press("ArrowRight")
    keys.press("i")
    keys.press("Escape")
    expect(page.locator("[data-span-row]")).to_have_count(2)
    keys.press("e")
    keys.press("ControlOrMeta+a")
    keys.type(f"The Rhine is {number} long.")
    keys.press("Control+Enter")
    moves_on(page, before)


@pytest.mark.alone
def test_twenty_items_by_keys_alone(made: Any) -> None:
    work = made(each=2)
    page = work.at("desk/")
    assert not find_barriers(page)
    for number in range(ITEMS):
        judge_by_keys(page, number)
    paints = page.evaluate(PAINT)
    print(f"submit to next paint, ms: {sorted(round(one) for one in paints)}")
    assert len(paints) == ITEMS
    assert sorted(paints)[int(ITEMS * 0.9)] < 100
    work.is_kept(page)
    assert [work.count(kind) for kind in ("rating", "critique", "span", "edit")] == [ITEMS, ITEMS, 2 * ITEMS, ITEMS]
    of_text = '(select substr(text, s.start + 1, s."end" - s.start) from feedback_response where id = s.response_id)'
    slices = work.rows("span", f"s.quote, {of_text}", "s.start is not null")
    assert len(slices) == 2 * ITEMS
    assert all(quote == piece for quote, piece in slices)
    compare_by_keys(page, work, 5)


def compare_by_keys(page: Page, work: Work, number: int) -> None:
    """Pairs by keys alone."""
    page.goto(f"/p/{work.slug}/pairs/")
    for key in "16g42"[:number]:
        before = about(page)
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        moves_on(page, before)
    work.is_kept(page)
    assert work.count("preference") == number


def test_the_same_without_script(made: Any) -> None:
    work = made(each=2)
    page = work.at("desk/", java_script_enabled=False)
    for number in range(ITEMS):
        where = page.url.split("?")[0]
        page.locator(f"[name=score-overall][value='{number % 5 + 1}']").check(force=True)
        page.locator("[name=critique]").fill(f"Critique {number}.")
        page.locator(".by-sentence > summary").click()
        for place in (0, 1):
            page.locator("[name=sentence]").nth(place).check()
        page.locator("[name=mark-category]").select_option("wrong")
        page.locator(".rewrite > summary").click()
        page.locator("[name=rewrite]").fill(f"The Rhine is {number} long.")
        page.get_by_role("button", name="Keep and go on").last.click()
        assert page.url.split("?")[0] != where
    assert [work.count(kind) for kind in ("rating", "critique", "span", "edit")] == [ITEMS, ITEMS, 2 * ITEMS, ITEMS]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[name=critique]")).to_have_value(f"Critique {ITEMS - 1}.")
    assert work.count("rating") == ITEMS - 1
    page.get_by_role("button", name="Redo").click()
    assert work.count("rating") == ITEMS
    page.goto(f"/p/{work.slug}/pairs/")
    page.locator("input[name=answer][value='2']").check(force=True)
    page.get_by_role("button", name="Keep and go on").last.click()
    assert work.count("preference") == 1


def test_a_network_that_goes_away_and_answers_that_are_lost(made: Any) -> None:
    """Three are judged without a network; of two the server takes what is sent but its answer never comes back."""
    work = made(items=12)
    page = work.at("desk/")
    context = page.context
    page.wait_for_load_state("networkidle")
    for number in range(2):
        rate(page, number)
    work.is_kept(page)
    page.wait_for_load_state("networkidle")
    context.set_offline(True)
    for number in range(2, 4):
        rate(page, number)
    expect(page.locator("#outbox")).to_contain_text("2")
    expect(page.locator("#outbox")).to_be_visible()
    assert work.count("rating") == 2
    page.keyboard.press("c")
    page.keyboard.type("Typed while away.")
    lose_answers(context, work, 2)
    context.set_offline(False)
    work.is_kept(page)
    expect(page.locator("[name=critique]")).to_have_value("Typed while away.")
    page.keyboard.press("Escape")
    for number in range(4, 12):
        rate(page, number)
    work.is_kept(page)
    found = Counter(response for (response,) in work.rows("rating", "s.response_id"))
    assert len(found) == 12
    assert set(found.values()) == {1}
    words = Counter(text for (text,) in work.rows("critique", "s.text"))
    assert sum(words.values()) == 12
    assert words["Typed while away.Words 4."] == 1
    assert all(words[f"Words {number}."] == 1 for number in range(12) if number != 4)


def rate(page: Page, number: int) -> None:
    """A rating and words, and on."""
    before = about(page)
    page.keyboard.press(str(number % 5 + 1))
    page.keyboard.press("c")
    page.keyboard.type(f"Words {number}.")
    page.keyboard.press("Control+Enter")
    moves_on(page, before)


def lose_answers(context: BrowserContext, work: Work, number: int) -> None:
    """The server takes so many submissions, and the browser never hears of it."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method != "POST" or "/responses/" not in route.request.url or len(lost) >= number:
            return route.continue_()
        lost.append(route.request.url)
        route.fetch()
        return route.abort("connectionreset")

    context.route(f"**/p/{work.slug}/**", lose)


def test_what_is_typed_is_there_again_after_the_window_was_closed(made: Any) -> None:
    work = made(items=2)
    page = work.at("desk/")
    page.keyboard.press("4")
    page.keyboard.press("c")
    with page.expect_response(lambda answer: answer.url.endswith("/desk/draft/")):
        page.keyboard.type("Half a thought")
    url = page.url
    page.context.close()
    elsewhere = work.window()
    elsewhere.goto(url)
    expect(elsewhere.locator("[name=critique]")).to_have_value("Half a thought")
    expect(elsewhere.locator("[name=score-overall][value='4']")).to_be_checked()


def test_undo_and_redo_by_keys(made: Any) -> None:
    work = made(items=4)
    page = work.at("desk/")
    first = about(page)
    rate(page, 1)
    work.is_kept(page)
    second = about(page)
    page.keyboard.press("k")
    page.keyboard.type("Half.")
    page.keyboard.press("Escape")
    page.keyboard.press("z")
    page.wait_for_function("(first) => document.getElementById('desk').dataset.about === first", arg=first)
    expect(page.locator("[name=critique]")).to_have_value("Words 1.")
    assert work.count("rating") == 0
    page.keyboard.press("Control+Enter")
    page.wait_for_function("(second) => document.getElementById('desk').dataset.about === second", arg=second)
    expect(page.locator("[name=kudos]")).to_have_value("Half.")
    work.is_kept(page)
    assert work.count("rating") == 1
    page.keyboard.press("z")
    page.wait_for_function("(first) => document.getElementById('desk').dataset.about === first", arg=first)
    page.keyboard.press("Shift+Z")
    page.wait_for_function("(first) => document.getElementById('desk').dataset.about !== first", arg=first)
    assert work.count("rating") == 1


def test_signing_in_again_elsewhere_costs_nothing(made: Any) -> None:
    work = made(items=4)
    page = work.at("desk/")
    rate(page, 1)
    work.is_kept(page)
    token = next(one for one in page.context.cookies() if "csrf" in str(one["name"]))
    page.context.clear_cookies(name=str(token["name"]))
    other = page.context.new_page()
    other.goto(f"/p/{work.slug}/desk/")
    other.close()
    rate(page, 2)
    work.is_kept(page)
    assert work.count("rating") == 2
    session = [one for one in page.context.cookies() if one["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    rate(page, 3)
    expect(page.locator("#outbox")).to_contain_text("signed out")
    assert work.count("rating") == 2
    page.context.add_cookies(session)  # type: ignore[arg-type]
    page.evaluate("dispatchEvent(new Event('online'))")
    work.is_kept(page)
    assert work.count("rating") == 3


TWO_QUEUES = """
from feedback.desk.filling import Filling
from feedback.desk.queues import create_queue, fill_queue, open_queue
from feedback.models import Project
project = Project.objects.get(slug="SLUG")
by = project.members.get().user
for asks in ("response", "pair"):
    queue = create_queue(project, by=by, name=asks, asks=asks, order="in-order", raters_each=1)
    fill_queue(queue, by=by, filling=Filling())
    open_queue(queue, by=by)
"""


def test_through_two_queues_of_different_kinds(made: Any) -> None:
    """Single responses first, then pairs of them: each kind of page has its own styles and scripts."""
    work = made(items=2, each=2)
    said = work.instance.manage("shell", "-c", TWO_QUEUES.replace("SLUG", work.slug))
    assert said.returncode == 0, said.stderr
    page = work.at("desk/")
    for number in range(4):
        assert about(page).startswith("response-")
        rate(page, number)
    for key in "27":
        expect(page.locator("#desk .columns")).to_be_visible()
        before = about(page)
        assert before.startswith("pair-")
        page.keyboard.press(key)
        page.keyboard.press("Enter")
        moves_on(page, before)
    work.is_kept(page)
    assert (work.count("rating"), work.count("preference")) == (4, 2)
    with work.instance.rows() as rows:
        slots = "select state, count(*) from feedback_slot s join feedback_queue q on q.id = s.queue_id "
        slots += "join feedback_project p on p.id = q.project_id where p.slug = %s group by state"
        assert rows.execute(slots, [work.slug]).fetchall() == [("done", 6)]  # type: ignore[arg-type]


ONE_KEY = """
from feedback.capture.definition import Aspect, Definition
from feedback.capture.forms import change_form
from feedback.models import Project
project = Project.objects.get(slug="SLUG")
aspects = (Aspect(name="helpful", label="Helpful"), Aspect(name="honest", label="Honest", style="thumbs", scale=2))
change_form(project, Definition(aspects=aspects, one_key=True), by=project.members.get().user)
"""


def test_one_key_rates_the_aspect_one_is_at_and_the_last_one_goes_on(made: Any) -> None:
    work = made(items=4)
    said = work.instance.manage("shell", "-c", ONE_KEY.replace("SLUG", work.slug))
    assert said.returncode == 0, said.stderr
    page = work.at("desk/")
    for score, thumb in (("4", "2"), ("2", "1"), ("5", "0")):
        before = about(page)
        page.keyboard.press(score)
        assert about(page) == before
        page.keyboard.press(thumb)
        moves_on(page, before)
    work.is_kept(page)
    assert not find_barriers(page)
    rows = work.rows("rating", "s.aspect, s.score, s.scale, s.cannot_judge")
    assert sorted(score for aspect, score, _, _ in rows if aspect == "helpful") == [2, 4, 5]
    assert sorted((score or 0, none) for aspect, score, _, none in rows if aspect == "honest") == [
        (0, True), (1, False), (2, False),
    ]  # fmt: skip
    page.keyboard.press("?")
    expect(page.locator("[data-keys-sheet]")).to_contain_text("Undo")
    page.locator("[data-keys-off]").check()
    page.keyboard.press("Escape")
    before = about(page)
    page.keyboard.press("3")
    expect(page.locator("#desk :checked:not(option)")).to_have_count(0)
    assert about(page) == before


def test_the_desk_is_light_and_nothing_comes_from_elsewhere(made: Any) -> None:
    work = made(items=1)
    page = work.window()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda request: sizes.update({request.url: request.sizes()["responseBodySize"]}))
    page.goto(f"/p/{work.slug}/desk/")
    page.wait_for_load_state("networkidle")
    assert all(url.startswith(work.instance.url) for url in sizes)
    print(f"first load of the desk: {sum(sizes.values())} bytes")
    assert sum(sizes.values()) < 120_000, sorted(sizes.items(), key=lambda one: -one[1])[:8]
