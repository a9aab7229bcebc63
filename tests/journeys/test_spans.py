"""Marks made in a real browser on hard text: markdown, emoji, CJK, right to left, combining marks, code, a table.

What is stored is held against the source: the slice of the text, by code points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.conftest import WIDE

pytestmark = [pytest.mark.journey, pytest.mark.slow]
HARD = Path(__file__).parent.parent / "data" / "hard_text.md"
TEXT = HARD.read_text(encoding="utf-8")
NO_HIGHLIGHTS = "Object.defineProperty(CSS, 'highlights', { value: undefined })"
# What is drawn, as words: the ranges of every highlight of marks, in the order of the text.
DRAWN = """[...CSS.highlights].filter(([name]) => /^span-(kudos|minor|major|critical)/.test(name))
  .flatMap(([name, one]) => [...one].map((range) => [name, range]))
  .filter(([, range]) => range.getClientRects().length).map(([name, range]) => [name, range.toString()])"""
SELECT = """([first, last]) => {
  const walk = document.createTreeWalker(document.querySelector('.reading[data-source]'), NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  let [node, from] = [null, null];
  while ((node = walk.nextNode())) {
    if (!from && node.data.includes(first)) { from = node; range.setStart(node, node.data.indexOf(first)); }
    if (from && node.data.includes(last)) { range.setEnd(node, node.data.indexOf(last) + last.length); break; }
  }
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}"""
COME_IN = """
from uuid import uuid4
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from feedback.models import Member, Project, User
from tests import make
project = Project.objects.get(slug="demo")
user = make.user(email=f"{uuid4()}@example.org", name="Mila Brandt")
Member.objects.create(project=project, user=user, role="reviewer")
example = make.example(project=project, request=f"Which rivers? {uuid4()}")
response = make.response(example=example, text=open(PATH).read())
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print("CAME", response.pk, session.session_key)
"""


@dataclass
class Reading:
    """A person at one response."""

    instance: Instance
    browser: Browser
    response: int
    session: str

    def window(self, **options: Any) -> Page:
        """A window on the response."""
        given = {"viewport": WIDE, "reduced_motion": "reduce", **options}
        context = self.browser.new_context(base_url=self.instance.url, **given)
        context.add_cookies([{"name": "sessionid", "value": self.session, "url": self.instance.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        return page

    def __post_init__(self) -> None:
        self.wrong: list[str] = []

    @property
    def path(self) -> str:
        return f"/p/demo/responses/{self.response}/"

    def at(self, **options: Any) -> Page:
        """The response's page."""
        page = self.window(**options)
        page.goto(self.path)
        return page

    def rows(self, what: str, table: str = "span") -> list[Any]:
        """What stands in the database."""
        query = f"select {what} from feedback_{table} s where response_id = %s and withdrawn_at is null and not exists "
        query += f"(select 1 from feedback_{table} n where n.replaces_id = s.id) order by s.id"
        with self.instance.rows() as rows:
            return rows.execute(query, [self.response]).fetchall()  # type: ignore[arg-type]


@pytest.fixture
def reading(instance: Instance, browser: Browser) -> Iterator[Reading]:
    """Mila before a hard text that nobody has judged."""
    said = instance.manage("shell", "-c", COME_IN.replace("PATH", repr(str(HARD))))
    assert "CAME" in said.stdout, said.stderr
    response, session = said.stdout.split("CAME")[1].split()
    found = Reading(instance, browser, int(response), session)
    yield found
    for context in browser.contexts:
        context.close()
    assert not found.wrong


def said_by(page: Page) -> str:
    """What a screen reader hears last."""
    page.wait_for_timeout(60)
    return page.locator("[data-spans-said]").inner_text()


def keep(page: Page) -> None:
    """Keep what was marked, and wait until it was taken."""
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/responses/" in answer.url):
        page.get_by_role("button", name="Keep, say more").click()
    expect(page.locator("#judging")).to_contain_text("What you said")


def test_words_are_marked_by_keys_alone(reading: Reading) -> None:
    page = reading.at()
    page.keyboard.press("m")
    assert "Rivers" in said_by(page)
    for key in ("ArrowDown", "ArrowDown"):
        page.keyboard.press(key)
    assert said_by(page) == "The Rhine 🇩🇪 flows through six countries and reaches the North Sea."
    for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "Shift+ArrowRight", "w"):
        page.keyboard.press(key)
    assert said_by(page) == "The Rhine marked: Wrong"
    page.keyboard.press("3")
    page.keyboard.press("Enter")
    expect(page.locator("[name=spans-0-reason]")).to_be_focused()
    page.keyboard.type("It is the Elbe.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#receipt")).to_contain_text("Kept")
    assert reading.rows("start, quote, category, severity, reason") == [
        (TEXT.index("The **Rhine"), "The **Rhine", "wrong", "critical", "It is the Elbe.")
    ]


