"""How principles are put to the test: trials as jobs, and every judgement bought in them as a cell of its own."""

from __future__ import annotations

from django.db import models

from feedback.models.examples import Example, Response
from feedback.models.jobs import Job
from feedback.models.principles import Constitution, Principle, PrincipleVersion
from feedback.models.raters import Rater


class Trial(Job):
    """One test of principles or of a constitution. Cells that were bought once are never bought again."""

    class Kind(models.TextChoices):
        RECONSTRUCTION = "reconstruction", "Against preferences"
        ICAI = "icai", "Principles out of preferences"
        SCOPE = "scope", "Where it applies"
        PROBES = "probes", "Probes before adoption"
        DISTANCE = "distance", "Adherence over a long talk"
        LEVELS = "levels", "Text, followed, outcome"
        CONTRADICTIONS = "contradictions", "Contradictions"
        CRITERION = "criterion", "A criterion, judged"
        REFLECT = "reflect", "Reflection on recent answers"
        FAILURES = "failures", "Failures to changes"
        KNOWLEDGE = "knowledge", "Principles out of knowledge"

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="trials")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    constitution = models.ForeignKey(
        Constitution, null=True, blank=True, on_delete=models.PROTECT, related_name="trials"
    )
    principle = models.ForeignKey(Principle, null=True, blank=True, on_delete=models.CASCADE, related_name="trials")
    version = models.ForeignKey(
        PrincipleVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="trials"
    )
    parameters = models.JSONField(default=dict)
    seed = models.BigIntegerField(default=0)
    stage = models.CharField(max_length=40, blank=True, help_text="What is being done, in a word or two")
    expected = models.PositiveIntegerField(default=0, help_text="Calls foreseen in all")
    model = models.CharField(max_length=120)
    simulated = models.BooleanField(default=False)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="trial_number_once")]
        indexes = [models.Index(fields=["state", "leased_until"], name="trial_waiting")]

    def __str__(self) -> str:
        return f"trial {self.number}"


class PairVote(models.Model):
    """One judge's word on which of two responses a principle selects, once: a cell of the table of all of them.

    `response_a` has the lower id whatever side it was shown on; `swapped` says that it was shown second.
    """

    class Outcome(models.TextChoices):
        A = "a", "The first"
        B = "b", "The second"
        BOTH = "both", "Both"
        NEITHER = "neither", "Neither"
        INVALID = "invalid", "No usable answer"

    version = models.ForeignKey(PrincipleVersion, on_delete=models.CASCADE, related_name="pair_votes")
    response_a = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="+")
    response_b = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="+")
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="pair_votes")
    repeat = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    swapped = models.BooleanField()
    trial = models.ForeignKey(Trial, null=True, blank=True, on_delete=models.SET_NULL, related_name="pair_votes")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "response_a", "response_b", "rater", "repeat"], name="pair_vote_once_a_cell"
            ),
            models.CheckConstraint(
                condition=models.Q(response_a__lt=models.F("response_b")), name="pair_vote_lower_id_first"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome


class Verdict(models.Model):
    """One judge's choice between two responses under instructions (a constitution, none, a flipped one), once.

    `instructions` is the hash of what the judge was told to follow; "" for none.
    """

    instructions = models.CharField(max_length=64, blank=True)
    response_a = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="+")
    response_b = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="+")
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="verdicts")
    repeat = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=8, choices=PairVote.Outcome.choices)
    swapped = models.BooleanField()
    trial = models.ForeignKey(Trial, null=True, blank=True, on_delete=models.SET_NULL, related_name="verdicts")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["instructions", "response_a", "response_b", "rater", "repeat"], name="verdict_once_a_cell"
            ),
            models.CheckConstraint(
                condition=models.Q(response_a__lt=models.F("response_b")), name="verdict_lower_id_first"
            ),
        ]

    def __str__(self) -> str:
        return self.outcome


