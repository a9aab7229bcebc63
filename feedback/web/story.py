"""The steps of an answer as a story to read: what was found under which principle, what was rewritten, what was kept.

It reads what the parts returned (plain data, see `feedback.refinement.state`) and stands whatever is missing there: a
part never raises for a bad answer, and neither does its story.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from feedback.models import JobState, PrincipleVersion, Run, RunItem, Step

HEADINGS = {
    JobState.WAITING: "Waiting for a worker",
    JobState.LEASED: "A worker is on it now",
    JobState.CANCELLED: "Cancelled before it began",
    JobState.FAILED: "Came to nothing",
}


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One step as a page tells it. What a kind of step does not have is empty.

    `before` and `after` are a reviser's texts. `candidates` are a judge's (text, is it the one chosen?) in the order it
    saw them, or a runner's drafts.
    """

    step: Step
    heading: str
    principle: PrincipleVersion | None = None
    fault: bool = False
    score: int | None = None
    critique: str = ""
    before: str = ""
    after: str = ""
    changed: str = ""
    because: str = ""
    candidates: tuple[tuple[str, bool], ...] = ()
    why: str = ""
    model: str = ""
    simulated: bool = False

    @property
    def part(self) -> str:
        """Which part was at work."""
        return self.step.part

    @property
    def state(self) -> str:
        """Where the step stands."""
        return self.step.state


def items_of(run: Run) -> QuerySet[RunItem]:
    """A run's answers with their texts and steps, in a number of queries that does not grow. Slice it for a page."""
    steps = Step.objects.select_related("principle__principle").order_by("position")
    rows = RunItem.objects.filter(run=run).select_related("start__example", "result").order_by("position")
    return rows.prefetch_related(Prefetch("steps", queryset=steps))


def story_of(item: RunItem) -> list[Moment]:
    """The steps of an answer in order. No query when the item came from `items_of`."""
    return [moment_of(step) for step in in_order(item.steps.all())]


def in_order(steps: Iterable[Step]) -> list[Step]:
    """By their place within the item."""
    return sorted(steps, key=lambda step: step.position)


def moment_of(step: Step) -> Moment:
    """A step's row as a moment."""
    said: dict[str, Any] = step.output or {}
    answered_by = said.get("answered_by", {})
    return Moment(
        step=step,
        heading=heading_of(step, said),
        principle=step.principle,
        fault=bool(said.get("fault", False)),
        score=said.get("score"),
        critique=said.get("critique", "") if step.part == "critic" else "",
        before=step.given.get("text", ""),
        after=said.get("text", "") or "",
        changed=said.get("changed", ""),
        because=said.get("because", ""),
        candidates=candidates_of(step, said),
        why=step.error or said.get("why", ""),
        model=answered_by.get("model", ""),
        simulated=answered_by.get("simulated", False),
    )


def candidates_of(step: Step, said: dict[str, Any]) -> tuple[tuple[str, bool], ...]:
    """A judge's candidates with the chosen one marked, or a runner's drafts."""
    if step.part == "runner":
        return tuple((draft.get("text", ""), False) for draft in said.get("drafts", []) if not draft.get("failed"))
    order, best = step.given.get("order", []), said.get("best")
    return tuple((text, place == best) for place, text in zip(order, step.given.get("candidates", []), strict=False))


def heading_of(step: Step, said: dict[str, Any]) -> str:
    """What happened in a step, in a few words."""
    if step.state != JobState.DONE:
        return HEADINGS[JobState(step.state)]
    if step.part == "critic":
        return critic_heading(said)
    if step.part == "reviser":
        return "Rewritten" if said.get("text") and not said.get("failed") else "No new text came of it"
    if step.part == "judge":
        return "No choice was made" if said.get("best") is None else "The best was chosen"
    many = len(candidates_of(step, said))
    return f"{many} answer{'' if many == 1 else 's'} written afresh"


def critic_heading(said: dict[str, Any]) -> str:
    """What a critic found, in a few words."""
    if said.get("failed"):
        return "It could not be judged"
    if said.get("applies") is False:
        return "Does not apply here"
    return "A fault was found" if said.get("fault") else "Nothing to mend"
