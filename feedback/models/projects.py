"""Projects, the people in them and how they come in. Knows nothing of what is judged."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Makes users by e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Make a user with a usable password, or without one when `password` is None."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        """Find a user by e-mail address, whatever its case."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person with a password. `is_superuser` marks an owner of the whole instance."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    objects = UserManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_any_case")]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def initials(self) -> str:
        """One or two letters that stand for the person beside their words."""
        words = [word for word in str(self).split() if word]
        return "".join(word[0].upper() for word in words[:2]) or "?"


class ProjectQuerySet(models.QuerySet["Project"]):
    """Which projects."""

    def of(self, user: User) -> ProjectQuerySet:
        """The projects a person belongs to."""
        return self.filter(members__user=user)


class Project(models.Model):
    """One task with its people, guidelines, constitution and budget."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    guidelines = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    budget = models.OneToOneField("feedback.Budget", on_delete=models.PROTECT, related_name="project")
    quorum = models.PositiveSmallIntegerField(
        default=1, help_text="How many must vote on a motion; 1: a curator's word is enough"
    )
    majority = models.FloatField(default=0.5, help_text="The share that must agree, above this")
    retrieves = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="At most so many fitting principles enter a prompt; empty: all of them"
    )
    switches_off = models.BooleanField(
        default=True, help_text="Whether a principle whose own record is bad leaves the prompts by itself"
    )
    remembers = models.PositiveSmallIntegerField(
        default=0, help_text="At most so many fitting entries of the memory enter a prompt; 0: none"
    )
    reflects = models.BooleanField(default=False, help_text="Whether items people finished are reflected on unasked")
    probes_needed = models.BooleanField(
        default=False, help_text="Whether a change to the constitution is probed before it is made, or says why not"
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member may do; each role may do what the ones below it may."""

    OWNER = "owner", _("Owner")
    CURATOR = "curator", _("Curator")
    REVIEWER = "reviewer", _("Reviewer")
    VIEWER = "viewer", _("Viewer")


class Member(models.Model):
    """A person in a project."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)
    shadow = models.BooleanField(
        default=False, help_text="Whether a stand-in built from this person's feedback may add simulated feedback"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "user"], name="member_once_per_project"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.role})"

    def may(self, role: str) -> bool:
        """Whether this member's role covers `role`."""
        order = Role.values
        return order.index(self.role) <= order.index(role)


class Invitation(models.Model):
    """A one-time link into a project, or (without a project) to be the first owner or to set a new password.

    Only the SHA-256 of the link's token is kept.
    """

    class Purpose(models.TextChoices):
        FIRST_OWNER = "first-owner", _("First owner")
        JOIN = "join", _("Join a project")
        RESET = "reset", _("Set a new password")

    purpose = models.CharField(max_length=12, choices=Purpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    project = models.ForeignKey(Project, null=True, blank=True, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=10, choices=Role.choices, blank=True)
    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    note = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    used_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="invitation_fits_its_purpose",
                condition=models.Q(purpose="join", project__isnull=False, user__isnull=True)
                | models.Q(purpose="first-owner", project__isnull=True, user__isnull=True)
                | models.Q(purpose="reset", project__isnull=True, user__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} link"
