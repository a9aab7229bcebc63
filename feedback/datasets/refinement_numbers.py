"""What refining brought in a project: the newest examples that were worked over, counted (`attempt_numbers`)."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, Q

from feedback.datasets.attempted import attempts_in, either, having, worked_over
from feedback.datasets.pieces import Wish
from feedback.datasets.writers.attempt_numbers import Numbers
from feedback.models import Critique, Example, Hint

AT_MOST, FEW = 100, 2000
ASKED = either(worked_over, having(Critique, Hint))


def numbers_of(project: Any, *, at_most: int = AT_MOST) -> tuple[Numbers, bool]:
    """The numbers over the newest examples of which something was said or made, and whether those are all."""
    newest = list(
        Example.objects.filter(ASKED(project, Wish()), project=project)
        .exclude(split="holdout").order_by("-number").values_list("pk", "number")[: at_most + 1]
    )  # fmt: skip
    numbers, looked_at = Numbers(), newest[:at_most]
    if looked_at:
        chosen, wish = Q(pk__in=[pk for pk, _ in looked_at]), Wish(after=looked_at[-1][1] - 1)
        for at in attempts_in(project, wish, lambda *_: chosen):
            numbers.take(at)
    return numbers, len(newest) <= at_most


def is_quick(project: Any) -> bool:
    """Whether looking for those examples takes no time to speak of: there are few."""
    return (Example.objects.filter(project=project).aggregate(last=Max("number"))["last"] or 0) <= FEW
