"""All spans of Fine-Grained RLHF, drawn in a real browser: what is highlighted are the words that were marked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page

from feedback.desk.markdown import rendered

ROOT = Path(__file__).resolve().parents[2]
EXCERPT = ROOT / "tests/data/fine-grained-rlhf/excerpt.json"
WHOLE = ROOT.parent / "shared/data/fine-grained-rlhf/dev_feedback.json"
pytestmark = [pytest.mark.journey, pytest.mark.slow]
DRAW = """async (texts) => {
  const { SourceMap } = await import("/static/js/offsets.js");
  const { draw } = await import("/static/js/drawing.js");
  const root = document.createElement("div");
  root.className = "reading";
  document.body.append(root);
  const words = (ranges) => ranges.map((range) => `${range}`).join("");
  return texts.map(([html, places]) => {
    root.innerHTML = html;
    const map = new SourceMap(root);
    const marks = places.map(([start, end]) => ({ start, end, map, kind: "major", item: null }));
    const isSeen = (range) => range.getClientRects().length > 0;
    const drawn = draw(marks).map((mark) => [mark.start, mark.end, words(mark.ranges), mark.ranges.every(isSeen)]);
    const painted = [...CSS.highlights].flatMap(([name, one]) => (name.startsWith("span-") ? [...one] : []));
    return [drawn, painted.length];
  });
}"""


def test_what_is_highlighted_are_the_words_that_were_marked(page: Page) -> None:
    rows = json.loads((WHOLE if WHOLE.exists() else EXCERPT).read_bytes())
    page.goto("/")
    asked = [
        [rendered(row["prediction 1"]), [[one["start"], one["end"]] for one in row["feedback"]["errors"]]]
        for row in rows
    ]
    seen = 0
    for row, (drawn, painted) in zip(rows, page.evaluate(DRAW, asked), strict=True):
        for start, end, words, is_visible in drawn:
            assert "".join(words.split()) == "".join(row["prediction 1"][start:end].split())
            assert is_visible
            seen += 1
        assert painted >= len({(start, end) for start, end, _, _ in drawn})
    assert seen == sum(len(row["feedback"]["errors"]) for row in rows)
    assert seen == 1373 or not WHOLE.exists()
