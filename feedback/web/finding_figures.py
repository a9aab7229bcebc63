"""How a test that found something reads: its stages with their rows, and the playbook with its counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback.models import Finding, JobState, PrincipleVersion, Trial
from feedback.principles.findings import stage_of, stages_of
from feedback.principles.playbook import playbook_of

HEADS = {
    Finding.Stage.FAILURE: gettext_lazy("What failed"),
    Finding.Stage.DIAGNOSIS: gettext_lazy("Which rule is at fault"),
    Finding.Stage.CHANGE: gettext_lazy("What to change"),
}
MOST_CASES = 20
NEXT = {
    Finding.Stage.FAILURE: gettext_lazy("Find the faulty rules"),
    Finding.Stage.DIAGNOSIS: gettext_lazy("Have the rules rewritten"),
}


@dataclass(frozen=True, kw_only=True)
class Row:
    """A finding as its card shows it. `others` are the rows it could be merged into."""

    finding: Finding
    head: str
    before: PrincipleVersion | None
    into: PrincipleVersion | None
    may_change: bool
    others: Sequence[Finding] = ()
    cases: Sequence[Any] = ()


def figures_of(trial: Trial) -> dict[str, Any]:
    """All stages; those that have not begun are empty. A fixed number of queries."""
    rows = list(with_all(trial.findings.all()))
    now, resting = stage_of(trial), trial.state not in (JobState.WAITING, JobState.LEASED)
    stages = [stage(name, rows, now=name == now, resting=resting) for name in stages_of(trial)]
    begun = next((one for one in stages if one["now"]), None)
    goes_on = resting and trial.state == JobState.DONE and begun and begun["open"] and now in NEXT
    reflects = trial.kind == Trial.Kind.REFLECT
    return {
        "stages": stages, "next": NEXT[now] if goes_on else "",  # type: ignore[index]
        "book": playbook_of(trial.project) if reflects else None,
    }  # fmt: skip


def stage(name: str, rows: Sequence[Finding], *, now: bool, resting: bool) -> dict[str, Any]:
    """One stage with its rows."""
    here = [one for one in rows if one.stage == name]
    return {
        "name": name, "label": HEADS[Finding.Stage(name)], "now": now,
        "rows": [row_of(one, here, may_change=now and resting) for one in here],
        "open": sum(one.state == Finding.State.OPEN for one in here),
    }  # fmt: skip


def one_row(finding: Finding) -> Row:
    """A row by itself, with those of its stage beside it."""
    here = list(with_all(finding.trial.findings.filter(stage=finding.stage)))
    trial = finding.trial
    may_change = finding.stage == stage_of(trial) and trial.state not in (JobState.WAITING, JobState.LEASED)
    return row_of(next(one for one in here if one.pk == finding.pk), here, may_change=may_change)


def row_of(finding: Finding, here: Sequence[Finding], *, may_change: bool) -> Row:
    """A finding with what stands around it."""
    others = [one for one in here if one.pk != finding.pk and one.state == Finding.State.OPEN]
    return Row(
        finding=finding, head=head_of(finding), before=newest(finding.principle), into=newest(finding.into),
        may_change=may_change, others=others, cases=cases_of(finding),
    )  # fmt: skip


def cases_of(finding: Finding) -> list[Any]:
    """The answers that failed so, each with why it was named as it was; for the first stage alone."""
    if finding.stage != Finding.Stage.FAILURE:
        return []
    why = finding.trial.result.get("why", {})
    cases = sorted(finding.responses.all(), key=lambda one: one.pk)[:MOST_CASES]
    for one in cases:
        one.why = why.get(str(one.pk), "")  # type: ignore[attr-defined]
    return cases


def newest(principle: Any) -> PrincipleVersion | None:
    """The newest words of a principle whose versions were fetched."""
    versions = list(principle.versions.all()) if principle else []
    return max(versions, key=lambda one: one.number, default=None)


def head_of(finding: Finding) -> str:
    """What kind of row it is, in a few words."""
    numbers = {
        "n": finding.principle.number if finding.principle else 0, "into": finding.into.number if finding.into else 0,
    }  # fmt: skip
    if finding.stage == Finding.Stage.DIAGNOSIS:
        return {
            "add": _("No rule covers it"),
            "reword": _("Rule %(n)s is at fault") % numbers,
            "retire": _("Rule %(n)s does harm") % numbers,
        }.get(finding.operation, _("Rule %(n)s says it and was not kept to") % numbers)
    return {
        "add": _("Add a principle"),
        "reword": _("Reword principle %(n)s") % numbers,
        "merge": _("Merge principle %(n)s into %(into)s") % numbers,
        "retire": _("Retire principle %(n)s") % numbers,
    }.get(finding.operation, "")


def with_all(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    """Findings with what their cards show, in five queries however many there are."""
    paths = ("principle", "into", "edited_by", "decided_by", "merged_into", "trial__project")
    fetched = rows.select_related(*paths).prefetch_related(
        "principle__versions", "into__versions", "rests_on", "responses__example"
    )
    return fetched.annotate(answers=Count("responses", distinct=True))
