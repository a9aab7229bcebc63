"""What templates need to offer an errand and to show what came of one: a key, the last one asked, and its rows."""

from __future__ import annotations

import uuid
from typing import Any

from django import template

from feedback.desk import errands, talking
from feedback.desk.errand_kinds import suggesting
from feedback.models import Errand, Experience, Response, User

register = template.Library()


@register.simple_tag
def fresh_key() -> str:
    """A key of its own for each rendering of a form: two clicks on one button are one errand."""
    return str(uuid.uuid4())


@register.simple_tag
def asked_before(kind: str, response: Response, user: User) -> Errand | None:
    """The last errand of this kind that the person sent for this response. One query."""
    return errands.latest(kind, response, user)


@register.simple_tag
def suggested(errand: Errand) -> dict[str, Any]:
    """What may be picked, what the self-check held back, and whether the model was only simulated."""
    shown, held_back = suggesting.suggestions_of(errand), suggesting.held_back_of(errand)
    simulated = any(row.shown.get("simulated") for row in [*shown, *held_back])
    return {"shown": shown, "held_back": held_back, "simulated": simulated}


@register.simple_tag
def told_of(errand: Errand) -> talking.Told:
    """How the answer of an errand came about and what it cost. One query."""
    return talking.told([errand])[0]


@register.filter
def of(rows: dict[Any, Any], key: object) -> Any:
    """What a mapping holds under that key, or None."""
    return rows.get(key)


@register.simple_tag
def remembered_at(errand: Errand) -> list[Experience]:
    """The entries of the memory that stood beside what an errand wrote. One query, or none."""
    if errand.result_id is None:
        return []
    return list(Experience.objects.filter(uses__response=errand.result_id).order_by("pk"))
