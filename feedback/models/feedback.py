"""What raters said: one abstract base, one typed table per kind. Rows are added, replaced or withdrawn, not changed."""

from __future__ import annotations

from typing import Self

from django.db import models

from feedback.models.examples import Import, Response


class FeedbackQuerySet(models.QuerySet["Feedback"]):
    """Which feedback. Works on every typed table."""

    def standing(self) -> Self:
        """What is neither withdrawn nor replaced.

        Asked by NOT EXISTS: PostgreSQL takes a left join on `replaced_by` to leave one row and then plans for one row.
        """
        replacing = self.model._default_manager.filter(replaces=models.OuterRef("pk"))
        return self.filter(~models.Exists(replacing), withdrawn_at__isnull=True)

    def by_people(self) -> Self:
        """What a person with an account here said."""
        return self.filter(rater__kind="person")


class Feedback(models.Model):
    """Base of all kinds. `shown` is what the rater saw and in which order; `protocol` names the way of asking."""

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="%(class)ss")
    rater = models.ForeignKey("feedback.Rater", on_delete=models.PROTECT, related_name="%(class)ss")
    protocol = models.CharField(max_length=40, help_text="single, pair, refined-vs-original, imported …")
    form_version = models.PositiveIntegerField(default=1)
    seconds = models.FloatField(null=True, blank=True, help_text="Seconds spent, as far as known")
    shown = models.JSONField(default=dict)
    replaces = models.OneToOneField("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    key = models.CharField(max_length=80, help_text="The same submission twice has the same key and is stored once")
    imported_in = models.ForeignKey(Import, null=True, blank=True, on_delete=models.SET_NULL, related_name="%(class)ss")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FeedbackQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["rater", "key"], name="%(class)s_key_once")]


class Rating(Feedback):
    """A score of a response on one aspect, from 1 to `scale`."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="ratings")
    aspect = models.CharField(max_length=60, default="overall")
    scale = models.PositiveSmallIntegerField(default=5)
    score = models.PositiveSmallIntegerField()

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(score__gte=1) & models.Q(score__lte=models.F("scale")), name="rating_within_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.score} of {self.scale} on {self.aspect}"


class Critique(Feedback):
    """Words about a response: what is good about it (kudos) or what is not (critique)."""

    class Polarity(models.TextChoices):
        KUDOS = "kudos", "Kudos"
        CRITIQUE = "critique", "Critique"

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="critiques")
    polarity = models.CharField(max_length=8, choices=Polarity.choices)
    text = models.TextField()

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(text=""), name="critique_says_something"),
            models.CheckConstraint(
                condition=models.Q(polarity__in=["kudos", "critique"]), name="critique_polarity_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Preference(Feedback):
    """An order over two responses to one example.

    `outcome` says which; `strength` runs from -3 (a much better) over 0 (no difference) to 3 (b much better) and is
    None where it was not asked. `shown["order"]` lists the response ids as shown, first or left one first.
    """

    class Outcome(models.TextChoices):
        A = "a", "First is better"
        B = "b", "Second is better"
        TIE = "tie", "No difference"
        BOTH_GOOD = "both-good", "Both good"
        BOTH_BAD = "both-bad", "Both bad"

    response_a = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="preferences_as_a")
    response_b = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="preferences_as_b")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    strength = models.SmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(response_a=models.F("response_b")), name="preference_between_two"
            ),
            models.CheckConstraint(
                name="preference_strength_fits_outcome",
                condition=models.Q(outcome="a")
                & (models.Q(strength__isnull=True) | models.Q(strength__gte=-3, strength__lte=-1))
                | models.Q(outcome="b") & (models.Q(strength__isnull=True) | models.Q(strength__gte=1, strength__lte=3))
                | models.Q(outcome__in=["tie", "both-good", "both-bad"])
                & (models.Q(strength__isnull=True) | models.Q(strength=0)),
            ),
        ]

    def __str__(self) -> str:
        return self.get_outcome_display()

    @property
    def chosen(self) -> Response | None:
        """The better response, or None when neither is."""
        return {"a": self.response_a, "b": self.response_b}.get(self.outcome)

    @property
    def rejected(self) -> Response | None:
        """The worse response, or None when neither is."""
        return {"a": self.response_b, "b": self.response_a}.get(self.outcome)


class Edit(Feedback):
    """A person's rewrite of a response: the new text is a response of its own."""

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="edits")
    result = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="edited_in")
    reason = models.TextField(blank=True)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(response=models.F("result")), name="edit_makes_another"),
        ]

    def __str__(self) -> str:
        return f"rewrite of response {self.response_id}"
