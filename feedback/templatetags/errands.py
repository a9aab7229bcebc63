"""What templates need to offer an errand: a key that makes two clicks on one button one errand."""

from __future__ import annotations

import uuid

from django import template

register = template.Library()


@register.simple_tag
def fresh_key() -> str:
    """A key of its own for each rendering of a form."""
    return str(uuid.uuid4())
