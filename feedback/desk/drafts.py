"""What somebody has typed and not sent: kept by the name of its form, filed when it was sent, brought back by an undo.

A draft is the form's fields as they were, `{name: [values]}`. It does not know what the fields mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from feedback.errors import Refused
from feedback.models import Draft, Project, Submission, User

Content = dict[str, list[str]]
LARGEST = 400_000  # characters
FILED_KEPT = 60  # per person and project: how far back an undo brings words back
LEFT_OUT = {"csrfmiddlewaretoken", "seal", "then", "skip", "draft", "spent", "way"}


class Kept(NamedTuple):
    """A draft as a page shows it."""

    content: Content
    at: datetime


def keep_draft(project: Project, *, by: User, name: str, content: Mapping[str, Any]) -> None:
    """Keep what is typed in the form of that name; nothing typed drops what was kept."""
    fields = checked(content)
    if not 1 <= len(name) <= 100:
        raise Refused("A draft needs the name of its form.")
    if not any(value.strip() for values in fields.values() for value in values):
        return drop_draft(project, by=by, name=name)
    Draft.objects.update_or_create(user=by, project=project, name=name, defaults={"content": fields})
    return None


def draft_of(project: Project, *, by: User, name: str) -> Kept | None:
    """What was kept of that form."""
    row = Draft.objects.filter(user=by, project=project, name=name).first()
    return Kept(row.content, row.updated_at) if row else None


def drop_draft(project: Project, *, by: User, name: str) -> None:
    """Forget it."""
    Draft.objects.filter(user=by, project=project, name=name).delete()


@transaction.atomic
def file_draft(submission: Submission, *, by: User, name: str, content: Mapping[str, Any]) -> None:
    """The form was sent: its draft goes, and what was sent is filed so that an undo can bring it back."""
    project = submission.project
    drop_draft(project, by=by, name=name)
    filed = f"sent-{submission.pk}"
    kept = {"name": name[:100], "fields": checked(content)}
    Draft.objects.update_or_create(user=by, project=project, name=filed, defaults={"content": kept})
    old = Draft.objects.filter(user=by, project=project, name__startswith="sent-").order_by("-updated_at", "-pk")
    Draft.objects.filter(pk__in=list(old.values_list("pk", flat=True)[FILED_KEPT:])).delete()


def bring_back(submission: Submission, *, by: User) -> None:
    """After an undo: what was sent is a draft again, unless something newer stands there."""
    row = Draft.objects.filter(user=by, project=submission.project, name=f"sent-{submission.pk}").first()
    if row is not None and draft_of(submission.project, by=by, name=row.content["name"]) is None:
        keep_draft(submission.project, by=by, name=row.content["name"], content=row.content["fields"])


def put_away(submission: Submission, *, by: User) -> None:
    """After a redo: the draft that the undo brought back goes again."""
    row = Draft.objects.filter(user=by, project=submission.project, name=f"sent-{submission.pk}").first()
    if row is not None:
        drop_draft(submission.project, by=by, name=row.content["name"])


def checked(content: Mapping[str, Any]) -> Content:
    """The fields that can be kept, as lists of words."""
    fields: Content = {}
    for name, values in content.items():
        if name in LEFT_OUT or not isinstance(name, str) or len(name) > 120:
            continue
        listed = values if isinstance(values, list | tuple) else [values]
        fields[name] = [str(value).replace("\x00", "") for value in listed]
    if sum(len(value) for values in fields.values() for value in values) > LARGEST:
        raise Refused("This is too long to be kept as a draft.")
    return fields
