"""What the newest probes of a change came to, for whoever decides on it. Reads only; see `trials.kinds.probes`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from feedback.models import JobState, PrincipleVersion, ProbeResult, Project, Trial
from feedback.principles.amendments import Amendment, name_of

OPEN = (JobState.WAITING, JobState.LEASED)


@dataclass(frozen=True)
class ProbesReport:
    """What came of them: whether they passed, what speaks against it by name, and the trial they were."""

    passed: bool
    against: list[str]
    trial: Trial

    @property
    def broken(self) -> QuerySet[ProbeResult]:
        """The probes and examples that were right before and are wrong after, to read."""
        rows = self.trial.probe_results.filter(before_ok=True, after_ok=False)
        return rows.select_related("example").order_by("pk")


def probes_report(version: PrincipleVersion) -> ProbesReport | None:
    """The newest finished probes of a wording, against whatever constitution was in force then."""
    done = Trial.objects.filter(version=version, kind=Trial.Kind.PROBES, state=JobState.DONE)
    return report_of(done.order_by("-number").first())


def newest_report(
    project: Project, before: Sequence[PrincipleVersion], after: Sequence[PrincipleVersion]
) -> ProbesReport | None:
    """The newest finished probes of this very change: the same wordings before and after. One query."""
    rows = Trial.objects.filter(project=project, kind=Trial.Kind.PROBES, state=JobState.DONE)
    rows = rows.filter(result__before=name_of(before), result__after=name_of(after))
    return report_of(rows.order_by("-number").first())


def report_on(change: Amendment) -> ProbesReport | None:
    """The newest finished probes of a change."""
    return newest_report(change.project, change.before, change.after)


def probes_of(change: Amendment) -> QuerySet[Trial]:
    """All probes of this very change, finished or not, newest first."""
    before, after = change.names
    rows = Trial.objects.filter(project=change.project, kind=Trial.Kind.PROBES)
    return rows.filter(result__before=before, result__after=after).order_by("-number")


def report_of(trial: Trial | None) -> ProbesReport | None:
    """A finished trial as a report."""
    if trial is None:
        return None
    return ProbesReport(bool(trial.result.get("passed")), list(trial.result.get("against", [])), trial)
