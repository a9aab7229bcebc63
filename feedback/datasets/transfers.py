"""Jobs that bring data in, freeze, write or push it: asked for, paused, let go on, cancelled, and worked on.

A transfer is a row that waits; whoever asked rings for it (`tasks.ring_transfer`). What each kind does stands in a
module of its own (`WORKERS`), which keeps its place through its `Hold`: killed anywhere, it goes on from there. It does
not know who rings, or when.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Protocol, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.utils import timezone

from feedback.datasets.holding import Gone, Hold, keeping
from feedback.errors import NotAllowed, Passing, PreceptError, Refused
from feedback.live import announce
from feedback.models import JobState, Member, Project, Role, Transfer, User
from feedback.projects.job_claims import Claims

Kind = Transfer.Kind
WORKERS: dict[str, str] = {
    Kind.IMPORT: "feedback.datasets.bringing",
    Kind.FREEZE: "feedback.datasets.snapshots",
    Kind.EXPORT: "feedback.datasets.writing_out",
    Kind.PUSH: "feedback.datasets.pushing",
}
STRETCH = 60.0
TRIES = 5
OPEN = (JobState.WAITING, JobState.LEASED)
NOT_UNTIL_ASKED = datetime(9000, 1, 1, tzinfo=UTC)  # a paused transfer is due then
BROKEN = "Something broke in Precept itself; its log says what."
LOST = "The worker that did it was lost again and again. Let it go on to try once more."
log = logging.getLogger(__name__)


class Worker(Protocol):
    """The functions of a kind's module."""

    def work(self, transfer: Transfer, hold: Hold, /) -> bool:
        """Do what can be done until `hold.stopped`, each finished piece kept at once; whether more waits.

        Called again it goes on from its place. False ends the transfer as done, unless `hold.conclude` did already.
        """
        ...

    def let_go(self, transfer: Transfer, /) -> None:
        """Take away what a transfer that was cancelled or failed for good has left behind; twice is no harm."""
        ...


def worker_of(transfer: Transfer) -> Worker:
    """The module of a transfer's kind."""
    return cast(Worker, import_module(WORKERS[transfer.kind]))


@transaction.atomic
def open_transfer(project: Project, *, kind: str, by: User | None, role: str = Role.CURATOR, **values: Any) -> Transfer:
    """Ask for a transfer; whoever calls rings for it. Nobody is the command line, which may."""
    may_transfer(project, by, role)
    transfer = Transfer.objects.create(project=project, kind=kind, asked_by=by, **values)
    tell(transfer)
    return transfer


def may_transfer(project: Project, by: User | None, role: str = Role.CURATOR) -> None:
    """Raise `NotAllowed` unless this person may move data."""
    member = Member.objects.filter(project=project, user=by).first() if by else None
    if by is not None and (member is None or not member.may(role)):
        raise NotAllowed("Only curators and owners of this project move data in and out.")


def pause_transfer(transfer: Transfer, *, by: User | None) -> None:
    """Let it stop where it is, as soon as its worker looks up. Paused again changes nothing."""
    may_transfer(transfer.project, by)
    if not rows_of(transfer).filter(state__in=OPEN).update(paused=True, not_before=put_off(True)):
        raise Refused("This is over, so it cannot be paused.")
    tell(transfer)


def go_on_with(transfer: Transfer, *, by: User | None) -> None:
    """Let a paused transfer go on, or a failed one try again from its place. Whoever calls rings for it."""
    may_transfer(transfer.project, by)
    again = rows_of(transfer).filter(state__in=[*OPEN, JobState.FAILED], cancel_asked=False)
    going: dict[str, Any] = {"paused": False, "not_before": None, "error": "", "finished_at": None}
    state = Case(When(state=JobState.FAILED, then=Value(JobState.WAITING)), default=F("state"))
    if not again.update(**going, state=state, attempts=0):
        raise Refused("This is over, so it cannot go on.")
    tell(transfer)


def cancel_transfer(transfer: Transfer, *, by: User | None) -> None:
    """End it; nothing of it stays. A worker in the middle of it stops at once. Cancelled again changes nothing."""
    may_transfer(transfer.project, by)
    if not rows_of(transfer).filter(state__in=[*OPEN, JobState.FAILED]).update(cancel_asked=True, paused=False):
        raise Refused("This is over, so it cannot be cancelled.")
    end_cancelled(transfer)
    tell(transfer)


def end_cancelled(transfer: Transfer) -> None:
    """Close a transfer whose end was asked for, unless a worker is at it: then that one does."""
    rows = rows_of(transfer).filter(cancel_asked=True, state__in=[JobState.WAITING, JobState.FAILED])
    if rows.update(state=JobState.CANCELLED, stage="", not_before=None, finished_at=timezone.now()):
        worker_of(transfer).let_go(transfer)


def work_transfer(transfer_id: int, *, seconds: float = STRETCH) -> bool:
    """Do a stretch of a transfer, if it waits; whether it is to be rung for again. Twice at once: as once."""
    lease = claims.take(transfer_id)
    if not lease:
        return False
    transfer = Transfer.objects.select_related("project", "asked_by", "imported", "snapshot").get(pk=transfer_id)
    hold = Hold(transfer, claims.held(transfer, lease), seconds)
    try:
        if transfer.paused or transfer.cancel_asked:
            return again(hold)
        with keeping(hold, lease_time()):
            more = worker_of(transfer).work(transfer, hold)
        return again(hold) if more else conclude(hold)
    except Gone:
        return again(hold)
    except PreceptError as trouble:
        claims.put_back(transfer, lease, trouble)
    except Exception:
        if hold.cancelled:  # the query in hand was broken off on purpose
            return again(hold)
        log.exception("transfer %s broke", transfer_id)
        claims.put_back(transfer, lease, Passing(BROKEN))
    return False


def again(hold: Hold) -> bool:
    """Put it back after a stretch, or close it when its end was asked for; whether to ring for it at once."""
    released: dict[str, Any] = {"state": JobState.WAITING, "lease": "", "leased_until": None, "attempts": 0}
    got = hold.rows.update(**released, error="", not_before=put_off())
    end_cancelled(hold.transfer)
    tell(hold.transfer)
    return bool(got) and rows_of(hold.transfer).filter(state=JobState.WAITING, paused=False).exists()


def conclude(hold: Hold) -> bool:
    """End it as done, unless its own last transaction has. False: there is nothing more to ring for."""
    hold.rows.update(state=JobState.DONE, lease="", leased_until=None, finished_at=timezone.now(), stage="")
    tell(hold.transfer)
    return False


def sweep_transfers() -> list[int]:
    """Take back transfers whose worker was lost; the ids of all that are due, to ring for."""
    return claims.sweep()


def put_off(paused: bool | None = None) -> Any:
    """Until when a paused transfer waits."""
    if paused:
        return Value(NOT_UNTIL_ASKED)
    return Case(When(paused=True, then=Value(NOT_UNTIL_ASKED)), default=None)


def rows_of(transfer: Transfer) -> QuerySet[Transfer]:
    """The row itself, to be changed by a condition."""
    return Transfer.objects.filter(pk=transfer.pk)


def tell(transfer: Transfer) -> None:
    """Whoever looks on sees it."""
    announce(transfer.project_id, "transfers")


def lease_time() -> timedelta:
    """How long a claim lasts without being renewed."""
    return timedelta(seconds=settings.LEASE_SECONDS)


claims = Claims(kind=Transfer, tell=tell, lost=LOST, tries=TRIES, lasts=lease_time, again="Let it go on")
