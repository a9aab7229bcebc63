"""Who is asked what: the project's form in its versions, queues with their items and slots, what was sent and kept."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from feedback.models.examples import Example, Response
from feedback.models.raters import Rater


class Form(models.Model):
    """One version of what a project asks for; `definition` is a `feedback.capture.definition.Definition`.

    Rows of feedback carry the number they were asked with, so changing the form later breaks nothing.
    """

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="forms")
    number = models.PositiveIntegerField()
    definition = models.JSONField()
    change = models.CharField(max_length=300, blank=True, help_text="What changed and why")
    approved_by = models.CharField(max_length=120, blank=True, help_text="Who stands for the taxonomy")
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="form_number_once")]

    def __str__(self) -> str:
        return f"form {self.number}"


class Queue(models.Model):
    """Work for the desk: its items each need `raters_each` people, exactly."""

    class Asks(models.TextChoices):
        RESPONSE = "response", _("Judge single responses")
        PAIR = "pair", _("Compare two")
        RANKING = "ranking", _("Rank all responses")
        DEMONSTRATION = "demonstration", _("Write an answer")

    class Order(models.TextChoices):
        RANDOM = "random", _("Random")
        IN_ORDER = "in-order", _("In order")
        DISAGREEMENT = "disagreement", _("Most disagreed first")
        INFORMATION = "information", _("Most informative first")
        POTENTIAL = "potential", _("High potential, little covered, first")

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="queues")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=120)
    asks = models.CharField(max_length=16, choices=Asks.choices, default=Asks.RESPONSE)
    order = models.CharField(max_length=16, choices=Order.choices, default=Order.RANDOM)
    priority = models.SmallIntegerField(default=0, help_text="Queues with a higher one are worked off first")
    raters_each = models.PositiveSmallIntegerField(default=1)
    quota = models.PositiveIntegerField(null=True, blank=True, help_text="Most items a person may do; empty: no limit")
    lease_seconds = models.PositiveIntegerField(default=1800)
    gold_share = models.FloatField(default=0.0, help_text="Share of what a person is shown that has a known answer")
    gold_feedback = models.BooleanField(default=True, help_text="Whether the rater is told after a gold item")
    disagreement = models.FloatField(default=0.5, help_text="Items that disagree more go to a curator, 0 to 1")
    is_open = models.BooleanField(default=True)
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="queue_number_once"),
            models.CheckConstraint(condition=models.Q(raters_each__gte=1), name="queue_needs_somebody"),
            models.CheckConstraint(
                condition=models.Q(gold_share__gte=0, gold_share__lte=0.5), name="queue_gold_share_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class QueueItem(models.Model):
    """One thing to be judged in a queue. `gold` is the known answer of a gold item or attention check (else None)."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="items")
    example = models.ForeignKey(Example, on_delete=models.CASCADE, related_name="queue_items")
    response_a = models.ForeignKey(Response, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    response_b = models.ForeignKey(Response, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    gold = models.JSONField(null=True, blank=True)
    is_check = models.BooleanField(default=False, help_text="An attention check: anybody who reads gets it right")
    explanation = models.TextField(blank=True, help_text="Shown after a gold item was answered")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["queue", "example", "response_a", "response_b"], nulls_distinct=False, name="queue_item_once"
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.pk}"


class Slot(models.Model):
    """One of the places of an item for a rater: free, claimed until a time, or done. Ordinary items have exactly
    `raters_each` of them, gold items one for each person who was shown it, reserved for that person.

    Lowest `rank` first; the slots of an item lie beside each other. The first two indexes are scanned in their order by
    a claim, the third finds claims that ran out, the fourth says where in a queue a person is.
    """

    class State(models.TextChoices):
        FREE = "free", _("Free")
        CLAIMED = "claimed", _("Claimed")
        DONE = "done", _("Done")

    item = models.ForeignKey(QueueItem, on_delete=models.CASCADE, related_name="slots")
    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="slots")
    number = models.PositiveSmallIntegerField()
    rank = models.FloatField(default=0.0, help_text="Lowest first")
    state = models.CharField(max_length=8, choices=State.choices, default=State.FREE)
    rater = models.ForeignKey(Rater, null=True, blank=True, on_delete=models.PROTECT, related_name="slots")
    reserved_for = models.ForeignKey(Rater, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    claimed_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="slot_number_once"),
            models.UniqueConstraint(fields=["item", "rater"], name="slot_never_twice_to_a_person"),
            models.CheckConstraint(
                name="slot_state_has_its_rater",
                condition=models.Q(state="free", rater__isnull=True, claimed_until__isnull=True, done_at__isnull=True)
                | models.Q(state="claimed", rater__isnull=False, claimed_until__isnull=False, done_at__isnull=True)
                | models.Q(state="done", rater__isnull=False, done_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["queue", "rank"],
                condition=~models.Q(state="done") & models.Q(reserved_for__isnull=True),
                name="slot_to_be_had",
            ),
            models.Index(
                fields=["reserved_for", "queue", "rank"],
                condition=~models.Q(state="done") & models.Q(reserved_for__isnull=False),
                name="slot_kept_for_somebody",
            ),
            models.Index(
                fields=["queue", "claimed_until"], condition=models.Q(state="claimed"), name="slot_claim_runs_out"
            ),
            models.Index(
                fields=["rater", "queue", "done_at"], condition=models.Q(state="done"), name="slot_last_done_by_a_rater"
            ),
            models.Index(fields=["rater", "state"], name="slot_of_a_rater"),
        ]

    def __str__(self) -> str:
        return f"slot {self.number} of item {self.item_id}"


class Skip(models.Model):
    """A person passed an item over, and why. Taken back, the item may be offered to them again."""

    item = models.ForeignKey(QueueItem, on_delete=models.CASCADE, related_name="skips")
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="skips")
    reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    returned_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "rater"], condition=models.Q(returned_at__isnull=True), name="skip_once_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.reason or "skipped"


class Submission(models.Model):
    """One sending of the desk's form: all rows of feedback made by it point here, so it can be undone as one."""

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="submissions")
    rater = models.ForeignKey(Rater, on_delete=models.PROTECT, related_name="submissions")
    key = models.CharField(max_length=80)
    page = models.CharField(max_length=200, help_text="Path of the desk page it was sent from")
    slot = models.ForeignKey(Slot, null=True, blank=True, on_delete=models.SET_NULL, related_name="submissions")
    counts = models.BooleanField(default=True, help_text="False: it came when the item had all its raters already")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rater", "key"], name="submission_key_once")]
        indexes = [models.Index(fields=["rater", "-id"], name="submission_latest")]

    def __str__(self) -> str:
        return f"submission {self.pk}"


class Draft(models.Model):
    """What a person has typed and not sent yet, by the name of the form it stands in."""

    user = models.ForeignKey("feedback.User", on_delete=models.CASCADE, related_name="drafts")
    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="drafts")
    name = models.CharField(max_length=120)
    content = models.JSONField(default=dict, help_text="{field name: value}")
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "project", "name"], name="draft_once_per_form")]

    def __str__(self) -> str:
        return self.name
