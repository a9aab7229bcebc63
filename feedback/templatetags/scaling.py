"""Small readings of plain data in templates: what a mapping says of a name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(found: Mapping[str, Any] | None, name: str) -> Any:
    """What it says of the name; None where it says nothing."""
    return found.get(name) if isinstance(found, Mapping) else None