def test_in_text_from_right_to_left_the_left_key_goes_on(reading: Reading) -> None:
    page = reading.at()
    page.evaluate(SELECT, ["يتدفق", "يتدفق"])
    page.keyboard.press("m")
    assert said_by(page) == "يتدفق"
    page.keyboard.press("ArrowLeft")
    assert said_by(page) == "نهر"
    page.keyboard.press("Shift+ArrowLeft")
    assert said_by(page) == "نهر الراين"


def test_keys_lead_from_mark_to_mark_and_take_them_away(reading: Reading) -> None:
    page = reading.at()
    for first in ("Elbe", "Rotterdam"):
        page.evaluate(SELECT, [first, first])
        expect(page.get_by_role("toolbar", name="Mark as")).to_be_visible()
        page.keyboard.press("w")
    page.keyboard.press("m")
    page.keyboard.press(".")
    assert said_by(page) == "Elbe in a mark: Wrong"
    page.keyboard.press(".")
    assert said_by(page) == "Rotterdam in a mark: Wrong"
    page.keyboard.press("Delete")
    assert said_by(page) == "mark taken away: Rotterdam"
    page.keyboard.press("Escape")
    keep(page)
    assert reading.rows("quote") == [("Elbe",)]


def test_every_sentence_of_a_hard_text_is_stored_as_it_stands_and_drawn_as_it_reads(reading: Reading) -> None:
    page = reading.at()
    page.keyboard.press("m")
    heard = []
    for _ in range(40):
        page.keyboard.press("ArrowDown")
        words = said_by(page)
        if heard and words.split(" in a mark:")[0] == heard[-1]:
            break
        heard.append(words)
        page.keyboard.press("u")
    page.keyboard.press("Escape")
    keep(page)
    rows = reading.rows('start, "end", quote')
    assert len(rows) == len(heard) > 20
    assert all(TEXT[start:end] == quote for start, end, quote in rows)
    quotes = [quote for _start, _end, quote in rows]
    for words in (
        "日本語の文章です。",
        "يتدفق نهر الراين عبر ستة بلدان.",
        "שלום עולם.",
        "Combining: é ö ñ̃ done.",
        "1,094 km",
    ):
        assert words in quotes
    drawn = "".join(text for _name, text in page.evaluate(DRAWN))
    assert sorted("".join(heard).replace(" ", "")) == sorted(drawn.replace(" ", "").replace("\n", ""))


def test_a_selection_by_mouse_shows_what_it_can_be(reading: Reading) -> None:
    page = reading.at()
    before = page.locator(".reading[data-source]").inner_text()
    page.evaluate(SELECT, ["Family", "swims"])
    palette = page.get_by_role("toolbar", name="Mark as")
    expect(palette).to_be_visible()
    page.keyboard.press("2")
    palette.get_by_role("button", name="Irrelevant").click()
    expect(palette).not_to_be_visible()
    page.evaluate(SELECT, ["🇩🇪", "countries"])
    expect(palette).to_be_visible()
    page.keyboard.press("g")
    row = page.locator("[data-span-row]").first
    expect(row).to_contain_text("Irrelevant")
    row.locator("summary").first.click()
    row.get_by_label("Better what should stand here").fill("")
    row.get_by_label("Better without it").check()
    assert page.locator(".reading[data-source]").inner_text() == before
    keep(page)
    assert reading.rows("quote, category, severity, replacement") == [
        ("Family: 👨‍👩‍👧‍👦 swims", "irrelevant", "major", ""),
        ("🇩🇪 flows through _six countries", "good", "", None),
    ]


def test_overlapping_marks_have_lines_of_their_own(reading: Reading) -> None:
    page = reading.at()
    for first, last, key in (("flows", "reaches", "w"), ("six", "countries", "g"), ("countries", "Sea", "h")):
        page.evaluate(SELECT, [first, last])
        expect(page.get_by_role("toolbar", name="Mark as")).to_be_visible()
        page.keyboard.press(key)
    lanes = {name for name, _text in page.evaluate(DRAWN)}
    assert lanes == {"span-major-0", "span-kudos-1", "span-major-2"}


