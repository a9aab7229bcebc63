"""Pairs and rankings in a real browser: by keys, by dragging, stacked or not, asked again in hindsight."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.instances import Instance
from tests.journeys.axe import find_barriers
from tests.journeys.test_desk import Work, about, come_in, moves_on

pytestmark = [pytest.mark.journey, pytest.mark.slow]
LONG = "\n\n".join(f"The {word} part of it is long enough to scroll." for word in ("first", "second", "third") * 12)
MORE = """
from feedback.capture.definition import DEFAULT
from feedback.capture.forms import change_form
from feedback.models import Project
from tests import make
project = Project.objects.get(slug=SLUG)
example = make.example(project=project, request="Tell me of rivers.")
rows = [make.response(example=example, text=text) for text in (LONG, LONG.replace("second", "middle"), "Water.")]
if HINDSIGHT:
    ana = project.members.get(role="owner").user
    change_form(project, DEFAULT.model_copy(update={"hindsight": True}), by=ana)
print("MADE", example.number, rows[0].pk, rows[1].pk)
"""


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


def with_long_ones(work: Work, *, hindsight: bool = False) -> tuple[str, str]:
    """Adds an example with two long responses and a short one: the addresses of the pair and of the ranking."""
    names = {"SLUG": work.slug, "LONG": LONG, "HINDSIGHT": hindsight}
    said = work.instance.manage("shell", "-c", "".join(f"{k} = {v!r}\n" for k, v in names.items()) + MORE)
    assert "MADE" in said.stdout, said.stderr
    number, a, b = said.stdout.split("MADE")[1].split()
    return f"pairs/{a}-{b}/", f"examples/{number}/rank/"


def letters(page: Page) -> list[tuple[str, str]]:
    """The cards in their order, with their places."""
    cards = "(cards) => cards.map((card) => [card.dataset.letter, card.querySelector('select').value])"
    return [(letter, place) for letter, place in page.locator("[data-card]").evaluate_all(cards)]


def test_pairs_are_compared_by_keys_alone_and_taken_back(made) -> None:
    work = made(items=3, each=2)
    page = work.at("pairs/")
    for key in ("7", "g", "4"):
        before = about(page)
        page.keyboard.press(key)
        page.keyboard.press("r")
        page.keyboard.type(f"Because of {key}.")
        page.keyboard.press("Control+Enter")
        moves_on(page, before)
    work.is_kept(page)
    assert {outcome for (outcome,) in work.rows("preference", "outcome")} >= {"both-good", "tie"}
    assert work.count("preference", "reason like 'Because of %%'") == 3
    page.keyboard.press("z")
    expect(page.locator("textarea[name=reason]")).to_have_value("Because of 4.")
    assert work.count("preference") == 2


def test_long_texts_scroll_together_and_what_differs_is_washed(made) -> None:
    work = made(items=1)
    pair, _ = with_long_ones(work)
    page = work.at(pair)
    texts = page.locator(".column-text")
    texts.nth(0).hover()
    page.mouse.wheel(0, 400)
    page.wait_for_function("() => document.querySelectorAll('.column-text')[1].scrollTop > 300")
    page.keyboard.press("d")
    page.wait_for_function("() => CSS.highlights.get('differs')?.size === 24")
    marked = "[...CSS.highlights.get('differs')].map((range) => range.toString())"
    assert set(page.evaluate(marked)) == {"second", "middle"}
    page.keyboard.press("v")
    boxes = [texts.nth(number).bounding_box() for number in range(2)]
    assert boxes[0]["y"] + boxes[0]["height"] <= boxes[1]["y"]
    page.reload()
    expect(page.locator("[data-columns]")).to_have_attribute("data-view", "stacked")
    assert find_barriers(page) == []


def test_a_ranking_by_keys_with_a_tie(made) -> None:
    work = made(items=1)
    _, rank = with_long_ones(work)
    page = work.at(rank)
    assert [letter for letter, _ in letters(page)] == ["A", "B", "C"]
    page.keyboard.press("3")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("[data-rank-said]")).to_have_text("C is at place 1 of 3")
    page.keyboard.press("2")
    page.keyboard.press("t")
    expect(page.locator("[data-rank-said]")).to_contain_text("shares place")
    assert sorted(place for _, place in letters(page)) == ["1", "2", "2"] or letters(page)[1][1] == "1"
    assert find_barriers(page) == []
    before = about(page)
    page.keyboard.press("Enter")
    moves_on(page, before)
    work.is_kept(page)
    assert work.count("ranking") == 1


def test_a_card_is_dragged_by_its_letter(made) -> None:
    work = made(items=1)
    _, rank = with_long_ones(work)
    page = work.at(rank)
    handle = page.locator("[data-handle]").nth(0).bounding_box()
    last = page.locator("[data-card]").nth(2).bounding_box()
    page.mouse.move(handle["x"] + 8, handle["y"] + 8)
    page.mouse.down()
    page.mouse.move(handle["x"] + 8, last["y"] + last["height"] - 4, steps=12)
    page.mouse.up()
    assert letters(page) == [("B", "1"), ("C", "2"), ("A", "3")]


def test_without_script_places_are_chosen(made) -> None:
    work = made(items=1)
    _, rank = with_long_ones(work)
    page = work.at(rank, java_script_enabled=False)
    for number, place in enumerate(("2", "1", "1")):
        page.locator("[data-card] select").nth(number).select_option(place)
    page.locator("button[data-main]").click()
    assert work.count("ranking") == 1


def test_in_hindsight_on_a_phone(made) -> None:
    work = made(items=1)
    pair, _ = with_long_ones(work, hindsight=True)
    page = work.at(pair, viewport={"width": 390, "height": 844}, has_touch=True)
    page.locator("input[name=answer][value='2']").check()
    page.locator("button[data-main]").tap()
    expect(page.locator("h1")).to_contain_text("what comes of it")
    expect(page.locator("[name=seen]")).to_have_count(2, timeout=20_000)
    assert find_barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.locator("input[name=answer][value='-2']").check()
    before = about(page)
    page.locator("button[data-main]").tap()
    moves_on(page, before)
    work.is_kept(page)
    assert sorted(timing for (timing,) in work.rows("preference", "timing")) == ["hindsight", "now"]
