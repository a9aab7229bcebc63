"""What refining brought in a project: the newest examples that were worked over, counted (`attempt_numbers`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from feedback.datasets.attempted import attempts_in, either, having, worked_over
from feedback.datasets.pieces import Wish
from feedback.datasets.writers.attempt_numbers import Numbers
from feedback.models import Critique, Example, Hint

AT_MOST = 100
ASKED = either(worked_over, having(Critique, Hint))


def numbers_of(project: Any, *, at_most: int = AT_MOST) -> tuple[Numbers, bool]:
    """The numbers over the newest examples of which something was said or made, and whether those are all."""
    wish = Wish()
    newest = list(
        Example.objects.filter(ASKED(project, wish), project=project)
        .exclude(split="holdout").order_by("-number").values_list("pk", flat=True)[: at_most + 1]
    )  # fmt: skip
    numbers = Numbers()
    chosen = Q(pk__in=newest[:at_most])
    for at in attempts_in(project, wish, lambda *_: chosen):
        numbers.take(at)
    return numbers, len(newest) <= at_most
