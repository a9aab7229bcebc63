"""Money and calls: what may be spent, what was, and every call to a model.

A `Budget` is an account, so unlike everything else here it keeps running sums: a reservation has to be admitted or
refused by one conditional UPDATE. Sums over `ModelCall` must always agree with it (`manage.py check_ledger`).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Budget(models.Model):
    """Caps and running sums of a project or of a run. A cap of None is no cap; cost is in US dollars."""

    cap_calls = models.PositiveIntegerField(null=True, blank=True)
    cap_tokens = models.PositiveBigIntegerField(null=True, blank=True)
    cap_cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    held_calls = models.PositiveIntegerField(default=0)
    held_tokens = models.PositiveBigIntegerField(default=0)
    held_cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    spent_calls = models.PositiveIntegerField(default=0)
    spent_tokens = models.PositiveBigIntegerField(default=0)
    spent_cost = models.DecimalField(max_digits=12, decimal_places=6, default=0)
    unpriced_calls = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"budget {self.pk}"


class ModelCall(models.Model):
    """One call to a model, from the reservation on. Every attempt that reached the service is a row."""

    class State(models.TextChoices):
        HELD = "held", _("In flight")
        SETTLED = "settled", _("Answered")
        FAILED = "failed", _("Failed")
        ORPHANED = "orphaned", _("Lost with its worker")

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="model_calls")
    run = models.ForeignKey("feedback.Run", null=True, blank=True, on_delete=models.CASCADE, related_name="model_calls")
    step = models.ForeignKey(
        "feedback.Step", null=True, blank=True, on_delete=models.CASCADE, related_name="model_calls"
    )
    drafting = models.ForeignKey(
        "feedback.Drafting", null=True, blank=True, on_delete=models.CASCADE, related_name="model_calls"
    )
    errand = models.ForeignKey(
        "feedback.Errand", null=True, blank=True, on_delete=models.CASCADE, related_name="model_calls"
    )
    trial = models.ForeignKey(
        "feedback.Trial", null=True, blank=True, on_delete=models.CASCADE, related_name="model_calls"
    )
    slot = models.CharField(
        max_length=80, help_text="Which of its job's calls this is; a settled slot is never bought twice"
    )
    role = models.CharField(max_length=20, help_text="task, critic, reviser, judge or proposer")
    state = models.CharField(max_length=10, choices=State.choices, default=State.HELD)
    model = models.CharField(max_length=120)
    simulated = models.BooleanField(default=False)
    prompt_name = models.CharField(max_length=80)
    prompt_hash = models.CharField(max_length=64)
    effort = models.CharField(max_length=10, blank=True)
    worst_tokens = models.PositiveIntegerField()
    worst_cost = models.DecimalField(max_digits=12, decimal_places=6, null=True, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cache_read_tokens = models.PositiveIntegerField(default=0)
    cache_write_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(
        max_digits=12, decimal_places=6, null=True, blank=True, help_text="US dollars; null: unknown"
    )
    milliseconds = models.PositiveIntegerField(null=True, blank=True)
    stop_reason = models.CharField(max_length=40, blank=True)
    answer = models.TextField(
        blank=True, help_text="What the model wrote; lets a resumed step go on without paying again"
    )
    error = models.TextField(blank=True)
    request_id = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "slot"], condition=models.Q(state="settled"), name="call_settled_once_per_step_slot"
            ),
            models.UniqueConstraint(
                fields=["drafting", "slot"],
                condition=models.Q(state="settled"),
                name="call_settled_once_per_drafting_slot",
            ),
            models.UniqueConstraint(
                fields=["trial", "slot"], condition=models.Q(state="settled"), name="call_settled_once_per_trial_slot"
            ),
            models.UniqueConstraint(
                fields=["errand", "slot"], condition=models.Q(state="settled"), name="call_settled_once_per_errand_slot"
            ),
        ]
        indexes = [
            models.Index(fields=["project", "-id"]),
            models.Index(fields=["created_at"], condition=models.Q(state="held"), name="call_in_flight"),
        ]

    def __str__(self) -> str:
        return f"{self.role} call {self.pk} to {self.model}"

    @property
    def total_tokens(self) -> int:
        """All tokens of the call, cached ones included."""
        return self.input_tokens + self.output_tokens + self.cache_read_tokens + self.cache_write_tokens
