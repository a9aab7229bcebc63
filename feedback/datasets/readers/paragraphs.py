"""Label Studio's paragraphs: a dialogue as a list of `{author, text}`, marked by paragraph and offset within it.

A dialogue becomes one text of lines (`author: words`), and a place in a paragraph a place in that text.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from feedback.datasets.readers.anchoring import number
from feedback.datasets.readers.loose import said_in

JOINED = "\n"
AUTHORS = ("author", "name", "speaker", "role")
LISTED = "paragraphs of "


def flattened(data: Mapping[str, Any]) -> dict[str, Any]:
    """The columns with each list of paragraphs as one text; the paragraphs stay beside, to place marks by."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        if is_paragraphs(value):
            found[str(name)] = JOINED.join(line(one)[0] + line(one)[1] for one in value)
            found["text"] = found.pop(str(name)) if "text" not in data else found[str(name)]
            found[LISTED + str(name)] = value
        else:
            found[str(name)] = value
    return found


def is_paragraphs(value: Any) -> bool:
    """Whether a column is paragraphs: objects with words and somebody who says them, but no turns of a chat."""
    return (
        isinstance(value, list)
        and bool(value)
        and all(isinstance(one, Mapping) and isinstance(one.get("text"), str) and "role" not in one for one in value)
        and any(one.get(name) for one in value for name in AUTHORS)
    )


def line(one: Mapping[str, Any]) -> tuple[str, str]:
    """What stands before a paragraph's words, and they."""
    author = next((said_in(one[name], name) for name in AUTHORS if one.get(name)), "")
    return (f"{author}: " if author else "", said_in(one.get("text"), "text"))


def placed_in(value: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """A region of paragraphs as a region of their text; any other as it is."""
    listed = next((held for name, held in data.items() if name.startswith(LISTED)), None)
    if listed is None or "startOffset" not in value:
        return dict(value)
    begins, at = [], 0
    for one in listed:
        head, words = line(one)
        begins.append((at + len(head), len(words)))
        at += len(head) + len(words) + len(JOINED)
    start, end = (at_paragraph(begins, value.get(name), value.get(f"{name}Offset")) for name in ("start", "end"))
    return {**value, "start": start, "end": end, "text": value.get("text")}


def at_paragraph(begins: list[tuple[int, int]], paragraph: object, offset: object) -> int | None:
    """The place in the whole text of an offset in a paragraph, None where there is no such paragraph."""
    place, within = number(paragraph), number(offset)
    if place is None or within is None or not 0 <= place < len(begins):
        return None
    begin, length = begins[place]
    return begin + within if 0 <= within <= length else None
