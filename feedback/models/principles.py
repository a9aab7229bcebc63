"""From words to rules: drafting jobs, principles with wordings and evidence, and the constitutions made of them."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from feedback.models.feedback import Critique, Edit, Preference, Rating
from feedback.models.jobs import Job
from feedback.models.marks import Span
from feedback.models.orders import Ranking

SOURCES = ("critique", "preference", "edit", "span", "group", "rating", "ranking")


def exactly_one_source() -> Q:
    """One of the columns that point at a source is set, the others are not."""
    ways = [Q(**{f"{other}__isnull": other != name for other in SOURCES}) for name in SOURCES]
    return reduce(or_, ways)


class PrincipleQuerySet(models.QuerySet["Principle"]):
    """Which principles, and how they stand."""

    def with_status(self) -> Self:
        """Adds `status`, one of `Principle.Status`: a query over the constitutions, never stored."""
        articles = Article.objects.filter(version__principle=OuterRef("pk"))
        newest = (
            Constitution.objects.filter(project=OuterRef("constitution__project"))
            .order_by("-number")
            .values("number")[:1]
        )
        in_force = articles.filter(constitution__number=models.Subquery(newest))
        return self.annotate(
            status=models.Case(
                models.When(Exists(in_force), then=models.Value(Principle.Status.ADOPTED)),
                models.When(dropped_at__isnull=False, then=models.Value(Principle.Status.DROPPED)),
                models.When(Exists(articles), then=models.Value(Principle.Status.RETIRED)),
                default=models.Value(Principle.Status.DRAFTED),
                output_field=models.CharField(),
            )
        )


class Principle(models.Model):
    """A sentence that steers behaviour. Its words are in its versions; whether it holds is a query."""

    class Status(models.TextChoices):
        DRAFTED = "drafted", _("Drafted")
        ADOPTED = "adopted", _("Adopted")
        RETIRED = "retired", _("Retired")
        DROPPED = "dropped", _("Dropped")

    class Origin(models.TextChoices):
        WRITTEN = "written", "Written by hand"
        DRAFTED = "drafted", "Drafted from feedback"
        IMPORTED = "imported", "Imported"
        PROPOSED = "proposed", "Proposed from preferences"
        MERGED = "merged", "Merged"

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="principles")
    number = models.PositiveIntegerField(help_text="Its number within the project, from 1")
    origin = models.CharField(max_length=10, choices=Origin.choices, default=Origin.WRITTEN)
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged")
    section = models.CharField(max_length=60, blank=True)
    switched_off_at = models.DateTimeField(
        null=True, blank=True, help_text="In force but not used: its own record is bad"
    )
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    drop_reason = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PrincipleQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="principle_number_once")]

    def __str__(self) -> str:
        return f"principle {self.number}"


class PrincipleVersion(models.Model):
    """One wording of a principle: when it applies (`domain`) and what to do (`effect`). Never changed."""

    principle = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    domain = models.TextField(blank=True, help_text="When it applies; empty means always")
    effect = models.TextField()
    counter_examples = models.TextField(blank=True)
    weight = models.FloatField(default=1.0)
    critique_request = models.TextField(blank=True, help_text="How a critic is asked, where it came with that")
    revision_request = models.TextField(blank=True)
    written_by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    model = models.CharField(max_length=120, blank=True, help_text="The model that worded it, if one did")
    simulated = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["principle", "number"]
        constraints = [
            models.UniqueConstraint(fields=["principle", "number"], name="principle_version_once"),
            models.CheckConstraint(condition=~Q(effect=""), name="principle_version_says_what_to_do"),
        ]

    def __str__(self) -> str:
        return f"{self.domain}: {self.effect}" if self.domain else self.effect


class Switching(models.Model):
    """A principle in force taken out of prompts, or put back: by its own record (no `by`), or by a curator."""

    principle = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="switchings")
    off = models.BooleanField()
    by = models.ForeignKey("feedback.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    why = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return "switched off" if self.off else "switched on"


class Evidence(models.Model):
    """Why a principle is there: the feedback it was derived from, that supports it or that speaks against it."""

    class Kind(models.TextChoices):
        DERIVED = "derived", _("Derived from")
        SUPPORTS = "supports", _("Supports")
        CONTRADICTS = "contradicts", _("Contradicts")

    principle = models.ForeignKey(Principle, on_delete=models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DERIVED)
    critique = models.ForeignKey(Critique, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    preference = models.ForeignKey(Preference, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    edit = models.ForeignKey(Edit, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    span = models.ForeignKey(Span, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    group = models.ForeignKey(
        "feedback.Group", null=True, blank=True, on_delete=models.CASCADE, related_name="evidence"
    )
    rating = models.ForeignKey(Rating, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    ranking = models.ForeignKey(Ranking, null=True, blank=True, on_delete=models.CASCADE, related_name="evidence")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        verbose_name_plural = "evidence"
        constraints = [
            models.CheckConstraint(condition=exactly_one_source(), name="evidence_one_source"),
            models.UniqueConstraint(fields=["principle", "critique"], name="evidence_critique_once"),
            models.UniqueConstraint(fields=["principle", "preference"], name="evidence_preference_once"),
            models.UniqueConstraint(fields=["principle", "edit"], name="evidence_edit_once"),
            models.UniqueConstraint(fields=["principle", "span"], name="evidence_span_once"),
            models.UniqueConstraint(fields=["principle", "group"], name="evidence_group_once"),
            models.UniqueConstraint(fields=["principle", "rating"], name="evidence_rating_once"),
            models.UniqueConstraint(fields=["principle", "ranking"], name="evidence_ranking_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.source}"

    @property
    def source(self) -> Any:
        """The row this evidence points at: feedback, or a group of comments."""
        row = next((found for name in SOURCES if (found := getattr(self, name)) is not None), None)
        assert row is not None  # held by the constraint
        return row


class Drafting(Job):
    """A request to draft a principle from one piece of feedback; a worker fills in `principle`."""

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="draftings")
    critique = models.ForeignKey(Critique, null=True, blank=True, on_delete=models.CASCADE, related_name="draftings")
    preference = models.ForeignKey(
        Preference, null=True, blank=True, on_delete=models.CASCADE, related_name="draftings"
    )
    edit = models.ForeignKey(Edit, null=True, blank=True, on_delete=models.CASCADE, related_name="draftings")
    span = models.ForeignKey(Span, null=True, blank=True, on_delete=models.CASCADE, related_name="draftings")
    group = models.ForeignKey(
        "feedback.Group", null=True, blank=True, on_delete=models.CASCADE, related_name="draftings"
    )
    rating = models.ForeignKey(Rating, null=True, blank=True, on_delete=models.CASCADE, related_name="draftings")
    ranking = models.ForeignKey(Ranking, null=True, blank=True, on_delete=models.CASCADE, related_name="draftings")
    turned = models.BooleanField(
        default=False, help_text="From a preference: why the rejected one could be preferred, instead of the chosen"
    )
    principle = models.ForeignKey(Principle, null=True, blank=True, on_delete=models.SET_NULL, related_name="draftings")
    asked_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=exactly_one_source(), name="drafting_one_source"),
            models.UniqueConstraint(
                fields=["critique"], condition=Q(state__in=["waiting", "leased"]), name="drafting_critique_one_open"
            ),
            models.UniqueConstraint(
                fields=["preference", "turned"],
                condition=Q(state__in=["waiting", "leased"]),
                name="drafting_preference_one_open",
            ),
            models.UniqueConstraint(
                fields=["span"], condition=Q(state__in=["waiting", "leased"]), name="drafting_span_one_open"
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(state__in=["waiting", "leased"]), name="drafting_group_one_open"
            ),
            models.UniqueConstraint(
                fields=["edit"], condition=Q(state__in=["waiting", "leased"]), name="drafting_edit_one_open"
            ),
            models.UniqueConstraint(
                fields=["rating"], condition=Q(state__in=["waiting", "leased"]), name="drafting_rating_one_open"
            ),
            models.UniqueConstraint(
                fields=["ranking"], condition=Q(state__in=["waiting", "leased"]), name="drafting_ranking_one_open"
            ),
        ]
        indexes = [models.Index(fields=["state", "leased_until"])]

    def __str__(self) -> str:
        return f"drafting {self.pk}"

    @property
    def source(self) -> Any:
        """What to draft from: feedback, or a group of comments."""
        row = next((found for name in SOURCES if (found := getattr(self, name)) is not None), None)
        assert row is not None  # held by the constraint
        return row


class Constitution(models.Model):
    """A numbered, ordered, unchangeable list of principle versions. The highest number is the one in force."""

    project = models.ForeignKey("feedback.Project", on_delete=models.CASCADE, related_name="constitutions")
    number = models.PositiveIntegerField()
    change = models.CharField(max_length=300, help_text="What changed against the one before")
    reason = models.TextField(blank=True)
    in_spite_of = models.JSONField(
        default=list,
        help_text="What spoke against the change when it was made, as codes; `reason` says why it was made",
    )
    made_by = models.ForeignKey("feedback.User", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["project", "number"], name="constitution_number_once")]

    def __str__(self) -> str:
        return f"constitution v{self.number}"


class Article(models.Model):
    """The place of one principle version in a constitution."""

    constitution = models.ForeignKey(Constitution, on_delete=models.CASCADE, related_name="articles")
    position = models.PositiveIntegerField()
    version = models.ForeignKey(PrincipleVersion, on_delete=models.PROTECT, related_name="articles")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["constitution", "position"], name="article_position_once"),
            models.UniqueConstraint(fields=["constitution", "version"], name="article_version_once"),
        ]

    def __str__(self) -> str:
        return f"article {self.position}"
