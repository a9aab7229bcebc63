"""How a run stands, as its page tells it: figures as read, win rates with their intervals, and each answer's river.

A river is one answer's steps from left to right: a dot for each, larger where a text was written, and a line as far as
it has come. It reads what `feedback.refinement.progress` gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from feedback.agreement.reports import refined_win_rate
from feedback.forms.runs import RaiseCapForm
from feedback.models import JobState, Principle, Project, Run, RunItem
from feedback.refinement.progress import Progress, known_cost, progress
from feedback.refinement.strategies import STRATEGIES
from feedback.web.answering import page_of
from feedback.web.evidence import sources_of, with_words
from feedback.web.story import Moment, items_of, story_of

GAP = 14
SENTENCES = {
    Run.State.QUEUED: "It waits for a worker to begin.",
    Run.State.RUNNING: "Workers are on it.",
    Run.State.WAITING_BUDGET: "It stopped before a call that might have passed a cap; nothing is lost.",
    Run.State.PAUSED: "It takes no new step until somebody lets it go on.",
    Run.State.FINISHED: "Every answer is done.",
    Run.State.STOPPED: "It was ended early; what it had made is kept.",
    Run.State.FAILED: "It could not go on.",
}


def label_of(run: Run) -> str:
    """The strategy's name as people read it."""
    strategy = STRATEGIES.get(run.strategy)
    return strategy.label if strategy else run.strategy


def counted(project: Project) -> QuerySet[Run]:
    """The runs with how many answers each has and how many are done and changed; newest first."""
    rows = project.runs.select_related("budget", "constitution", "asked_by", "baseline_of")
    return rows.annotate(
        items_all=Count("items"),
        items_done=Count("items", filter=~Q(items__state=RunItem.State.OPEN)),
        items_changed=Count("items", filter=Q(items__result__isnull=False)),
    ).order_by("-number")


def list_lines(runs: Iterable[Run]) -> list[dict[str, Any]]:
    """The lines of the list of runs."""
    return [{"run": run, "label": label_of(run), "cost": known_cost(run.budget)} for run in runs]


def standing(request: HttpRequest, project: Project, number: int) -> dict[str, Any]:
    """All that a run's page shows."""
    run = get_object_or_404(counted(project), number=number)
    now = progress(run)
    baseline = run.baselines.order_by("number").first()
    beside = baseline or run.baseline_of
    items = page_of(request, items_of(run), size=50)
    caps = {name: getattr(run.budget, f"cap_{name}") for name in ("calls", "tokens", "cost")}
    return {
        "run": run,
        "strategy_label": label_of(run),
        "now": now,
        "sentence": sentence_of(run, now),
        "time": duration(now.elapsed if now.is_over else now.left),
        "baseline": baseline,
        "rates": [rate_line(project, one) for one in (run, beside) if one],
        "legend": LEGEND,
        "items": items,
        "lines": [line_of(item) for item in items],
        "raising": RaiseCapForm(initial=caps),
    }


def sentence_of(run: Run, now: Progress) -> str:
    """Where it stands and why, in words."""
    said = [SENTENCES[Run.State(run.state)]] if not now.why or not run.is_over else []
    return " ".join([*said, now.why]).strip()


def duration(seconds: float | None) -> str:
    """A time span in words."""
    if seconds is None:
        return "not known yet"
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def rate_line(project: Project, run: Run) -> dict[str, Any]:
    """How often people chose what a run made over what it began with."""
    return {"run": run, "label": label_of(run), "rate": refined_win_rate(project, run=run)}


@dataclass(frozen=True)
class Dot:
    """One step of a river. `kind` is quiet, fault, text, choice, trouble, now or waiting."""

    x: int
    r: int
    kind: str
    title: str


LEGEND = [
    Dot(0, 3, "quiet", "Nothing to mend"), Dot(0, 4, "fault", "Fault found"), Dot(0, 4, "text", "Rewritten"),
    Dot(0, 4, "choice", "Best chosen"), Dot(0, 4, "trouble", "Came to nothing"), Dot(0, 4, "now", "Being worked on"),
]  # fmt: skip


@dataclass(frozen=True)
class River:
    """One answer's steps from left to right."""

    dots: list[Dot] = field(default_factory=list)

    @property
    def end(self) -> int:
        """Where the line ends."""
        return self.dots[-1].x if self.dots else 4

    @property
    def width(self) -> int:
        """The width of the whole picture."""
        return self.end + 10


def line_of(item: RunItem) -> dict[str, Any]:
    """One answer's line: its river and what came of it."""
    moments = story_of(item)
    dots = [
        Dot(8 + GAP * place, 3 if kind == "quiet" else 4, kind, title)
        for place, (kind, title) in enumerate(map(dot_of, moments))
    ]
    return {"item": item, "river": River(dots), "sentence": outcome_of(item, moments)}


def dot_of(moment: Moment) -> tuple[str, str]:
    """What kind of dot a step is, and its title."""
    under = f" under principle {moment.principle.principle.number}" if moment.principle else ""
    if moment.state == JobState.FAILED:
        return "trouble", f"Came to nothing{under}"
    if moment.state != JobState.DONE:
        return ("now", f"Being worked on{under}") if moment.state == JobState.LEASED else ("waiting", f"Waiting{under}")
    if moment.part == "critic":
        return ("fault", f"Fault found{under}") if moment.fault else ("quiet", f"Nothing to mend{under}")
    return ("choice", "A choice was made") if moment.part == "judge" else ("text", f"Rewritten{under}")


def outcome_of(item: RunItem, moments: list[Moment]) -> str:
    """What came of an answer, as a sentence of the run's log."""
    if item.state == RunItem.State.FAILED:
        return item.why or "Came to nothing."
    if item.state == RunItem.State.OPEN:
        return f"{len(moments)} steps so far." if len(moments) > 1 else "Begun." if moments else "Not begun."
    if any(one.part == "judge" for one in moments):
        return "Another answer was chosen." if item.result_id else "It held against all others."
    under = numbers_of(one for one in moments if one.after)
    if item.result_id:
        return (
            f"Rewritten under principle {under}."
            if under
            else f"Rewritten {times(sum(bool(one.after) for one in moments))}."
        )
    faults = sum(one.fault for one in moments)
    return "No fault was found." if not faults else f"{faults} faults found, but no version was better."


def numbers_of(moments: Iterable[Moment]) -> str:
    """The numbers of the principles these steps were taken under, as said in a sentence."""
    numbers = [str(n) for n in sorted({one.principle.principle.number for one in moments if one.principle})]
    return " and ".join(part for part in (", ".join(numbers[:-1]), numbers[-1]) if part) if numbers else ""


def times(count: int) -> str:
    """How often, in words."""
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def chapters_of(item: RunItem) -> list[dict[str, Any]]:
    """The steps of an answer, each rewrite with the words behind its principle. Three queries more."""
    moments = story_of(item)
    asked = {one.principle.principle_id for one in moments if one.principle and one.after}
    sources = {row.pk: sources_of(row) for row in with_words(Principle.objects.filter(pk__in=asked))}
    return [
        {"moment": one, "sources": sources.get(one.principle.principle_id, []) if one.principle and one.after else []}
        for one in moments
    ]
