"""What models found in trials, in people's hands: worded anew, merged, rejected; the next stage; changes carried out.

Rows of a stage can be worked on as long as nothing rests on them. A change is carried out by the verb a person would
use for it (see `carrying_out`). It does not know how anything was found (see `trials`).
Papers: ACE (Zhang et al., 2025); SkillForge (2025).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from feedback.errors import Refused
from feedback.live import announce
from feedback.models import Critique, Evidence, Finding, JobState, Principle, Project, Response, Trial, User
from feedback.principles.carrying_out import carried_out
from feedback.principles.constitutions import lock_project
from feedback.principles.trials.opening import OPEN, may_test, tell

Stage, State = Finding.Stage, Finding.State
STAGES = {
    Trial.Kind.FAILURES: (Stage.FAILURE, Stage.DIAGNOSIS, Stage.CHANGE),
    Trial.Kind.REFLECT: (Stage.CHANGE,),
    Trial.Kind.KNOWLEDGE: (Stage.CHANGE,),
}
LATER = "The next stage rests on these already, so they stay as they are. Begin a new test to go about it another way."
BUSY = "This test is being worked on. Wait until it is done."


@dataclass(frozen=True, kw_only=True)
class Found:
    """One finding to be written down, with what it points at."""

    words: str
    fields: dict[str, Any] = field(default_factory=dict)
    responses: Sequence[Response | int] = ()
    critiques: Sequence[Critique | int] = ()
    rests_on: Sequence[Finding | int] = ()


@transaction.atomic
def write_findings(trial: Trial, stage: str, found: Iterable[Found]) -> list[Finding]:
    """Write the rows of a stage, all at once; a stage that has rows keeps them."""
    Trial.objects.select_for_update(of=("self",)).get(pk=trial.pk)
    there = list(trial.findings.filter(stage=stage))
    if there:
        return there
    highest = trial.findings.aggregate(highest=Max("number"))["highest"] or 0
    rows = []
    for number, one in enumerate(found, start=highest + 1):
        row = Finding.objects.create(trial=trial, number=number, stage=stage, words=one.words, **one.fields)
        row.responses.set(one.responses)
        row.critiques.set(one.critiques)
        row.rests_on.set(one.rests_on)
        rows.append(row)
    return rows


@transaction.atomic
def word_anew(finding: Finding, *, by: User, words: str, domain: str = "", effect: str = "") -> Finding:
    """Say it in other words; what the model said is kept beside them. Raises `Refused` for none, or too late."""
    row = locked(finding, by)
    words, domain, effect = words.strip(), domain.strip(), effect.strip()
    needs = row.stage == Stage.CHANGE and row.operation in {Finding.Operation.ADD, Finding.Operation.REWORD}
    if not words or (needs and not effect):
        raise Refused("Say it in at least one sentence, or reject it.")
    if (words, domain, effect) == (row.words, row.domain, row.effect):
        return row
    row.worded = row.worded or in_full(row)
    row.words, row.domain, row.effect, row.edited_by = words, domain, effect, by
    row.save(update_fields=["words", "domain", "effect", "worded", "edited_by"])
    return told(row)


@transaction.atomic
def merge_finding(finding: Finding, *, into: Finding, by: User) -> Finding:
    """Put a row into another of its stage, with all it rests on. Returns the one that stays."""
    row, stays = locked(finding, by), locked(into, by)
    if row.pk == stays.pk or (row.trial_id, row.stage) != (stays.trial_id, stays.stage):
        raise Refused("A row is merged into another one of the same stage. Name that one.")
    stays.responses.add(*row.responses.all())
    stays.critiques.add(*row.critiques.all())
    stays.rests_on.add(*row.rests_on.all())
    decided(row, by=by, state=State.MERGED, merged_into=stays)
    return told(stays)


@transaction.atomic
def reject_finding(finding: Finding, *, by: User, reason: str = "") -> Finding:
    """Leave a row out of what follows. Twice changes nothing."""
    return decided(
        locked(finding, by, of=(State.OPEN, State.REJECTED)), by=by, state=State.REJECTED, reason=reason[:300]
    )


@transaction.atomic
def take_back_finding(finding: Finding, *, by: User) -> Finding:
    """Take a row that was rejected or merged back in; one it was merged into keeps what it got."""
    return decided(locked(finding, by, of=(State.OPEN, State.REJECTED, State.MERGED)), by=None, state=State.OPEN)


@transaction.atomic
def approve_finding(finding: Finding, *, by: User) -> Finding:
    """Carry a change out. Approved already: nothing changes. Raises `Refused` with the sentence of whatever stands in
    its way, and the row stays open."""
    project = lock_project(finding.trial.project)
    row = locked(finding, by, of=(State.OPEN, State.APPROVED))
    if row.state == State.APPROVED:
        return row
    if row.stage != Stage.CHANGE:
        raise Refused("Only a change can be carried out. Go on to the next stage with what you keep.")
    principle, outcome = carried_out(project, row, by=by)
    stand_behind(principle, row)
    return decided(row, by=by, state=State.APPROVED, outcome=outcome[:200], principle=principle)


def stand_behind(principle: Principle, row: Finding) -> None:
    """The comments a change rests on stand behind the principle it made or changed."""
    kind = Evidence.Kind.DERIVED if row.operation == Finding.Operation.ADD else Evidence.Kind.SUPPORTS
    if row.operation == Finding.Operation.RETIRE:
        kind = Evidence.Kind.CONTRADICTS
    there = set(principle.evidence.filter(critique__isnull=False).values_list("critique", flat=True))
    new = [one for one in row.critiques.values_list("pk", flat=True) if one not in there]
    Evidence.objects.bulk_create(Evidence(principle=principle, critique_id=one, kind=kind) for one in new)


@transaction.atomic
def next_stage(trial: Trial, *, by: User) -> Trial:
    """Let the next stage begin with the rows that were kept. Under way already: nothing changes."""
    may_test(trial.project, by)
    row = Trial.objects.select_for_update(of=("self",)).select_related("project").get(pk=trial.pk)
    if row.state in OPEN:
        return row
    stages = stages_of(row)
    begun = stage_of(row)
    if row.state != JobState.DONE or begun is None or begun == stages[-1]:
        raise Refused("There is no further stage to begin here.")
    if not row.findings.filter(stage=begun, state=State.OPEN).exists():
        raise Refused("Every row of this stage was rejected, so there is nothing to go on with. Take one back first.")
    row.parameters = {**row.parameters, "stage": str(stages[stages.index(begun) + 1])}
    row.state, row.attempts, row.error, row.finished_at = JobState.WAITING, 0, "", None
    row.save(update_fields=["parameters", "state", "attempts", "error", "finished_at"])
    tell(row)
    return row


def stages_of(trial: Trial) -> tuple[str, ...]:
    """The stages of a trial's kind; none where it finds nothing of the sort."""
    return STAGES.get(Trial.Kind(trial.kind), ())


