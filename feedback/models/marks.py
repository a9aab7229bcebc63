"""Feedback that has a place in a response's text: typed spans, omissions, and presses while it streamed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.examples import Response
from feedback.models.feedback import Feedback


class Span(Feedback):
    """A typed mark on a piece of a response, or an omission, which has no place.

    `start` and `end` count code points of `response.text` (with `turn`: of that turn's content), end exclusive.
    `quote` is exactly that slice; `prefix` and `suffix` (up to 32 code points each) find it again in a changed text.
    `category` is one of the form's; `replacement` is None where none was suggested and "" where the piece should go.
    """

    class Severity(models.TextChoices):
        MINOR = "minor", _("Minor")
        MAJOR = "major", _("Major")
        CRITICAL = "critical", _("Critical")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="spans")
    turn = models.PositiveSmallIntegerField(null=True, blank=True)
    start = models.PositiveIntegerField(null=True, blank=True)
    end = models.PositiveIntegerField(null=True, blank=True)
    quote = models.TextField(blank=True)
    prefix = models.TextField(blank=True)
    suffix = models.TextField(blank=True)
    category = models.CharField(max_length=60)
    severity = models.CharField(max_length=8, choices=Severity.choices, blank=True)
    reason = models.TextField(blank=True)
    replacement = models.TextField(null=True, blank=True)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(
                name="span_has_a_place_or_is_an_omission",
                condition=models.Q(start__isnull=True, end__isnull=True, quote="")
                | (models.Q(start__isnull=False, end__gt=models.F("start")) & ~models.Q(quote="")),
            ),
            models.CheckConstraint(
                name="span_severity_known", condition=models.Q(severity__in=["", "minor", "major", "critical"])
            ),
        ]
        indexes = [models.Index(fields=["response", "start"], name="span_of_a_response")]

    def __str__(self) -> str:
        return f"{self.category}: {self.quote or self.reason}"

    @property
    def is_omission(self) -> bool:
        """Whether it says that something is missing."""
        return self.start is None


class Pulse(Feedback):
    """A press of plus or minus while a response was streaming: where in its text (code points) and when (ms)."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="pulses")
    direction = models.SmallIntegerField(choices=[(1, "Plus"), (-1, "Minus")])
    at = models.PositiveIntegerField(help_text="Code points of the text that were shown")
    milliseconds = models.PositiveIntegerField(help_text="Since the stream began")

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(name="pulse_is_plus_or_minus", condition=models.Q(direction__in=[1, -1])),
        ]

    def __str__(self) -> str:
        return f"{'plus' if self.direction > 0 else 'minus'} at {self.at}"
