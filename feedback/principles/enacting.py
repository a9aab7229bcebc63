"""Making a change that was weighed: at once where a curator's word is enough, by a motion where the team decides; and
having it tested first. It does not know what speaks for or against it (see `readiness`, `gate`)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Constitution, Motion, Principle, PrincipleVersion, Trial, User
from feedback.principles import constitutions, motions
from feedback.principles.amendments import ADOPT, RESTORE, RETIRE, REWORD, Amendment
from feedback.principles.constitutions import add_version, lock_project, newest_version, same_words
from feedback.principles.restoring import restore
from feedback.principles.trials.opening import OPEN, open_trial

NEWER = "There is a newer wording. What would be put into force is not what was weighed; look at that one."
TESTS = (Trial.Kind.PROBES, Trial.Kind.SCOPE, Trial.Kind.CONTRADICTIONS, Trial.Kind.RECONSTRUCTION)


@transaction.atomic
def word(principle: Principle, *, by: User, domain: str, effect: str, reason: str = "") -> PrincipleVersion:
    """The next wording, kept beside what is in force until it is put there. The same words again change nothing."""
    project = lock_project(principle.project)
    newest = newest_version(principle)
    if same_words(newest, domain, effect, newest.counter_examples):
        return newest
    version = add_version(principle, by=by, domain=domain, effect=effect, counter_examples=newest.counter_examples)
    announce(project, "principles")
    return version


def enact(change: Amendment, *, by: User, reason: str) -> Constitution | Motion:
    """The constitution that has the change, or the motion that asks for it. Raises `Refused` as their verbs do."""
    if change.version is not None and newest_version(change.version.principle).pk != change.version.pk:
        raise Refused(NEWER)
    return ask(change, by=by, reason=reason) if change.project.quorum > 1 else put(change, by=by, reason=reason)


def put(change: Amendment, *, by: User, reason: str) -> Constitution:
    """The change, at once."""
    if change.kind == RESTORE and change.restores is not None:
        return restore(change.restores, by=by, reason=reason)
    if change.kind == RETIRE and change.principle is not None:
        return constitutions.retire(change.principle, by=by, reason=reason)
    if change.kind in {ADOPT, REWORD} and change.principle is not None:
        return constitutions.adopt(change.principle, by=by, reason=reason)
    raise Refused("It is in force in these very words already. There is nothing to change.")


def ask(change: Amendment, *, by: User, reason: str) -> Motion:
    """A motion for the change."""
    if change.kind == RESTORE and change.restores is not None:
        return motions.propose_to_restore(change.restores, by=by, reason=reason)
    if change.kind == RETIRE and change.principle is not None:
        return motions.propose_to_retire(change.principle, by=by, reason=reason)
    if change.kind in {ADOPT, REWORD} and change.principle is not None:
        return motions.propose(change.principle, by=by, reason=reason)
    raise Refused("It is in force in these very words already. There is nothing to put to the vote.")


def have_tested(change: Amendment, *, kinds: Iterable[str], by: User) -> list[Trial]:
    """The tests of these kinds, opened; one that is under way is not opened again. Whoever calls rings for them.

    One that cannot be made is left out. Raises `Refused`, saying why, when none could be opened or is under way.
    """
    opened: list[Trial] = []
    refused: list[str] = []
    wanted = set(kinds)
    for kind in TESTS:
        about = about_of(change, kind)
        if kind not in wanted or about is None:
            continue
        if (there := under_way(change, kind, about)) is not None:
            opened.append(there)
            continue
        try:
            opened.append(open_trial(change.project, kind=kind, by=by, **about))
        except Refused as refusal:
            refused.append(str(refusal))
    if not opened:
        raise Refused(" ".join(refused) or "Say which test is to be made.")
    return opened


def about_of(change: Amendment, kind: str) -> dict[str, Any] | None:
    """What a test of this kind is opened with; None where it tells nothing about the change."""
    if kind == Trial.Kind.PROBES:
        restores = {"parameters": {"restores": change.restores.number}} if change.restores else {}
        return {"principle": change.principle, "version": change.version, **restores}
    if change.version is None:
        return None
    return {"principle": change.principle} if kind == Trial.Kind.CONTRADICTIONS else {"version": change.version}


def under_way(change: Amendment, kind: str, about: dict[str, Any]) -> Trial | None:
    """The test of this kind that waits or is worked on already."""
    rows = Trial.objects.filter(project=change.project, kind=kind, state__in=OPEN).order_by("-number")
    if kind == Trial.Kind.PROBES:
        before, after = change.names
        return rows.filter(result__before=before, result__after=after).first()
    return rows.filter(**about).first()
