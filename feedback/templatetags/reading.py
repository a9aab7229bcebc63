"""How texts and numbers are set on a page: markdown from anybody made safe, word diffs, times, counts and money.

It trusts no text: markdown is rendered without HTML or images and cleaned once more (`feedback.desk.markdown`).
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from feedback.desk.diff import word_diff as stretches
from feedback.desk.markdown import as_written, rendered, rendered_plain

register = template.Library()
STEPS = [(60, "second"), (3600, "minute"), (86400, "hour"), (30 * 86400, "day")]
POINTS = [
    (-3, gettext_lazy("A much better")),
    (-2, gettext_lazy("A better")),
    (-1, gettext_lazy("A slightly better")),
    (0, gettext_lazy("No difference")),
    (1, gettext_lazy("B slightly better")),
    (2, gettext_lazy("B better")),
    (3, gettext_lazy("B much better")),
]


@register.filter
def marked(text: object) -> SafeString:
    """A text in markdown as safe HTML, each run of it in `<span data-at="START-END">` with its place in the source."""
    return mark_safe(rendered(str(text or "")))


@register.filter
def markdown(text: object) -> SafeString:
    """A text in markdown as safe HTML, where nothing is going to be marked."""
    return mark_safe(rendered_plain(str(text or "")))


@register.filter
def raw(text: object) -> SafeString:
    """A text as it was written, in the same spans; for `<pre class="raw">`."""
    return mark_safe(as_written(str(text or "")))


@register.simple_tag
def word_diff(before: object, after: object) -> SafeString:
    """What was taken out and put in, word by word."""
    marks = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
    changes = stretches(str(before or ""), str(after or ""))
    return mark_safe("".join(format_html(marks[kind], words) for kind, words in changes))


@register.filter
def ago(moment: datetime | None) -> SafeString:
    """How long ago, with the exact time behind it."""
    if moment is None:
        return SafeString("")
    exact = f"{date_format(moment, 'j F Y, H:i')} UTC"
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, distance(moment))


def distance(moment: datetime) -> str:
    """In words, up to a month back; then the date."""
    seconds = max(0, int((timezone.now() - moment).total_seconds()))
    if seconds < 45:
        return _("just now")
    if seconds >= STEPS[-1][0]:
        return date_format(moment, "j M Y")
    size = 1
    for limit, name in STEPS:
        if seconds < limit:
            count = max(1, seconds // size)
            return since(count, name)
        size = limit
    return date_format(moment, "j M Y")


def since(count: int, unit: str) -> str:
    """So many units ago."""
    words = {
        "second": ngettext("%(n)d second ago", "%(n)d seconds ago", count),
        "minute": ngettext("%(n)d minute ago", "%(n)d minutes ago", count),
        "hour": ngettext("%(n)d hour ago", "%(n)d hours ago", count),
        "day": ngettext("%(n)d day ago", "%(n)d days ago", count),
    }
    return words[unit] % {"n": count}


@register.filter
def number(count: int | None) -> str:
    """A whole number with thin spaces between thousands; a dash for none."""
    return "–" if count is None else f"{count:,}".replace(",", "\u202f")


@register.filter
def tokens(count: int | None) -> str:
    """Tokens, rounded once they are many."""
    if count is None or count < 10_000:
        return number(count)
    return f"{count / 1000:,.1f}k" if count < 1_000_000 else f"{count / 1_000_000:,.2f}M"


@register.filter
def cost(dollars: Decimal | float | None) -> str:
    """Money; what nobody knows is "unknown", never zero."""
    if dollars is None:
        return _("unknown")
    return f"${dollars:.4f}" if 0 < abs(dollars) < Decimal("0.1") else f"${dollars:,.2f}"


@register.filter
def percent(rate: float | None) -> str:
    """A share between 0 and 1, in whole percent."""
    return "–" if rate is None else f"{rate * 100:.0f} %"


@register.filter
def share(part: float | None, whole: float | None) -> str:
    """Part of whole as a number from 0 to 100, for the width of something drawn."""
    if not part or not whole:
        return "0"
    return f"{min(100.0, max(0.0, float(part) / float(whole) * 100)):.2f}"


@register.filter
def seven_points(_: object) -> list[dict[str, object]]:
    """The points of the strength bar, with the keys 1 to 7."""
    return [
        {"value": value, "text": str(value), "label": label, "key": str(place)}
        for place, (value, label) in enumerate(POINTS, 1)
    ]
