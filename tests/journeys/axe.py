"""What keeps people out of a page, as axe-core finds it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from playwright.sync_api import Page

SCRIPT = Path(__file__).resolve().parent.parent / "axe" / "axe.min.js"
GRAVE = {"serious", "critical"}


@cache
def script() -> str:
    """axe-core's source."""
    return SCRIPT.read_text(encoding="utf-8")


def find_barriers(page: Page) -> list[str]:
    """The serious findings on a page, a line each: the rule, what it is about, and the first place."""
    page.evaluate(script())
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{finding['id']}: {finding['help']} at {finding['nodes'][0]['target']}"
        for finding in found["violations"]
        if finding["impact"] in GRAVE
    ]
