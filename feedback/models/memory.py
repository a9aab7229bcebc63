"""What was learned and is kept outside prompts, in tiers; and how each use of it, or of a principle, went."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from feedback.models.examples import Example, Response
from feedback.models.principles import Principle, PrincipleVersion


class Experience(models.Model):
    """One thing learned: a lesson with its condition, a case with its outcome, or a change people approved.

    Its tier says whom it serves: everybody on the instance, a project, or one person (who may see and delete it). Only
    what has `approved_by` enters a prompt.
    """

    class Tier(models.TextChoices):
        INSTANCE = "instance", "All projects"
        PROJECT = "project", "This project"
        PERSON = "person", "One person"

    class Level(models.TextChoices):
        GENERAL = "general", "General"
        TASK = "task", "Task"
        PART = "part", "Part of a task"

    class Kind(models.TextChoices):
        LESSON = "lesson", "Lesson"
        CASE = "case", "Case"
        CHANGE = "change", "Approved change"

    tier = models.CharField(max_length=8, choices=Tier.choices, default=Tier.PROJECT)
    level = models.CharField(max_length=8, choices=Level.choices, default=Level.TASK)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    project = models.ForeignKey(
        "feedback.Project", null=True, blank=True, on_delete=models.CASCADE, related_name="experiences"
    )
    user = models.ForeignKey(
        "feedback.User", null=True, blank=True, on_delete=models.CASCADE, related_name="experiences"
    )
    taxonomy = models.CharField(max_length=120, blank=True)
    condition = models.TextField(blank=True, help_text="When it applies")
    explanation = models.TextField()
    before = models.TextField(blank=True)
    after = models.TextField(blank=True)
    won = models.BooleanField(null=True, blank=True, help_text="Learned from a win (True) or a loss (False)")
    example = models.ForeignKey(Example, null=True, blank=True, on_delete=models.SET_NULL, related_name="experiences")
    response = models.ForeignKey(Response, null=True, blank=True, on_delete=models.SET_NULL, related_name="experiences")
    principle = models.ForeignKey(
        Principle, null=True, blank=True, on_delete=models.SET_NULL, related_name="experiences"
    )
    copied_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies")
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    model = models.CharField(max_length=120, blank=True)
    simulated = models.BooleanField(default=False)
    approved_by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(explanation=""), name="experience_says_something"),
            models.CheckConstraint(
                name="experience_tier_has_its_owner",
                condition=Q(tier="instance")
                | Q(tier="project", project__isnull=False)
                | Q(tier="person", user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.explanation


class Applied(models.Model):
    """One use of a principle or an experience when something was written, and how it went (AlphaOPT's five outcomes).

    `cited` says that the model named it itself (ACE). Without an outcome nobody has said yet.
    """

    class Outcome(models.TextChoices):
        POSITIVE = "positive", "Helped"
        NEGATIVE = "negative", "Harmed"
        NOT_RETRIEVED = "missed", "Should have been used"
        IRRELEVANT = "irrelevant", "Did not apply"
        INVALID = "invalid", "Cannot be told"

    version = models.ForeignKey(PrincipleVersion, null=True, blank=True, on_delete=models.CASCADE, related_name="uses")
    experience = models.ForeignKey(Experience, null=True, blank=True, on_delete=models.CASCADE, related_name="uses")
    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="applied")
    cited = models.BooleanField(default=False)
    outcome = models.CharField(max_length=10, choices=Outcome.choices, blank=True)
    rater = models.ForeignKey("feedback.Rater", null=True, blank=True, on_delete=models.PROTECT, related_name="applied")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="applied_one_thing",
                condition=Q(version__isnull=False, experience__isnull=True)
                | Q(version__isnull=True, experience__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["version", "experience", "response"], nulls_distinct=False, name="applied_once"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome or "used"
