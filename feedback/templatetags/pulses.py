"""How presses on a stream and their gains are set."""

from __future__ import annotations

from django import template

from feedback.desk.quoting import words_at

register = template.Library()
WORDS_BEFORE = 36


@register.filter
def points(gain: float) -> str:
    """A difference of two shares in percentage points, with its sign."""
    return f"{'+' if gain > 0 else '−' if gain < 0 else '±'}{abs(gain) * 100:.0f}"


@register.filter
def played(milliseconds: int | None) -> str:
    """A time in a stream, in minutes and seconds."""
    if not milliseconds:
        return ""
    seconds = milliseconds / 1000
    return f"{int(seconds // 60)}:{seconds % 60:04.1f}"


@register.filter
def words_before(text: str, at: int) -> str:
    """The last words shown before a place in a text."""
    piece = words_at(text, max(0, at - WORDS_BEFORE), at)
    return f"…{piece.partition(' ')[2] or piece}" if at > WORDS_BEFORE else piece
