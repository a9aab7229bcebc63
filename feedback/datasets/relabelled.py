"""Answers under the instruction they do satisfy (HIR): an example of its own, in the split of the one it came from."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from feedback.datasets.pieces import Wish


def relabelled_examples(project: Any, wish: Wish) -> Q:
    """Examples whose instruction was written in hindsight."""
    return Q(extra__has_key="relabelled_from")
