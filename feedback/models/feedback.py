"""What raters said: one abstract base, one typed table per kind. Rows are added, replaced or withdrawn, not changed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

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


class Use(models.TextChoices):
    """What feedback is meant for, as far as its giver or the form said."""

    ANY = "any", _("Anything")
    REFINE = "refine", _("Refining now")
    TRAIN = "train", _("Training later")
    EVALUATE = "evaluate", _("Evaluating only")


class Feedback(models.Model):
    """Base of all kinds. `shown` is what the rater saw and in which order; `protocol` names the way of asking."""

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="%(class)ss")
    rater = models.ForeignKey("feedback.Rater", on_delete=models.PROTECT, related_name="%(class)ss")
    protocol = models.CharField(max_length=40, help_text="single, pair, refined-vs-original, imported …")
    form_version = models.PositiveIntegerField(default=1, help_text="Number of the project's form it was asked with")
    submission = models.ForeignKey(
        "feedback.Submission", null=True, blank=True, on_delete=models.SET_NULL, related_name="%(class)ss"
    )
    objective = models.CharField(max_length=60, blank=True, help_text="helpfulness, safety, style …; blank: in general")
    use = models.CharField(max_length=8, choices=Use.choices, default=Use.ANY)
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
    """A score from 1 to `scale` on one aspect of the form's rubric, or "can't judge" (then `score` is None).

    Thumbs have the scale 2, sliders 100. About the whole response; with `turn`, about that turn of its dialogue
    (an index into `response.messages`); with `critique`, about what somebody said of it.
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="ratings")
    turn = models.PositiveSmallIntegerField(null=True, blank=True)
    critique = models.ForeignKey(
        "feedback.Critique", null=True, blank=True, on_delete=models.CASCADE, related_name="ratings"
    )
    aspect = models.CharField(max_length=60, default="overall")
    scale = models.PositiveSmallIntegerField(default=5)
    score = models.PositiveSmallIntegerField(null=True, blank=True)
    cannot_judge = models.BooleanField(default=False)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(
                name="rating_within_scale",
                condition=models.Q(cannot_judge=False, score__gte=1) & models.Q(score__lte=models.F("scale"))
                | models.Q(cannot_judge=True, score__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"cannot judge {self.aspect}" if self.cannot_judge else f"{self.score} of {self.scale} on {self.aspect}"


class Critique(Feedback):
    """Words about a response: what is good about it (kudos) or what is not (critique).

    `scope` says what they are about: the response, a span of it, one turn of its dialogue, the pair with `beside`, or
    the whole dialogue. `text` looks back (what is wrong or right), `improve` forward (how to do better); `failure` and
    `stage` name the kind of failure and the step of the pipeline by the form's lists. One of the first three is there.
    A person's words that began as a model's suggestion have it in `picked_from`; a model's own are rows of its rater.
    """

    class Polarity(models.TextChoices):
        KUDOS = "kudos", _("Kudos")
        CRITIQUE = "critique", _("Critique")

    class Scope(models.TextChoices):
        RESPONSE = "response", _("The response")
        SPAN = "span", _("A span")
        TURN = "turn", _("One turn")
        PAIR = "pair", _("A pair")
        DIALOGUE = "dialogue", _("The whole dialogue")

    class Looks(models.TextChoices):
        BACK = "back", _("Back: what was")
        FORWARD = "forward", _("Forward: what to do")
        BOTH = "both", _("Both ways")

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="critiques")
    polarity = models.CharField(max_length=8, choices=Polarity.choices)
    text = models.TextField(blank=True)
    improve = models.TextField(blank=True)
    scope = models.CharField(max_length=8, choices=Scope.choices, default=Scope.RESPONSE)
    span = models.ForeignKey("feedback.Span", null=True, blank=True, on_delete=models.PROTECT, related_name="critiques")
    turn = models.PositiveSmallIntegerField(null=True, blank=True)
    beside = models.ForeignKey(Response, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    failure = models.CharField(max_length=60, blank=True)
    stage = models.CharField(max_length=60, blank=True)
    run_step = models.ForeignKey(
        "feedback.Step", null=True, blank=True, on_delete=models.SET_NULL, related_name="critiques"
    )
    perspective = models.CharField(max_length=60, blank=True)
    looks = models.CharField(max_length=8, choices=Looks.choices, blank=True)
    informative = models.BooleanField(null=True, blank=True)
    picked_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="picks")
    vetted = models.BooleanField(null=True, blank=True, help_text="Whether a model's suggestion passed its self-check")
    vetted_why = models.TextField(blank=True)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(
                condition=~models.Q(text="", improve="", failure=""), name="critique_says_something"
            ),
            models.CheckConstraint(
                condition=models.Q(polarity__in=["kudos", "critique"]), name="critique_polarity_known"
            ),
            models.CheckConstraint(
                name="critique_scope_has_its_place",
                condition=models.Q(scope__in=["response", "dialogue"], span__isnull=True, beside__isnull=True)
                | models.Q(scope="span", span__isnull=False, beside__isnull=True)
                | models.Q(scope="turn", turn__isnull=False, span__isnull=True, beside__isnull=True)
                | models.Q(scope="pair", beside__isnull=False, span__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.words

    @property
    def words(self) -> str:
        """All that was said in words: what is the matter, then how to do better."""
        return "\n".join(part for part in (self.text, self.improve) if part) or self.failure


class Preference(Feedback):
    """An order over two responses to one example; responses with `turns` of their own are compared as whole dialogues.

    `outcome` says which; `strength` runs from -3 (a much better) over 0 (no difference) to 3 (b much better) and is
    None where it was not asked. `shown["order"]` lists the response ids as shown, first or left one first.
    """

    class Outcome(models.TextChoices):
        A = "a", _("First is better")
        B = "b", _("Second is better")
        TIE = "tie", _("No difference")
        BOTH_GOOD = "both-good", _("Both good")
        BOTH_BAD = "both-bad", _("Both bad")

    class Timing(models.TextChoices):
        """When it was asked: at once, or after a consequence was shown (RLHS)."""

        NOW = "now", _("At once")
        HINDSIGHT = "hindsight", _("After seeing what came of it")

    response_a = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="preferences_as_a")
    response_b = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="preferences_as_b")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    strength = models.SmallIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True)
    aspect = models.CharField(max_length=60, default="overall")
    timing = models.CharField(max_length=10, choices=Timing.choices, default=Timing.NOW)

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
    """A rewrite of a response, or of one turn of its dialogue: the outcome is a response of its own.

    With `turn` (an index into `response.messages`) the edited turn is the last one of the result's dialogue. No rewrite
    claims to be the best there is unless `ideal` says so: a little better is enough to learn from (coactive learning).
    """

    response = models.ForeignKey(Response, on_delete=models.CASCADE, related_name="edits")
    result = models.OneToOneField(Response, on_delete=models.PROTECT, related_name="edited_in")
    turn = models.PositiveSmallIntegerField(null=True, blank=True)
    ideal = models.BooleanField(default=False)
    reason = models.TextField(blank=True)

    class Meta(Feedback.Meta):
        constraints = [
            *Feedback.Meta.constraints,
            models.CheckConstraint(condition=~models.Q(response=models.F("result")), name="edit_makes_another"),
        ]

    def __str__(self) -> str:
        return f"rewrite of response {self.response_id}"