class ScopeInput(models.Model):
    """An input to test a principle on: one it applies to, one close by where it does not, or any other."""

    class Scope(models.TextChoices):
        IN = "in", "In scope"
        NEAR = "near", "Near scope"
        GENERAL = "general", "General"

    principle = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="scope_inputs")
    scope = models.CharField(max_length=8, choices=Scope.choices)
    text = models.TextField()
    model = models.CharField(max_length=120, blank=True)
    simulated = models.BooleanField(default=False)
    moved_by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    left_out_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["principle", "text"], name="scope_input_once"),
            models.CheckConstraint(condition=~models.Q(text=""), name="scope_input_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class ScopeResult(models.Model):
    """What became of one input with and without a principle: adherence and change, both 0 to 1."""

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="scope_results")
    input = models.ForeignKey(ScopeInput, on_delete=models.CASCADE, related_name="results")
    version = models.ForeignKey(PrincipleVersion, on_delete=models.CASCADE, related_name="scope_results")
    distance = models.PositiveSmallIntegerField(default=0, help_text="Turns between the principle and the request")
    reminded = models.BooleanField(default=False, help_text="The principle stood next to the request as well")
    without = models.TextField()
    under = models.TextField()
    adherence = models.FloatField(null=True, blank=True)
    adherence_without = models.FloatField(null=True, blank=True)
    change = models.FloatField()
    why = models.TextField(blank=True)
    model = models.CharField(max_length=120, blank=True)
    simulated = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "input", "distance", "reminded"], name="scope_result_once")
        ]

    def __str__(self) -> str:
        return f"adherence {self.adherence}, change {self.change}"


class ProbeResult(models.Model):
    """One probe, before and after a change: an injection, a refusal, length, sycophancy, or an example that flipped."""

    class Kind(models.TextChoices):
        INJECTION = "injection", "Planted instruction"
        REFUSAL = "refusal", "Refusal"
        LENGTH = "length", "Length"
        SYCOPHANCY = "sycophancy", "Sycophancy"
        FLIP = "flip", "Was right before"

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="probe_results")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80)
    example = models.ForeignKey(Example, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    input = models.TextField()
    before = models.TextField()
    after = models.TextField()
    before_ok = models.BooleanField()
    after_ok = models.BooleanField()
    why = models.TextField(blank=True)
    simulated = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["trial", "kind", "name"], name="probe_result_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Finding(models.Model):
    """One thing a model found in a trial: a failure, the rule at fault, or a change to the principles.

    People word it anew, merge or reject it before anything rests on it; `worded` is how the model had it. A change is
    carried out when somebody approves it, and only then.
    """

    class Stage(models.TextChoices):
        FAILURE = "failure", "Failure"
        DIAGNOSIS = "diagnosis", "Rule at fault"
        CHANGE = "change", "Change"

    class Operation(models.TextChoices):
        ADD = "add", "Add a principle"
        REWORD = "reword", "Reword a principle"
        MERGE = "merge", "Merge a principle"
        RETIRE = "retire", "Retire a principle"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        MERGED = "merged", "Merged"

    trial = models.ForeignKey(Trial, on_delete=models.CASCADE, related_name="findings")
    number = models.PositiveIntegerField()
    stage = models.CharField(max_length=10, choices=Stage.choices)
    words = models.TextField()
    worded = models.TextField(blank=True, help_text="As the model had it, where a person changed it")
    operation = models.CharField(max_length=8, choices=Operation.choices, blank=True)
    principle = models.ForeignKey(Principle, null=True, blank=True, on_delete=models.CASCADE, related_name="findings")
    into = models.ForeignKey(Principle, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    domain = models.TextField(blank=True)
    effect = models.TextField(blank=True)
    responses = models.ManyToManyField(Response, related_name="findings", blank=True)
    critiques = models.ManyToManyField("feedback.Critique", related_name="findings", blank=True)
    rests_on = models.ManyToManyField("self", symmetrical=False, related_name="grounds", blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    edited_by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=200, blank=True, help_text="What approving it did, in a sentence")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["trial", "number"], name="finding_number_once"),
            models.CheckConstraint(condition=~models.Q(words=""), name="finding_says_something"),
            models.CheckConstraint(
                condition=~models.Q(stage="change") | ~models.Q(operation=""), name="finding_change_does_something"
            ),
        ]

    def __str__(self) -> str:
        return self.words