def stage_of(trial: Trial) -> str | None:
    """The last stage that has begun."""
    stages = stages_of(trial)
    return trial.parameters.get("stage", stages[0]) if stages else None


def in_full(row: Finding) -> str:
    """All that a row says, as one text."""
    rule = f"{row.domain}: {row.effect}" if row.domain else row.effect
    return f"{row.words}\n{rule}".strip()


def locked(finding: Finding, by: User, *, of: tuple[str, ...] = (State.OPEN,)) -> Finding:
    """The row, locked, in one of these states, of a stage nothing rests on yet. Raises `Refused` and `NotAllowed`."""
    row = (
        Finding.objects.select_for_update(of=("self",))
        .select_related("trial__project", "principle", "into")
        .get(pk=finding.pk)
    )
    may_test(row.trial.project, by)
    if row.trial.state in OPEN:
        raise Refused(BUSY)
    if row.stage != stage_of(row.trial):
        raise Refused(LATER)
    if row.state not in of:
        raise Refused(f"This row is {row.get_state_display().lower()} already.")
    return row


def decided(row: Finding, *, by: User | None, state: str, **fields: Any) -> Finding:
    """Write down what became of a row."""
    row.state, row.decided_by, row.decided_at = state, by, timezone.now() if by else None
    for name, value in ({"merged_into": None, "reason": ""} | fields).items():
        setattr(row, name, value)
    row.save()
    return told(row)


def told(row: Finding) -> Finding:
    """Say that a row changed."""
    announce(row.trial.project_id, f"finding-{row.pk}")
    return row


def counts_of(project: Project) -> int:
    """How many changes wait for a decision."""
    rows = Finding.objects.filter(trial__project=project, stage=Stage.CHANGE, state=State.OPEN)
    return rows.exclude(trial__state__in=OPEN).count()
