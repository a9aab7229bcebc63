"""Making projects, and giving the ownerless ones (the demo) an owner. Knows nothing of what is judged in them."""

from __future__ import annotations

import re

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from feedback.errors import Refused
from feedback.models import Budget, Member, Project, Role, User

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def create_project(
    *, by: User | None, name: str, slug: str | None = None, description: str = "", guidelines: str = ""
) -> Project:
    """Make a project with a budget of its own; `by` becomes its owner.

    Without a slug one is made from the name. Raises `Refused` for an empty name and for a slug that is taken or cannot
    stand in an address.
    """
    name = name.strip()
    if not name:
        raise Refused("The project has no name. Give it one.")
    if len(name) > 120:
        raise Refused(f"The name has {len(name)} characters; 120 is the most. Shorten it.")
    wanted = free_slug(name) if slug is None else checked_slug(slug)
    try:
        with transaction.atomic():
            project = Project.objects.create(
                slug=wanted, name=name, description=description, guidelines=guidelines, budget=Budget.objects.create()
            )
            if by is not None:
                Member.objects.create(project=project, user=by, role=Role.OWNER)
    except IntegrityError as trouble:
        raise Refused(f"There is already a project at {wanted!r}. Choose another address.") from trouble
    return project


def adopt_ownerless(user: User) -> list[Project]:
    """Make this person an owner of every project that has none; returns those projects."""
    with transaction.atomic():
        ownerless = list(Project.objects.exclude(members__role=Role.OWNER))
        for project in ownerless:
            Member.objects.update_or_create(project=project, user=user, defaults={"role": Role.OWNER})
    return ownerless


def checked_slug(slug: str) -> str:
    """The slug, if it can stand in an address."""
    if not SLUG.fullmatch(slug):
        raise Refused(
            f"{slug!r} cannot stand in an address. Use small letters, digits, - and _, at most 60, with a letter or "
            "digit first."
        )
    return slug


def free_slug(name: str) -> str:
    """A slug made from the name, with a number behind it when it is taken."""
    stem = slugify(name)[:52].strip("-_") or "project"
    taken = set(Project.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    if stem not in taken:
        return stem
    return next(slug for number in range(2, len(taken) + 3) if (slug := f"{stem}-{number}") not in taken)
