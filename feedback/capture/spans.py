"""Typed marks on pieces of a response, and omissions. What is stored is a place in the source, proven by its words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, Unpack

from feedback.capture.anchors import Anchor, Found, anchor, reanchor
from feedback.capture.definition import Category, Definition
from feedback.capture.forms import form_of
from feedback.capture.history import How, record, said, storable
from feedback.errors import Refused
from feedback.models import Response, Span


@dataclass(frozen=True)
class Marked:
    """One mark: code points of the response's text (with `turn`: of that turn's content); no start for an omission.

    `replacement` is None where none is suggested and "" where the piece should go.
    """

    start: int | None
    end: int | None
    category: str
    severity: str = ""
    reason: str = ""
    replacement: str | None = None
    turn: int | None = None


class Carried(NamedTuple):
    """A mark on an earlier text, and where its piece stands in a later one: `found` is None when it is gone."""

    span: Span
    found: Found | None


def record_span(response: Response, marked: Marked, **how: Unpack[How]) -> Span:
    """Record a mark. Raises `Refused` for a place that is not in the text, an unknown category, an empty omission."""
    project = response.example.project
    number, form = form_of(project, how.get("form_version"))
    category = checked_category(form, marked.category)
    reason = said(marked.reason, what="reason", may_be_empty=True)
    place = checked_place(text_of(response, marked.turn), marked)
    if place is None and not reason:
        raise Refused("Say what is missing; an omission has no place that would show it.")
    how.setdefault("form_version", number)
    how.setdefault("objective", category.objective)
    return record(
        Span, response, how, response=response, turn=marked.turn, category=category.name, reason=reason,
        severity=checked_severity(marked.severity), replacement=checked_replacement(marked.replacement, place),
        **(columns(place) if place else {}),
    )  # fmt: skip


def columns(place: Anchor) -> dict[str, object]:
    """A place as the columns of a row."""
    return {
        "start": place.start,
        "end": place.end,
        "quote": place.quote,
        "prefix": place.prefix,
        "suffix": place.suffix,
    }


def text_of(response: Response, turn: int | None) -> str:
    """The text that is marked: the response's, or that of one of its turns."""
    if turn is None:
        return response.text
    turns = response.messages
    if not 0 <= turn < len(turns):
        raise Refused("There is no such turn in this dialogue. Load the page again.")
    return str(turns[turn]["content"])


def checked_category(form: Definition, name: str) -> Category:
    """The category, if the form has it."""
    category = form.category(name)
    if category is None:
        known = ", ".join(one.label for one in form.categories) or "none"
        raise Refused(f"Say what kind of mark this is. The form's kinds are: {known}.")
    return category


def checked_severity(severity: str) -> str:
    """The severity, if there is such a one."""
    if severity and severity not in Span.Severity.values:
        raise Refused(f"{severity!r} is not a severity. It is one of: {', '.join(Span.Severity.values)}, or none.")
    return severity


def checked_place(text: str, marked: Marked) -> Anchor | None:
    """The piece that is marked; None for an omission."""
    if marked.start is None or marked.end is None:
        return None
    try:
        return anchor(text, marked.start, marked.end)
    except ValueError as trouble:
        raise Refused("The mark lies outside of the text. Mark the piece again.") from trouble


def checked_replacement(replacement: str | None, place: Anchor | None) -> str | None:
    """What should stand there, as typed; nothing where it would be the same."""
    if replacement is None or (place and replacement == place.quote):
        return None
    return storable(replacement.replace("\r\n", "\n"), what="replacement")


def anchor_of(span: Span) -> Anchor:
    """The place of a stored mark."""
    assert span.start is not None
    assert span.end is not None
    return Anchor(span.start, span.end, span.quote, span.prefix, span.suffix)


def carried_over(spans: Iterable[Span], text: str) -> list[Carried]:
    """Where the pieces marked in an earlier text stand in a later one. Omissions have no place and are left out."""
    return [Carried(span, reanchor(anchor_of(span), text)) for span in spans if not span.is_omission]
