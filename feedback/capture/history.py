"""The one home of recording feedback: who may, once per key, replace, withdraw. Each kind has its verb in a sibling.

Nothing is overwritten. The same rater and key give back the row that is there; a change is a new row that `replaces`
the old one; taking something back sets `withdrawn_at`.
"""

from __future__ import annotations

from typing import Any, TypedDict, TypeVar

from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Example, Import, Member, Project, Rater, Response, Role, Submission, User
from feedback.models.feedback import Feedback
from feedback.projects.raters import rater_of

Kind = TypeVar("Kind", bound=Feedback)


class How(TypedDict, total=False):
    """What every kind of feedback is recorded with; all but `key` and one of `by` and `rater` may be left out.

    `by` is a person (a member who may review); `rater` stands in for imported, simulated and model raters. `shown` is
    what was seen and in which order, `protocol` the way of asking, `replaces` the same rater's row this one supersedes.
    """

    key: str
    by: User | None
    rater: Rater | None
    protocol: str
    seconds: float | None
    shown: dict[str, Any] | None
    form_version: int
    submission: Submission | None
    objective: str
    use: str
    imported_in: Import | None
    replaces: Any


def record(kind: type[Kind], about: Response | Example, how: How, /, **fields: Any) -> Kind:
    """Store one row of feedback on a response or an example, or give back the one with the same rater and key.

    Raises `NotAllowed` when the person may not review here, `Refused` when `replaces` does not stand any more or is
    somebody else's.
    """
    example = about.example if isinstance(about, Response) else about
    project = example.project
    with transaction.atomic():
        rater = who_says(project, how)
        key = checked_key(how)
        there = kind._default_manager.filter(rater=rater, key=key).first()
        if there is not None:
            return there
        replaced = checked_replaced(kind, rater, how.get("replaces"))
        try:
            with transaction.atomic():
                row = kind._default_manager.create(
                    project=project, rater=rater, key=key, replaces=replaced, **circumstances(how), **fields
                )
        except IntegrityError as trouble:
            return the_other(kind, rater, key, trouble)
        announce(project, "feedback", f"example-{example.number}")
    return row


def withdraw(row: Kind, *, by: User) -> Kind:
    """Take back one's own feedback. It stays on record; a second time changes nothing."""
    with transaction.atomic():
        row = (
            type(row)._default_manager.select_for_update(of=("self",)).select_related("rater", "project").get(pk=row.pk)
        )
        may_review(row.project, by)
        if row.rater.user_id != by.pk:
            raise NotAllowed("Only the person who gave this feedback can take it back.")
        if row.withdrawn_at is None:
            row.withdrawn_at = timezone.now()
            type(row)._default_manager.filter(pk=row.pk).update(withdrawn_at=row.withdrawn_at)
            announce(row.project, "feedback", f"example-{example_number(row)}")
    return row


def who_says(project: Project, how: How) -> Rater:
    """The rater of this row: the person's own, or the one given, who must belong to the project."""
    rater, by, submission = how.get("rater"), how.get("by"), how.get("submission")
    if rater is None and submission is not None and by is not None and submission.rater.user_id == by.pk:
        rater = submission.rater  # who sends was looked at when the submission was opened
    if rater is None:
        if by is None:
            raise TypeError("feedback needs by= or rater=")
        may_review(project, by)
        return rater_of(by, project)
    if rater.project_id != project.pk:
        raise Refused("This rater belongs to another project.")
    return rater


def may_review(project: Project, user: User) -> None:
    """Raise `NotAllowed` unless the person is a member who may give feedback."""
    member = Member.objects.filter(project=project, user=user).first()
    if member is None or not member.may(Role.REVIEWER):
        raise NotAllowed("Only reviewers, curators and owners of this project give feedback in it.")


def checked_key(how: How) -> str:
    """The idempotency key, which every submission must carry."""
    key = how.get("key") or ""
    if not 1 <= len(key) <= 80:
        raise Refused("The submission carries no usable key. Load the page again and send it once more.")
    return key


def checked_replaced(kind: type[Kind], rater: Rater, old: Any) -> Kind | None:
    """The row to be replaced, locked: of the same kind and rater, still standing."""
    if old is None:
        return None
    row = kind._default_manager.select_for_update(of=("self",)).filter(pk=old.pk, rater=rater).first()
    if row is None:
        raise NotAllowed("Only the person who gave this feedback can change it.")
    if row.withdrawn_at is not None:
        raise Refused("This feedback was taken back. Give it anew instead of changing it.")
    if kind._default_manager.filter(replaces=row).exists():
        raise Refused("This feedback was already changed, perhaps in another window. Load the page again to see it.")
    return row


def circumstances(how: How) -> dict[str, Any]:
    """The columns all kinds share, as far as given."""
    seconds = how.get("seconds")
    return {
        "protocol": how.get("protocol") or "single",
        "seconds": seconds if seconds is None or 0 <= seconds < 1e6 else None,
        "shown": how.get("shown") or {},
        "form_version": how.get("form_version", 1),
        "submission": how.get("submission"),
        "objective": how.get("objective", ""),
        "use": how.get("use", "any"),
        "imported_in": how.get("imported_in"),
    }


def the_other(kind: type[Kind], rater: Rater, key: str, trouble: IntegrityError) -> Kind:
    """The row that a simultaneous submission with the same key stored; anything else is not ours to hide."""
    there = kind._default_manager.filter(rater=rater, key=key).first()
    if there is None:
        raise trouble
    return there


def example_number(row: Any) -> int:
    """The number of the example a row of feedback is about."""
    for path in ("response", "response_a", "example", "about"):
        found = getattr(row, path, None)
        if found is not None:
            return int((found if isinstance(found, Example) else found.example).number)
    raise TypeError(f"{type(row).__name__} is about nothing known")


def said(text: str, *, what: str, may_be_empty: bool = False) -> str:
    """The words as typed, without outer white space and fit to be stored."""
    text = text.replace("\r\n", "\n").strip()
    if not text and not may_be_empty:
        raise Refused(f"The {what} is empty. Write something, or leave it out.")
    return storable(text, what=what)


def storable(text: str, *, what: str) -> str:
    """The text, if PostgreSQL and UTF-8 can hold it."""
    if "\x00" in text:
        raise Refused(f"The {what} holds a NUL character, which cannot be stored. Remove it.")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as trouble:
        raise Refused(f"The {what} holds half a character (a lone surrogate). Remove it.") from trouble
    return text
