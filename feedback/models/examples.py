"""What is answered and the answers: examples, responses, and the imports that brought them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Import(models.Model):
    """One file that was brought in, and what it added."""

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="imports")
    filename = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(max_length=40)
    mapping = models.JSONField(default=dict)
    examples_added = models.PositiveIntegerField(default=0)
    responses_added = models.PositiveIntegerField(default=0)
    feedback_added = models.PositiveIntegerField(default=0)
    skipped = models.JSONField(default=list, help_text="[{line, why}]")
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class Split(models.TextChoices):
    """What an example may be used for; fixed when it comes in."""

    FEEDBACK = "feedback", _("Feedback")
    SELECT = "select", _("Select")
    HOLDOUT = "holdout", _("Holdout")


class Example(models.Model):
    """An input: a conversation that ends where a response is due.

    `messages` is a list of `{"role": system|user|assistant|tool, "content": str}`; `content_hash` is the SHA-256 of
    its canonical JSON and is unique within the project.
    """

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="examples")
    number = models.PositiveIntegerField(help_text="Its number within the project, from 1")
    external_id = models.CharField(max_length=200, blank=True)
    content_hash = models.CharField(max_length=64)
    messages = models.JSONField()
    reference = models.TextField(blank=True)
    tags = models.JSONField(default=list)
    extra = models.JSONField(default=dict, help_text="Columns of the source that have no place of their own")
    split = models.CharField(max_length=8, choices=Split.choices)
    imported_in = models.ForeignKey(Import, null=True, blank=True, on_delete=models.SET_NULL, related_name="examples")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "content_hash"], name="example_once_per_project"),
            models.UniqueConstraint(fields=["project", "number"], name="example_number_once"),
            models.CheckConstraint(condition=models.Q(split__in=Split.values), name="example_split_known"),
        ]

    def __str__(self) -> str:
        return f"example {self.number}"

    @property
    def request(self) -> str:
        """The last user message: what is being asked."""
        said = [turn["content"] for turn in self.messages if turn["role"] == "user"]
        return said[-1] if said else ""

    @property
    def earlier(self) -> list[dict[str, Any]]:
        """All turns before the last user message."""
        last = max((i for i, turn in enumerate(self.messages) if turn["role"] == "user"), default=0)
        return list(self.messages[:last])


class Response(models.Model):
    """One answer to an example. Never changed; a better one is a new row with this one as its `parent`.

    Where it ends a dialogue that is not the example's own (a turn was edited and the talk went on, or whole dialogues
    are compared), `turns` holds all turns before `text`. `next_message` is what the user wrote next, if that is known.
    """

    class Origin(models.TextChoices):
        IMPORTED = "imported", _("Imported")
        GENERATED = "generated", _("Generated")
        REFINED = "refined", _("Refined")
        EDITED = "edited", _("Edited by a person")
        WRITTEN = "written", _("Written by a person")

    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="responses")
    text = models.TextField()
    content_hash = models.CharField(max_length=64)
    turns = models.JSONField(null=True, blank=True, help_text="[{role, content}] in place of the example's messages")
    next_message = models.TextField(blank=True)
    origin = models.CharField(max_length=10, choices=Origin.choices)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    produced_by = models.ForeignKey(
        "feedback.Step", null=True, blank=True, on_delete=models.PROTECT, related_name="responses"
    )
    author = models.ForeignKey(
        "feedback.Rater", null=True, blank=True, on_delete=models.PROTECT, related_name="responses"
    )
    model = models.CharField(max_length=120, blank=True, help_text="The model that wrote it, as far as known")
    simulated = models.BooleanField(default=False)
    extra = models.JSONField(default=dict, db_default={}, help_text="What its source told of it beside the text")
    imported_in = models.ForeignKey(Import, null=True, blank=True, on_delete=models.SET_NULL, related_name="responses")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["example", "id"], name="response_pairs_of_an_example")]
        constraints = [
            models.UniqueConstraint(
                fields=["example", "content_hash"], condition=models.Q(origin="imported"), name="response_imported_once"
            ),
            models.UniqueConstraint(
                fields=["produced_by"], condition=models.Q(origin="refined"), name="response_one_per_step"
            ),
            models.CheckConstraint(
                name="response_refined_has_lineage",
                condition=~models.Q(origin="refined") | models.Q(produced_by__isnull=False, parent__isnull=False),
            ),
            models.CheckConstraint(
                name="response_edited_has_author",
                condition=~models.Q(origin="edited") | models.Q(author__isnull=False, parent__isnull=False),
            ),
            models.CheckConstraint(
                name="response_written_has_author",
                condition=~models.Q(origin="written") | models.Q(author__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"response {self.pk}"

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The turns this response answers."""
        return list(self.turns if self.turns is not None else self.example.messages)
