"""Refinement as rows: runs, their items and the steps they take. A parked run is these rows and nothing else."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.jobs import Job


class Run(models.Model):
    """One execution of a strategy. `parameters` and `seed` fix its choices; `pinned` holds the parts' versions."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        WAITING_BUDGET = "waiting_budget", _("Stopped at its budget")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        STOPPED = "stopped", _("Cancelled")
        FAILED = "failed", _("Failed")

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField(help_text="Its number within the project, from 1")
    strategy = models.CharField(max_length=60)
    parameters = models.JSONField(default=dict)
    pinned = models.JSONField(default=dict, help_text="Versions of the parts and prompts it began with")
    seed = models.BigIntegerField(default=0)
    constitution = models.ForeignKey(
        "feedback.Constitution", null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    baseline_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="baselines")
    budget = models.OneToOneField("feedback.Budget", on_delete=models.PROTECT, related_name="run")
    model = models.CharField(max_length=120, help_text="The model asked for")
    simulated = models.BooleanField(default=False)
    state = models.CharField(max_length=15, choices=State.choices, default=State.QUEUED)
    why = models.TextField(blank=True, help_text="Why it stands where it stands, as a sentence")
    asked_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="run_number_once")]
        indexes = [
            models.Index(
                fields=["state"],
                condition=models.Q(state__in=["queued", "running", "waiting_budget"]),
                name="run_alive",
            )
        ]

    def __str__(self) -> str:
        return f"run {self.number}"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in {self.State.FINISHED, self.State.STOPPED, self.State.FAILED}


class RunItem(models.Model):
    """One response under refinement within a run, and what came of it."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    start = models.ForeignKey("feedback.Response", on_delete=models.PROTECT, related_name="run_items")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    result = models.ForeignKey(
        "feedback.Response", null=True, blank=True, on_delete=models.PROTECT, related_name="result_of"
    )
    why = models.TextField(blank=True, help_text="Why it ended as it did, as a sentence")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="run_item_position_once"),
            models.UniqueConstraint(fields=["run", "start"], name="run_item_start_once"),
        ]

    def __str__(self) -> str:
        return f"item {self.position} of {self.run}"


class Step(Job):
    """One part at work on one item: the unit that is claimed, resumed and counted.

    `key` is a hash of run, item, phase, iteration, part and inputs, so that planning the same step twice adds nothing.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    item = models.ForeignKey(RunItem, on_delete=models.CASCADE, related_name="steps")
    key = models.CharField(max_length=64)
    position = models.PositiveIntegerField(help_text="Its place within the item, from 0")
    part = models.CharField(max_length=40, help_text="critic, reviser, runner, judge …")
    name = models.CharField(max_length=60, help_text="Which implementation of the part")
    iteration = models.PositiveIntegerField(default=0)
    given = models.JSONField(default=dict, help_text="What the part was given")
    output = models.JSONField(null=True, blank=True, help_text="What it returned")
    principle = models.ForeignKey(
        "feedback.PrincipleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="steps"
    )

    class Meta:
        ordering = ["item", "position"]
        constraints = [
            models.UniqueConstraint(fields=["run", "key"], name="step_key_once"),
            models.UniqueConstraint(fields=["item", "position"], name="step_position_once"),
        ]
        indexes = [models.Index(fields=["state", "leased_until"])]

    def __str__(self) -> str:
        return f"{self.part} step {self.position} of {self.item}"
