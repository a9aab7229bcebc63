"""How a team makes principles its own: motions, votes, remarks."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from feedback.models.feedback import Feedback
from feedback.models.principles import Constitution, Principle, PrincipleVersion


class Motion(models.Model):
    """A change to the constitution put to the team. It is decided once, and its outcome is a constitution or nothing.

    `version` is the wording to adopt or to reword to, `restores` the constitution to go back to. `quorum` and
    `majority` are the project's when it was opened: so many must agree or disagree, and more than that share agree.
    """

    class Kind(models.TextChoices):
        ADOPT = "adopt", "Adopt a principle"
        REWORD = "reword", "Reword a principle"
        RETIRE = "retire", "Retire a principle"
        RESTORE = "restore", "Restore a version"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        CHANGES = "changes", "Changes asked for"
        RATIFIED = "ratified", "Ratified"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="motions")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=Kind.choices)
    principle = models.ForeignKey(Principle, null=True, blank=True, on_delete=models.CASCADE, related_name="motions")
    version = models.ForeignKey(
        PrincipleVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="motions"
    )
    restores = models.ForeignKey(Constitution, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(blank=True)
    quorum = models.PositiveSmallIntegerField()
    majority = models.FloatField(default=0.5)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    opened_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    closed_by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_note = models.TextField(blank=True)
    outcome = models.OneToOneField(
        Constitution, null=True, blank=True, on_delete=models.PROTECT, related_name="ratified_by"
    )

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="motion_number_once"),
            models.UniqueConstraint(
                fields=["principle"], condition=Q(state__in=["open", "changes"]), name="motion_one_open_a_principle"
            ),
            models.CheckConstraint(
                name="motion_has_its_object",
                condition=Q(kind__in=["adopt", "reword"], principle__isnull=False, version__isnull=False)
                | Q(kind="retire", principle__isnull=False)
                | Q(kind="restore", restores__isnull=False),
            ),
            models.CheckConstraint(
                name="motion_ratified_has_outcome", condition=~Q(state="ratified") | Q(outcome__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"motion {self.number}"


class Vote(Feedback):
    """A person's (or an imported participant's) word on a principle: agree, disagree or pass; with `motion`, on it.

    A motion to restore a version has no principle, so neither have the votes and remarks on it.
    """

    class Choice(models.TextChoices):
        AGREE = "agree", "Agree"
        DISAGREE = "disagree", "Disagree"
        PASS = "pass", "Pass"

    principle = models.ForeignKey(Principle, null=True, blank=True, on_delete=models.CASCADE, related_name="votes")
    motion = models.ForeignKey(Motion, null=True, blank=True, on_delete=models.CASCADE, related_name="votes")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    reason = models.TextField(blank=True)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(name="vote_known", condition=Q(choice__in=["agree", "disagree", "pass"])),
            models.CheckConstraint(
                name="vote_on_something", condition=Q(principle__isnull=False) | Q(motion__isnull=False)
            ),
        ]
        indexes = [models.Index(fields=["project", "principle"], name="vote_on_principle")]

    def __str__(self) -> str:
        return self.get_choice_display()


class Remark(models.Model):
    """What somebody says about a principle where it stands; it may answer another, and may ask for changes."""

    principle = models.ForeignKey(Principle, null=True, blank=True, on_delete=models.CASCADE, related_name="remarks")
    motion = models.ForeignKey(Motion, null=True, blank=True, on_delete=models.CASCADE, related_name="remarks")
    user = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="remarks")
    answers = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="answered_by")
    text = models.TextField()
    asks_for_changes = models.BooleanField(default=False)
    settled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            models.CheckConstraint(
                name="remark_on_something", condition=Q(principle__isnull=False) | Q(motion__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.text
