"""Data on their way in and out: frozen data sets, and the jobs that bring in, freeze, write and push."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.jobs import Job


class Snapshot(models.Model):
    """A frozen, numbered data set: which rows of feedback and which examples are in it, chosen by `filters`.

    Its rows never change once `frozen_at` is set, whatever is withdrawn or added later; `facts` are what was counted
    then (counts, what was left out and why, agreement, parts, hashes).
    """

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="snapshots")
    number = models.PositiveIntegerField(help_text="Its number within the project, from 1")
    name = models.CharField(max_length=120, blank=True)
    note = models.TextField(blank=True, help_text="What it is for")
    filters = models.JSONField(default=dict)
    facts = models.JSONField(default=dict)
    sha256 = models.CharField(max_length=64, blank=True, help_text="Over the content of its rows")
    constitution = models.ForeignKey(
        "feedback.Constitution", null=True, blank=True, on_delete=models.SET_NULL, related_name="snapshots"
    )
    form_version = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    frozen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="snapshot_number_once")]

    def __str__(self) -> str:
        return f"snapshot {self.number}"


class Benchmark(models.Model):
    """A named set of test questions that no training row may hold: hashes of its runs of words, not its words.

    `runs` are eight bytes each, sorted; only those that `one_in` divides are kept. `items` is how many records it had.
    """

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="benchmarks")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, help_text="Over its runs")
    items = models.PositiveIntegerField()
    runs = models.BinaryField()
    one_in = models.PositiveIntegerField(default=1)
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["project", "sha256"], name="benchmark_once_per_project")]

    def __str__(self) -> str:
        return self.name


class Part(models.TextChoices):
    """What an example of a snapshot is for; examples of one dialogue or near-duplicate cluster share it."""

    TRAIN = "train", _("Train")
    VALIDATION = "validation", _("Validation")
    TEST = "test", _("Test")


class SnapshotExample(models.Model):
    """An example in a snapshot. `cluster` is the lowest example number among its near-duplicates there."""

    pk = models.CompositePrimaryKey("snapshot_id", "example_id")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="examples")
    example = models.ForeignKey("feedback.Example", on_delete=models.CASCADE, related_name="+")
    part = models.CharField(max_length=10, choices=Part.choices, default=Part.TRAIN)
    cluster = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"example {self.example_id} in snapshot {self.snapshot_id}"


class SnapshotRow(models.Model):
    """A row of feedback in a snapshot: its kind (the model's name in small letters) and its id."""

    pk = models.CompositePrimaryKey("snapshot_id", "kind", "row")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="rows")
    kind = models.CharField(max_length=16)
    row = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.row} in snapshot {self.snapshot_id}"


class TrainingResult(models.Model):
    """How a model did that was trained on a snapshot elsewhere: one score on one benchmark, as its trainer told it.

    `baseline` is the score of the model it began with, where that is known. Told twice it is there once (`key`).
    """

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="results")
    format = models.CharField(max_length=80, blank=True, help_text="The export it was trained on")
    trainer = models.CharField(max_length=120, blank=True)
    model = models.CharField(max_length=120, help_text="The model that was trained")
    benchmark = models.CharField(max_length=120)
    score = models.FloatField()
    baseline = models.FloatField(null=True, blank=True)
    note = models.TextField(blank=True)
    key = models.CharField(max_length=64)
    posted_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["snapshot", "key"], name="training_result_once")]

    def __str__(self) -> str:
        return f"{self.model}: {self.score} on {self.benchmark}"


class Transfer(Job):
    """A job that brings data in, freezes a snapshot, writes files or pushes them; `given` is what was asked.

    `done` of `total` units (rows or bytes, `unit` says) are through; the total is None while nobody knows it.
    `stage` says in a word what it is at, `place` where its file or folder lies under the data folder.
    """

    class Kind(models.TextChoices):
        IMPORT = "import", _("Import")
        FREEZE = "freeze", _("Snapshot")
        EXPORT = "export", _("Export")
        PUSH = "push", _("Push")

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="transfers")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    given = models.JSONField(default=dict)
    stage = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=12, default="rows")
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True, blank=True)
    paused = models.BooleanField(default=False)
    cancel_asked = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    place = models.CharField(max_length=200, blank=True)
    imported = models.ForeignKey(
        "feedback.Import", null=True, blank=True, on_delete=models.SET_NULL, related_name="transfers"
    )
    snapshot = models.ForeignKey(Snapshot, null=True, blank=True, on_delete=models.SET_NULL, related_name="transfers")
    asked_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["project", "kind", "-id"], name="transfers_of_a_project")]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class ApiToken(models.Model):
    """A key for scripts that act as a person in one project; only its SHA-256 is kept."""

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="tokens")
    user = models.ForeignKey("feedback.User", on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
