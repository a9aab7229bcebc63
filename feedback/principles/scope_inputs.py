"""The inputs a principle is tested on: added, moved to another scope, left out; and the situation it names, corrected.

Inputs belong to the principle, not to a wording: each new wording is tested on the same ones.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils import timezone

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Principle, PrincipleVersion, ScopeInput, Trial, User
from feedback.principles.constitutions import add_version, lock_project, newest_version, same_words
from feedback.principles.trials.opening import OPEN, may_test, open_trial

LONGEST = 4000
EMPTY = "A request to test on has some words. Write it as somebody would send it."
TWICE = "This request is there already."


@transaction.atomic
def add_input(principle: Principle, *, by: User, scope: str, text: str) -> ScopeInput:
    """A person's own request to test on. Raises `Refused` for an empty one and one that is there."""
    may_test(principle.project, by)
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise Refused(EMPTY if not text else f"A request has at most {LONGEST} characters.")
    try:
        with transaction.atomic():
            row = ScopeInput.objects.create(principle=principle, scope=known(scope), text=text, moved_by=by)
    except IntegrityError:
        raise Refused(TWICE) from None
    return told(row)


@transaction.atomic
def move_input(row: ScopeInput, *, by: User, scope: str) -> ScopeInput:
    """It belongs to another scope. Moved there again changes nothing."""
    may_test(row.principle.project, by)
    if row.scope != known(scope):
        row.scope, row.moved_by = scope, by
        row.save(update_fields=["scope", "moved_by"])
    return told(row)


@transaction.atomic
def leave_out(row: ScopeInput, *, by: User) -> ScopeInput:
    """Test on it no more; what came of it stays. Twice changes nothing."""
    may_test(row.principle.project, by)
    if row.left_out_at is None:
        row.left_out_at, row.moved_by = timezone.now(), by
        row.save(update_fields=["left_out_at", "moved_by"])
    return told(row)


@transaction.atomic
def take_back(row: ScopeInput, *, by: User) -> ScopeInput:
    """Test on it again. Twice changes nothing."""
    may_test(row.principle.project, by)
    if row.left_out_at is not None:
        row.left_out_at, row.moved_by = None, by
        row.save(update_fields=["left_out_at", "moved_by"])
    return told(row)


@transaction.atomic
def correct_domain(principle: Principle, *, by: User, domain: str, effect: str = "") -> PrincipleVersion:
    """A new wording that says better when it applies. One in force stays so in its old words until this is adopted.

    The same words again change nothing.
    """
    may_test(principle.project, by)
    project = lock_project(principle.project)
    newest = newest_version(principle)
    effect = effect.strip() or newest.effect
    if same_words(newest, domain, effect, newest.counter_examples):
        return newest
    version = add_version(principle, by=by, domain=domain, effect=effect, counter_examples=newest.counter_examples)
    announce(project, "principles")
    return version


@transaction.atomic
def try_scope(principle: Principle, *, by: User, more: bool = False) -> Trial:
    """Have the newest wording tested; the test under way where there is one. Whoever calls rings for it."""
    may_test(principle.project, by)
    lock_project(principle.project)
    under_way = Trial.objects.filter(principle=principle, kind=Trial.Kind.SCOPE, state__in=OPEN).first()
    version = newest_version(principle)
    if under_way is not None and under_way.version_id == version.pk:
        return under_way
    given = {"more": True} if more else {}
    trial = open_trial(principle.project, kind=Trial.Kind.SCOPE, by=by, version=version, parameters=given)
    announce(principle.project_id, f"scope-{principle.number}")
    return trial


def known(scope: str) -> str:
    """One of the three. Raises `Refused`."""
    if scope not in ScopeInput.Scope.values:
        raise Refused("A request is in scope, near scope or general.")
    return scope


def told(row: ScopeInput) -> ScopeInput:
    """Say that the principle's inputs have changed."""
    announce(row.principle.project_id, f"scope-{row.principle.number}")
    return row
