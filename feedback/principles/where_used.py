"""Where one principle was at work: run by run, and in the playground; with how that went. Changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Count, Q

from feedback.models import Applied, ChatTurn, JobState, Principle, Run, Step

HELPED, HARMED = Applied.Outcome.POSITIVE, Applied.Outcome.NEGATIVE
MOST_RUNS = 12


@dataclass(frozen=True, kw_only=True)
class InRun:
    """What a principle did in one run: answers it was held against, found at fault and rewrote; and how that went."""

    run: Run
    held: int
    rewrote: int
    stood_behind: int
    helped: int
    harmed: int

    @property
    def unknown(self) -> int:
        """Answers it stood behind that nobody judged yet."""
        return self.stood_behind - self.helped - self.harmed


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What it did outside runs: turns of the playground under it, and those where it was tried before adoption."""

    turns: int = 0
    tried: int = 0
    stood_behind: int = 0
    helped: int = 0
    harmed: int = 0


def runs_under(principle: Principle) -> list[InRun]:
    """The newest runs that worked under any wording of it. Three queries."""
    held = Step.objects.filter(principle__principle=principle, state=JobState.DONE).values("run").order_by("run")
    steps = {
        row["run"]: row
        for row in held.annotate(
            critiques=Count("pk", filter=Q(part="critic")), rewrites=Count("pk", filter=Q(part="reviser"))
        )
    }
    uses = {row["response__produced_by__run"]: row for row in outcomes(principle, "response__produced_by__run")}
    ids = {run for run in (*steps, *uses) if run is not None}
    nothing: dict[str, int] = {"critiques": 0, "rewrites": 0, "n": 0, "helped": 0, "harmed": 0}
    found = []
    for run in Run.objects.filter(pk__in=ids).order_by("-number")[:MOST_RUNS]:
        told = nothing | steps.get(run.pk, {}) | uses.get(run.pk, {})
        found.append(
            InRun(run=run, held=told["critiques"], rewrote=told["rewrites"], stood_behind=told["n"],
                  helped=told["helped"], harmed=told["harmed"])
        )  # fmt: skip
    return found


def elsewhere(principle: Principle) -> Elsewhere:
    """What it did outside runs. Three queries."""
    ids = list(principle.versions.values_list("pk", flat=True))
    turns = ChatTurn.objects.filter(chat__project=principle.project_id)
    under = turns.filter(constitution__articles__version__in=ids).distinct().count()
    one_of_them = reduce(or_, (Q(tried__contains=[pk]) for pk in ids), Q(pk=None))
    tried = turns.filter(one_of_them).count()
    said = next(iter(outcomes(principle, "version__principle", outside=True)), None)
    if said is None:
        return Elsewhere(turns=under, tried=tried)
    return Elsewhere(
        turns=under, tried=tried, stood_behind=said["n"], helped=said["helped"], harmed=said["harmed"]
    )  # fmt: skip


def outcomes(principle: Principle, by: str, *, outside: bool = False) -> list[dict[str, int]]:
    """How its uses went, counted by a column."""
    rows = Applied.objects.filter(version__principle=principle, response__produced_by__isnull=outside)
    counted = rows.values(by).order_by(by)
    return list(
        counted.annotate(
            n=Count("pk"), helped=Count("pk", filter=Q(outcome=HELPED)), harmed=Count("pk", filter=Q(outcome=HARMED))
        )
    )
