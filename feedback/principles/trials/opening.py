"""Asking for a trial, ending it early, letting it go on, and how far it is.

A trial is a row that waits; whoever asked rings for it (`tasks.ring_trial`). What each kind does is in `kinds`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import (
    Constitution,
    JobState,
    Member,
    ModelCall,
    Principle,
    PrincipleVersion,
    Project,
    Role,
    Trial,
    User,
)
from feedback.principles.constitutions import lock_project
from feedback.principles.trials.asking import AT_ONCE, MOST_AT_ONCE
from feedback.principles.trials.register import kind_of
from feedback.projects.budget import model_name

OPEN = (JobState.WAITING, JobState.LEASED)


@transaction.atomic
def open_trial(
    project: Project,
    *,
    kind: str,
    by: User | None,
    constitution: Constitution | None = None,
    principle: Principle | None = None,
    version: PrincipleVersion | None = None,
    parameters: dict[str, Any] | None = None,
    seed: int = 0,
) -> Trial:
    """Ask for a trial; whoever calls rings for it. A version's principle need not be named beside it.

    Raises `NotAllowed` for whoever is below curator and `Refused` where the kind cannot be done.
    """
    may_test(project, by)
    given = {"at_once": AT_ONCE, **(parameters or {})}
    given["at_once"] = min(MOST_AT_ONCE, max(1, int(given["at_once"])))
    name, simulated = model_name()
    highest = Trial.objects.filter(project=lock_project(project)).aggregate(highest=Max("number"))["highest"] or 0
    trial = Trial.objects.create(
        project=project, number=highest + 1, kind=kind, constitution=constitution, version=version, parameters=given,
        principle=principle or (version.principle if version else None), seed=seed, model=name[:120],
        simulated=simulated, asked_by=by,
    )  # fmt: skip
    trial.expected = kind_of(trial).plan(trial)
    trial.save(update_fields=["parameters", "expected", "stage", "result"])
    announce(project, "trials")
    return trial


def may_test(project: Project, by: User | None) -> None:
    """Raise `NotAllowed` unless this person may have principles tested. Nobody is the command line, which may."""
    if by is None:
        return
    member = Member.objects.filter(project=project, user=by).first()
    if member is None or not member.may(Role.CURATOR):
        raise NotAllowed("Only a curator or higher has principles tested.")


@transaction.atomic
def cancel_trial(trial: Trial, *, by: User | None) -> Trial:
    """End a trial early; its cells are kept. Cancelled again changes nothing. Raises `Refused` once it is over."""
    may_test(trial.project, by)
    row = Trial.objects.select_for_update(of=("self",)).get(pk=trial.pk)
    if row.state == JobState.CANCELLED:
        return row
    if row.state not in OPEN:
        raise Refused(f"Test {row.number} is over already, so there is nothing to cancel.")
    return ended(row, JobState.CANCELLED, f"Cancelled by {by}." if by else "Cancelled.")


@transaction.atomic
def resume_trial(trial: Trial, *, by: User | None) -> Trial:
    """Let a trial that failed or was cancelled go on where it stood. Under way already: nothing changes.

    Raises `Refused` when it is done.
    """
    may_test(trial.project, by)
    row = Trial.objects.select_for_update(of=("self",)).get(pk=trial.pk)
    if row.state == JobState.DONE:
        raise Refused(f"Test {row.number} is done. Ask for a new one; it pays only for what is new.")
    if row.state not in OPEN:
        row.state, row.error, row.attempts, row.not_before, row.finished_at = JobState.WAITING, "", 0, None, None
        row.save(update_fields=["state", "error", "attempts", "not_before", "finished_at"])
        tell(row)
    return row


def ended(row: Trial, state: str, error: str = "") -> Trial:
    """Write the end of a locked trial."""
    row.state, row.error, row.lease, row.leased_until, row.finished_at = state, error, "", None, timezone.now()
    row.save(update_fields=["state", "error", "lease", "leased_until", "finished_at", "result", "stage"])
    tell(row)
    return row


def staged(trial: Trial, stage: str, *, expected: int | None = None, **result: Any) -> None:
    """Say what a trial does now, and keep what it has found so far beside it."""
    changed = stage != trial.stage or bool(result) or (expected is not None and expected != trial.expected)
    if not changed:
        return
    trial.stage, trial.expected = stage[:40], trial.expected if expected is None else expected
    trial.result = {**trial.result, **result}
    Trial.objects.filter(pk=trial.pk).update(stage=trial.stage, expected=trial.expected, result=trial.result)
    tell(trial)


def tell(trial: Trial) -> None:
    """Say that a trial has changed."""
    announce(trial.project_id, f"trial-{trial.number}", "trials")


@dataclass(frozen=True)
class Progress:
    """How far a trial is: calls answered, calls foreseen, and what they used."""

    done: int
    expected: int
    tokens: int
    stage: str

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(1.0, self.done / self.expected) if self.expected else 0.0


def progress(trial: Trial) -> Progress:
    """How far a trial is. One query."""
    rows = ModelCall.objects.filter(trial=trial, state=ModelCall.State.SETTLED)
    tokens = sum(sum(row) for row in rows.values_list("input_tokens", "output_tokens"))
    done = len(rows)
    return Progress(done, max(done, trial.expected), tokens, trial.stage)
