"""How pairs are set: what differs between two texts, and what came of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

from feedback.desk.diff import Change
from feedback.models import Consequence, Errand, Response

register = template.Library()
MARKS = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}


@register.simple_tag
def diff_of(changes: Iterable[Change]) -> SafeString:
    """Stretches that were found before, as text with what went and what came."""
    return mark_safe("".join(format_html(MARKS[kind], words) for kind, words in changes))


@register.simple_tag
def consequence_of(response: Response, consequences: dict[int, tuple[Any, Any]]) -> dict[str, Any]:
    """What is known of what came of a response, and the errand that foretells it."""
    row, errand = consequences.get(response.pk, (None, None))
    return {"row": row, "errand": errand}


@register.simple_tag
def part_of(part: int, whole: int) -> str:
    """A count as a share of all."""
    return f"{part / whole:.0%}".replace("%", " %") if whole else "–"


@register.simple_tag
def origin_name(origin: str) -> str:
    """Where consequences were from, in words."""
    return dict(Consequence.Origin.choices).get(origin) or gettext("Of several kinds")


@register.simple_tag
def foretold(errand: Errand) -> Consequence | None:
    """The consequence that an errand left."""
    return Consequence.objects.filter(errand=errand).select_related("rater").last()
