"""Who judges. People, model judges, checks, simulated people and imported names are rows of one table."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rater(models.Model):
    """Somebody or something that judges within one project.

    A person's rater belongs to their account; the others are told apart by `kind` and `name`. For a judge, `model` and
    `prompt_hash` say exactly what judged.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        JUDGE = "judge", _("Model judge")
        CHECK = "check", _("Check")
        SIMULATED = "simulated", _("Simulated person")
        IMPORTED = "imported", _("Imported")

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="raters")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    user = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.PROTECT, related_name="raters")
    name = models.CharField(max_length=120)
    model = models.CharField(max_length=120, blank=True)
    prompt_hash = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="rater_once_per_person"),
            models.UniqueConstraint(
                fields=["project", "kind", "name", "model", "prompt_hash"],
                condition=models.Q(user__isnull=True),
                name="rater_once_per_name",
            ),
            models.CheckConstraint(
                name="rater_person_has_account",
                condition=models.Q(kind="person", user__isnull=False)
                | (~models.Q(kind="person") & models.Q(user__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def initials(self) -> str:
        """One or two letters that stand for the rater beside their words."""
        return "".join(word[0].upper() for word in self.name.split()[:2]) or "?"
