"""What a person at the desk sends a model to do, as a job: suggest feedback, go on from an edit, foretell, retry …"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.examples import Example, Response
from feedback.models.feedback import Edit
from feedback.models.guidance import Hint
from feedback.models.jobs import Job
from feedback.models.raters import Rater


class Errand(Job):
    """One thing a model is asked for from the desk. `words` is what the person added; `answer` what came back, typed
    by `kind` in `feedback/llm/answers.py`; `result` the response that was written, where one was."""

    class Kind(models.TextChoices):
        SUGGEST = "suggest", _("Suggest feedback")
        CONTINUE = "continue", _("Go on from an edit")
        MESSAGE = "message", _("Answer a message")
        CONSEQUENCE = "consequence", _("Foretell a consequence")
        FOLLOW_UPS = "follow-ups", _("Read what users wrote next")
        HINTED = "hinted", _("Try again with a hint")
        SHADOW = "shadow", _("Judge as a person's stand-in")
        SYNTHETIC_EDIT = "synthetic-edit", _("Edit as an expert")
        CHECKS = "checks", _("Propose checks and try them")
        GENERATE = "generate", _("Answer an example")
        REFLECT = "reflect", _("Learn from a finished item")
        REPAIR = "repair", _("Repair when a lesson applies")
        REPLY = "reply", _("Reply in the playground")
        RELABEL = "relabel", _("Write the request an answer satisfies")
        RETELL = "retell", _("Say an expert's answer in its own words")

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="errands")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="errands")
    response = models.ForeignKey(Response, null=True, blank=True, on_delete=models.CASCADE, related_name="errands")
    edit = models.ForeignKey(Edit, null=True, blank=True, on_delete=models.CASCADE, related_name="errands")
    hint = models.ForeignKey(Hint, null=True, blank=True, on_delete=models.CASCADE, related_name="errands")
    turn = models.ForeignKey(
        "feedback.ChatTurn", null=True, blank=True, on_delete=models.CASCADE, related_name="errands"
    )
    experience = models.ForeignKey(
        "feedback.Experience", null=True, blank=True, on_delete=models.CASCADE, related_name="errands"
    )
    words = models.TextField(blank=True)
    key = models.CharField(max_length=80, help_text="Asked twice with one key is asked once")
    asked_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    answer = models.JSONField(default=dict)
    result = models.ForeignKey(
        Response, null=True, blank=True, on_delete=models.SET_NULL, related_name="written_on_errand"
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["project", "key"], name="errand_once_per_key")]
        indexes = [models.Index(fields=["state", "leased_until"], name="errand_waiting")]

    def __str__(self) -> str:
        return f"errand {self.pk}: {self.kind}"


class Consequence(models.Model):
    """What came, or might come, of following a response (RLHS). Shown between two askings of one question."""

    class Origin(models.TextChoices):
        IMPORTED = "imported", _("Imported")
        WRITTEN = "written", _("Written by a person")
        FORETOLD = "foretold", _("Foretold by a model")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="consequences")
    text = models.TextField()
    origin = models.CharField(max_length=8, choices=Origin.choices)
    rater = models.ForeignKey(Rater, null=True, blank=True, on_delete=models.PROTECT, related_name="consequences")
    errand = models.ForeignKey(Errand, null=True, blank=True, on_delete=models.SET_NULL, related_name="consequences")
    model = models.CharField(max_length=120, blank=True)
    simulated = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text
