"""What says the same and what says the opposite: vectors of texts, groups of comments and drafts, contradictions."""

from __future__ import annotations

from django.db import models

from feedback.models.feedback import Critique
from feedback.models.principles import Principle
from feedback.models.raters import Rater


class Vector(models.Model):
    """A text as numbers, by one embedder of one version: little-endian float32."""

    text_hash = models.CharField(max_length=64)
    embedder = models.CharField(max_length=80, help_text="name@version")
    values = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["text_hash", "embedder"], name="vector_once")]

    def __str__(self) -> str:
        return f"{self.embedder} {self.text_hash[:8]}"


class Grouping(models.Model):
    """One sorting of drafts or comments into groups: by which embedder, with which parameters."""

    class Of(models.TextChoices):
        DRAFTS = "drafts", "Drafts"
        COMMENTS = "comments", "Comments"

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="groupings")
    of = models.CharField(max_length=8, choices=Of.choices)
    embedder = models.CharField(max_length=80)
    parameters = models.JSONField(default=dict)
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"grouping {self.pk}"


class Group(models.Model):
    """Drafts or comments that say the same, nearly the same, or speak of one topic.

    A confirmed group of comments is a criterion: its metric (how to see whether an answer meets it) and its clause (a
    principle, how to ask for it) are made together.
    """

    class Kind(models.TextChoices):
        EXACT = "exact", "The same words"
        NEAR = "near", "Nearly the same"
        TOPIC = "topic", "One topic"

    grouping = models.ForeignKey(Grouping, on_delete=models.CASCADE, related_name="groups")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    label = models.CharField(max_length=200)
    metric = models.TextField(blank=True)
    confirmed_by = models.ForeignKey(
        "feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    principles = models.ManyToManyField(Principle, related_name="groups", blank=True)
    critiques = models.ManyToManyField(Critique, related_name="groups", blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label


class Contradiction(models.Model):
    """Two principles that cannot both be followed, and how that was settled."""

    class Settled(models.TextChoices):
        OPEN = "", "Open"
        FIRST = "first", "The first stands"
        SECOND = "second", "The second stands"
        SCOPED = "scoped", "They apply to different things"
        NONE = "none", "No contradiction"

    first = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="+")
    why = models.TextField()
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="contradictions")
    settled = models.CharField(max_length=8, choices=Settled.choices, default=Settled.OPEN, blank=True)
    settled_by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    settled_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="contradiction_once"),
            models.CheckConstraint(
                condition=models.Q(first__lt=models.F("second")), name="contradiction_lower_id_first"
            ),
        ]

    def __str__(self) -> str:
        return self.why
