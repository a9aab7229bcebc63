"""Which keys a project's form may give to its categories. Pure.

The desk, the browser and screen readers have keys of their own; a form that takes one of those is told at saving.
"""

from __future__ import annotations

from feedback.capture.definition import Definition

# What each key already does where categories have theirs, that is, while marking.
TAKEN = {
    "?": "opens the list of keys",
    "/": "searches in the browser",
    "'": "searches in the browser",
    " ": "scrolls the page",
    "1": "says that a mark is minor",
    "2": "says that a mark is major",
    "3": "says that a mark is critical",
}


def collisions(definition: Definition) -> list[str]:
    """A sentence for each key that is taken already or is given twice, whatever its case."""
    found: list[str] = []
    seen: dict[str, str] = {}
    for one in definition.categories:
        key = one.key.lower()
        if not key:
            continue
        if key in TAKEN:
            found.append(f"The key {one.key!r} of {one.label!r} already {TAKEN[key]}. Take another.")
        elif not (key.isascii() and key.isalnum()):
            found.append(f"The key {one.key!r} of {one.label!r} is not on every keyboard. Take a letter or a digit.")
        elif key in seen:
            found.append(f"{seen[key]!r} and {one.label!r} have the same key {one.key!r}. Give one of them another.")
        seen.setdefault(key, one.label)
    return found
