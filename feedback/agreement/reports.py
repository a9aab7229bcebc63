"""What people's comparisons add up to: refined answers against their originals, for a project or a run."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from feedback.agreement.rankings import WinRate, win_rate
from feedback.models import Preference, Project, Run, RunItem
from feedback.models.raters import Rater

REFINED_PROTOCOL = "refined-vs-original"
NOT_PEOPLE = (Rater.Kind.JUDGE, Rater.Kind.CHECK, Rater.Kind.SIMULATED)


def refined_win_rate(project: Project, run: Run | None = None) -> WinRate:
    """How often people preferred what a run made to what it started from. One query.

    Counted are standing preferences of the protocol "refined-vs-original" by people and imported raters; both good and
    both bad count as ties.
    """
    rows = refined_comparisons(project, run)
    better = Q(outcome="a", refined_is_b=False) | Q(outcome="b", refined_is_b=True)
    worse = Q(outcome="a", refined_is_b=True) | Q(outcome="b", refined_is_b=False)
    counts = rows.aggregate(n=Count("pk"), wins=Count("pk", filter=better), losses=Count("pk", filter=worse))
    return win_rate(counts["wins"], counts["n"] - counts["wins"] - counts["losses"], counts["losses"])


def refined_win_rates(project: Project) -> dict[int, WinRate]:
    """The win rate of each run that was compared, by run id. One query."""
    rows = refined_comparisons(project, None).annotate(
        run=F("response_b__result_of__run"), other=F("response_a__result_of__run")
    )
    tally: dict[int, list[int]] = {}
    for outcome, refined_is_b, b, a in rows.values_list("outcome", "refined_is_b", "run", "other"):
        places = tally.setdefault(b if refined_is_b else a, [0, 0, 0])
        places[1 if outcome not in "ab" else 0 if (outcome == "b") == refined_is_b else 2] += 1
    return {run: win_rate(*places) for run, places in tally.items()}


def refined_comparisons(project: Project, run: Run | None) -> QuerySet[Any]:
    """Standing comparisons of a run's result with its start; `refined_is_b` says which side the result is on."""
    items = RunItem.objects.filter(run=run) if run else RunItem.objects.filter(run__project=project)
    b_refined = items.filter(result=OuterRef("response_b"), start=OuterRef("response_a"))
    a_refined = items.filter(result=OuterRef("response_a"), start=OuterRef("response_b"))
    rows = Preference.objects.filter(
        project=project, protocol=REFINED_PROTOCOL, withdrawn_at__isnull=True, replaced_by__isnull=True
    ).exclude(rater__kind__in=NOT_PEOPLE)
    return rows.filter(Exists(b_refined) | Exists(a_refined)).annotate(refined_is_b=Exists(b_refined))
