"""Feedback that shows the way: demonstrations, hints, what users wrote next, and whether feedback was taken in."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.examples import Example, Response
from feedback.models.feedback import Critique, Feedback


class Hint(Feedback):
    """A hint for an example whose attempts all failed: how to go about it, not the answer (Guide)."""

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="hints")
    text = models.TextField()

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(text=""), name="hint_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class Demonstration(Feedback):
    """An answer a person wrote from nothing; `result` is it, a response of origin "written"."""

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="demonstrations")
    result = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="demonstrated_in")
    reason = models.TextField(blank=True)

    class Meta(Feedback.Meta):
        constraints = [*Feedback.Meta.constraints]

    def __str__(self) -> str:
        return f"demonstration for example {self.example_id}"


class FollowUp(Feedback):
    """What the user's next message says about the answer before it.

    The message is `response.messages[turn]`, or `response.next_message` where `turn` is None. A detector's row (rater
    of kind check or judge) only proposes; a person's row that `confirms` it (or stands alone) is data.
    `prompt_quality` (1 to 5) is how good the user's first message was.
    """

    class Mark(models.TextChoices):
        SATISFIED = "satisfied", _("Satisfied")
        CORRECTED = "corrected", _("Corrected")
        REPEATED = "repeated", _("Asked again")
        GAVE_UP = "gave-up", _("Gave up")
        NONE = "none", _("Says nothing of it")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="follow_ups")
    turn = models.PositiveSmallIntegerField(null=True, blank=True)
    mark = models.CharField(max_length=10, choices=Mark.choices)
    says = models.TextField(blank=True, help_text="The part of the message that is feedback")
    prompt_quality = models.PositiveSmallIntegerField(null=True, blank=True)
    confirms = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="confirmed_by")

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(
                name="follow_up_mark_known",
                condition=models.Q(mark__in=["satisfied", "corrected", "repeated", "gave-up", "none"]),
            ),
        ]

    def __str__(self) -> str:
        return self.get_mark_display()


class Uptake(Feedback):
    """Whether a later response took a piece of feedback in."""

    class Outcome(models.TextChoices):
        YES = "yes", _("Taken in")
        PARTLY = "partly", _("Partly")
        NO = "no", _("Not")
        WORSE = "worse", _("Made worse")

    critique = models.ForeignKey(Critique, on_delete=models.CASCADE, related_name="uptakes")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="uptakes")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    note = models.TextField(blank=True)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(
                name="uptake_outcome_known", condition=models.Q(outcome__in=["yes", "partly", "no", "worse"])
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()