def test_list_and_text_point_at_each_other(reading: Reading) -> None:
    page = reading.at()
    for first in ("Elbe", "Rotterdam"):
        page.evaluate(SELECT, [first, first])
        expect(page.get_by_role("toolbar", name="Mark as")).to_be_visible()
        page.keyboard.press("w")
    page.locator("[data-span-row]").last.hover()
    assert page.evaluate("[...CSS.highlights.get('span-active')].map(String)")[0] == "Rotterdam"
    box = page.evaluate(
        "(({ x, y }) => [x + 3, y + 5])([...CSS.highlights.get('span-major-0')][0].getBoundingClientRect())"
    )
    page.mouse.move(*box)
    expect(page.locator("[data-span-row]").first).to_have_class("span-row is-pointed")


def test_without_highlights_boxes_lie_over_the_text(reading: Reading) -> None:
    page = reading.window()
    page.add_init_script(NO_HIGHLIGHTS)
    page.goto(reading.path)
    before = page.locator(".reading[data-source]").inner_text()
    page.evaluate(SELECT, ["Family", "swims"])
    expect(page.get_by_role("toolbar", name="Mark as")).to_be_visible()
    page.keyboard.press("w")
    boxes = page.locator(".reading[data-source] .span-box")
    expect(boxes.first).to_be_attached()
    assert page.locator(".reading[data-source]").inner_text() == before
    box = boxes.first.bounding_box()
    assert box is not None
    assert box["width"] > 40


