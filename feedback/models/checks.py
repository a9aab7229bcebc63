"""Checks that candidates of one example are held to: proposed, tried on each, and ruled on by people (ConAIR)."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.examples import Example, Response
from feedback.models.feedback import Feedback
from feedback.models.raters import Rater


class Check(models.Model):
    """Something a good answer to this example does, in a sentence that can be answered yes or no."""

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="checks")
    text = models.TextField()
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="checks", help_text="Who proposed it")
    errand = models.ForeignKey(
        "feedback.Errand", null=True, blank=True, on_delete=models.SET_NULL, related_name="checks"
    )
    simulated = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["example", "text"], name="check_once_per_example")]

    def __str__(self) -> str:
        return self.text


class CheckResult(models.Model):
    """Whether a candidate passes a check, by one rater (mostly a judge)."""

    about = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="results")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="check_results")
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="check_results")
    passes = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["about", "response", "rater"], name="check_result_once_per_rater")
        ]

    def __str__(self) -> str:
        return "passes" if self.passes else "fails"


class CheckRuling(Feedback):
    """A person's word on a check: does it hold for this example at all?"""

    class Holds(models.TextChoices):
        YES = "yes", _("Right to ask for")
        NO = "no", _("Wrong to ask for")
        UNSURE = "unsure", _("Unsure")

    about = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="rulings")
    holds = models.CharField(max_length=8, choices=Holds.choices)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(name="ruling_known", condition=models.Q(holds__in=["yes", "no", "unsure"])),
        ]

    def __str__(self) -> str:
        return self.get_holds_display()
