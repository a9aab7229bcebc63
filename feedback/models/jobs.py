"""The part every waiting row shares: who works on it, until when, and how often it was tried.

The row is the truth about a job. A worker claims it by a conditional UPDATE that sets `lease` and `leased_until`; a
worker that dies lets the lease run out, and the sweep rings for the row again.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """Where a job stands."""

    WAITING = "waiting", _("Waiting")
    LEASED = "leased", _("Being worked on")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(models.Model):
    """Lease, attempts and outcome of a unit of work."""

    state = models.CharField(max_length=10, choices=JobState.choices, default=JobState.WAITING)
    lease = models.CharField(
        max_length=36, blank=True, help_text="A token of the claim; only its holder may finish the job"
    )
    leased_until = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True, help_text="Backing off until then")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