def test_with_a_finger_on_a_small_screen(reading: Reading) -> None:
    page = reading.at(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.evaluate(SELECT, ["Family", "Family"])
    palette = page.get_by_role("toolbar", name="Mark as")
    expect(palette).to_be_visible()
    box = palette.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] == pytest.approx(844, abs=2)
    sizes = [one.bounding_box() for one in palette.get_by_role("button").all()]
    assert min(size["height"] for size in sizes if size) >= 44
    palette.get_by_role("button", name="Longer").tap()
    palette.get_by_role("button", name="Sentence").tap()
    palette.get_by_role("button", name="Unclear").tap()
    expect(page.locator("[data-span-quote]").first).to_have_text("Family: 👨‍👩‍👧‍👦 swims.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    keep(page)
    assert reading.rows("quote") == [("Family: 👨‍👩‍👧‍👦 swims.",)]


def test_in_mark_mode_a_tap_chooses_a_word_and_a_click_elsewhere_leaves(reading: Reading) -> None:
    page = reading.at(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.get_by_role("button", name="Mark", exact=True).tap()
    expect(page.get_by_role("application")).to_be_focused()
    spot = page.evaluate(
        """(() => { const range = document.createRange();
        const node = document.querySelector('.reading[data-source] em').firstChild.firstChild;
        range.setStart(node, 4); range.setEnd(node, 13);
        const { x, y, width, height } = range.getBoundingClientRect();
        return [x + width / 2, y + height / 2]; })()"""
    )
    page.touchscreen.tap(*spot)
    expect(page.locator("[data-palette-words]")).to_have_text("countries")
    page.get_by_role("toolbar", name="Mark as").get_by_role("button", name="Wrong").tap()
    expect(page.locator("[data-span-quote]")).to_have_text("countries")
    page.touchscreen.tap(200, 20)
    expect(page.get_by_role("toolbar", name="Mark as")).not_to_be_visible()
    expect(page.get_by_role("application")).not_to_be_attached()


def test_without_script_sentences_are_ticked(reading: Reading) -> None:
    page = reading.at(java_script_enabled=False)
    page.get_by_text("Mark sentences").click()
    page.get_by_label("日本語の文章です。").check()
    page.get_by_label("It’s about 1,230 km long").check()
    page.locator("[name=mark-category]").select_option("unclear")
    page.locator("[name=mark-reason]").fill("Says who?")
    page.get_by_role("button", name="Mark these").click()
    assert reading.rows("quote, category, reason") == [
        ("It’s about 1,230 km long &mdash; or so people say.", "unclear", "Says who?"),
        ("日本語の文章です。", "unclear", "Says who?"),
    ]
    page.goto(reading.path)
    page.locator("[data-span-row] summary").first.click()
    page.locator("[name=spans-0-DELETE]").check()
    page.get_by_role("button", name="Keep, say more").click()
    assert reading.rows("quote") == [("日本語の文章です。",)]


def test_ones_own_marks_are_changed_and_taken_away(reading: Reading) -> None:
    page = reading.at()
    for first, key in (("Elbe", "w"), ("Rotterdam", "g")):
        page.evaluate(SELECT, [first, first])
        expect(page.get_by_role("toolbar", name="Mark as")).to_be_visible()
        page.keyboard.press(key)
    keep(page)
    page.goto(reading.path)
    assert sorted(page.evaluate(DRAWN)) == [["span-kudos-0", "Rotterdam"], ["span-major-0", "Elbe"]]
    rows = page.locator("[data-span-row]")
    rows.first.locator("summary").first.click()
    rows.first.get_by_label("Kind").select_option("harmful")
    rows.first.get_by_text("Say more about this piece").click()
    rows.first.get_by_label("In your own words").fill("Nobody should believe this.")
    rows.last.get_by_role("checkbox", name="Take away").check()
    expect(rows.last).to_contain_text("Put back")
    keep(page)
    assert reading.rows("quote, category") == [("Elbe", "harmful")]
    assert reading.rows("scope, text", "critique") == [("span", "Nobody should believe this.")]


def test_marks_not_sent_yet_are_there_again_after_a_reload(reading: Reading) -> None:
    page = reading.at()
    for first, key in (("Family", "w"), ("Rotterdam", "g")):
        page.evaluate(SELECT, [first, first])
        expect(page.get_by_role("toolbar", name="Mark as")).to_be_visible()
        with page.expect_response(lambda answer: "draft" in answer.url):
            page.keyboard.press(key)
    page.locator("[data-span-row] summary").first.click()
    with page.expect_response(lambda answer: "draft" in answer.url):
        page.locator("[name=spans-0-reason]").fill("Not a river")
    page.goto(reading.path)
    expect(page.locator("[name=spans-0-reason]")).to_have_value("Not a river")
    expect(page.locator("[data-span-quote]")).to_have_text(["Family", "Rotterdam"])
    assert sorted(page.evaluate(DRAWN)) == [["span-kudos-0", "Rotterdam"], ["span-major-0", "Family"]]
    keep(page)
    assert reading.rows("quote, category, reason") == [("Family", "wrong", "Not a river"), ("Rotterdam", "good", "")]


def test_something_missing_needs_no_place(reading: Reading) -> None:
    page = reading.at()
    page.keyboard.press("o")
    page.keyboard.type("Where it begins")
    keep(page)
    assert reading.rows("start, category, reason") == [(None, "missing", "Where it begins")]


def test_marks_keep_nobody_out(reading: Reading) -> None:
    for scheme in ("light", "dark"):
        page = reading.at(color_scheme=scheme)
        page.evaluate(SELECT, ["Elbe", "Elbe"])
        page.keyboard.press("m")
        expect(page.get_by_role("application", name="Mark mode")).to_be_focused()
        page.keyboard.press("w")
        assert not find_barriers(page)
        page.keyboard.press("Enter")
        assert not find_barriers(page)


def test_the_raw_view_is_marked_too(reading: Reading) -> None:
    page = reading.at()
    page.keyboard.press("v")
    expect(page.locator("pre.raw")).to_be_visible()
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("w")
    page.keyboard.press("Escape")
    keep(page)
    ((start, end, quote),) = reading.rows('start, "end", quote')
    assert TEXT[start:end] == quote


def test_presses_on_a_stream_are_bound_to_place_and_time(reading: Reading) -> None:
    page = reading.window()
    page.goto(f"{reading.path}stream/")
    page.locator("[data-stream-speed]").select_option("90")
    page.keyboard.press("p")
    page.wait_for_timeout(900)
    page.keyboard.press("+")
    page.wait_for_timeout(900)
    page.keyboard.press("-")
    page.keyboard.press("p")
    shown = page.evaluate("[...document.querySelectorAll('.is-unwritten')].length")
    assert shown > 5
    assert not find_barriers(page)
    page.get_by_role("button", name="Keep").click()
    expect(page.locator("[data-count-plus]")).to_have_text("1")
    rows = reading.rows('direction, "at", milliseconds', "pulse")
    assert [row[0] for row in rows] == [1, -1]
    assert 0 < rows[0][1] < rows[1][1] < len(TEXT)
    assert 300 < rows[0][2] < rows[1][2]
    assert TEXT[rows[0][1] - 1].strip()
    assert {name for name, _text in page.evaluate(DRAWN)} == {"span-kudos-0", "span-critical-0"}
