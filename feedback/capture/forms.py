"""The form in force: the project's newest `Form`, or the default. Changing it makes a new version."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max

from feedback.capture.definition import DEFAULT, Category, Definition
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Form, Member, Project, Role, User


def form_of(project: Project, number: int | None = None) -> tuple[int, Definition]:
    """Number and definition of the form in force, or of the version asked for. One query."""
    rows = Form.objects.filter(project=project).order_by("-number")
    row = rows.filter(number=number).first() if number else rows.first()
    return (row.number, Definition.model_validate(row.definition)) if row else (1, DEFAULT)


def change_form(
    project: Project,
    definition: Definition,
    *,
    by: User,
    change: str = "",
    approved_by: str = "",
    base: int | None = None,
) -> Form:
    """Make `definition` the form in force; the versions before stay. The same definition again changes nothing.

    `base` is the version it was made from: `Refused` when another one is in force by now.
    """
    member = Member.objects.filter(project=project, user=by).first()
    if member is None or not member.may(Role.CURATOR):
        raise NotAllowed("Only curators and owners of this project change its form.")
    return put_in_force(project, definition, by=by, change=change, approved_by=approved_by, base=base)


def learn_categories(project: Project, categories: Iterable[Category], *, by: User | None, change: str) -> int:
    """Add kinds of marks that an import brings to the form; returns the number of the form that has them all."""
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        number, form = form_of(project)
        new = [one for one in categories if form.category(one.name) is None]
        if not new:
            return number
        wider = form.model_copy(update={"categories": (*form.categories, *new)})
        return put_in_force(project, Definition.model_validate(wider.model_dump()), by=by, change=change).number


def put_in_force(
    project: Project,
    definition: Definition,
    *,
    by: User | None,
    change: str,
    approved_by: str = "",
    base: int | None = None,
) -> Form:
    """Store the next version, unless it is the last one again."""
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        last = Form.objects.filter(project=project).order_by("-number").first()
        content = definition.model_dump(mode="json")
        if last is not None and last.definition == content and last.approved_by == approved_by:
            return last
        in_force = last.number if last else 1
        if base is not None and base != in_force:
            raise Refused(
                f"Somebody made version {in_force} while you worked on version {base}. Look at what it changed, "
                "take it over where you agree, and save again."
            )
        highest = Form.objects.filter(project=project).aggregate(highest=Max("number"))["highest"] or 1
        row = Form.objects.create(
            project=project, number=highest + 1, definition=content, change=change, approved_by=approved_by, made_by=by
        )
        announce(project, "form")
    return row
