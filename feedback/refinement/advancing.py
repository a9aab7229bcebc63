"""Moving a run on: replan its items from what is done, write the steps that come next, end items and the run itself.

Everything here happens in short transactions and asks no model. What it returns are the steps to ring for; it does not
know who rings.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from feedback.errors import Refused
from feedback.examples.hashes import text_hash
from feedback.live import announce
from feedback.models import JobState, PrincipleVersion, Response, Run, RunItem, Step
from feedback.principles.applying import note_uses
from feedback.refinement import engine
from feedback.refinement.cases import arrangement_of, case_of, compiled_in, records_of, remembered_in, with_rules
from feedback.refinement.leases import due
from feedback.refinement.parts.arrangement import Arrangement
from feedback.refinement.state import Finished, StepPlan, Version

ITEMS_AT_ONCE = 16
LIVE = (JobState.WAITING, JobState.LEASED)


@transaction.atomic
def advance(run_id: int, *, again: bool = True) -> list[int]:
    """Plan what a run can do next; the ids of the steps to ring for. Twice, or twice at once, changes nothing more.

    With `again`, a run of which nothing is being worked on also has its waiting steps rung for, as if no bell had been
    heard. A second advance waits for the first (both are short) instead of skipping, so that no wake-up is lost.
    """
    run = lock_run(run_id)
    if run is None:
        return []
    begin(run)
    try:
        arrangement = arrangement_of(run)
    except Refused as why:
        end(run, Run.State.FAILED, str(why))
        return []
    fresh = fill_window(with_rules(run), arrangement)
    if not run.items.filter(state=RunItem.State.OPEN).exists():
        end_with_tally(run)
    announce(run.project_id, f"run-{run.number}")
    busy = run.steps.filter(state=JobState.LEASED, leased_until__gte=timezone.now())
    return waiting_steps(run) if again and not busy.exists() else fresh


def lock_run(run_id: int) -> Run | None:
    """The run, held until the transaction ends; None when it does not go on."""
    going = [Run.State.QUEUED, Run.State.RUNNING]
    return Run.objects.select_for_update(no_key=True).filter(pk=run_id, state__in=going).first()


def begin(run: Run) -> None:
    """A queued run begins."""
    if run.state == Run.State.QUEUED:
        run.state, run.started_at = Run.State.RUNNING, run.started_at or timezone.now()
        Run.objects.filter(pk=run.pk).update(state=run.state, started_at=run.started_at)
        announce(run.project_id, "runs")


def fill_window(run: Run, arrangement: Arrangement) -> list[int]:
    """Plan idle items until enough of them are at work at once; the new steps' ids."""
    fresh: list[int] = []
    while room := max(0, ITEMS_AT_ONCE - items_at_work(run)):
        ready = list(idle_items(run)[:room])
        if not ready:
            break
        for item in ready:
            fresh += plan_item(run, item, arrangement)
    return fresh


def items_at_work(run: Run) -> int:
    """How many items have a step that waits or is being worked on."""
    return run.steps.filter(state__in=LIVE).values("item").distinct().count()


def idle_items(run: Run) -> QuerySet[RunItem]:
    """Open items for which nothing is planned."""
    live = Step.objects.filter(item=OuterRef("pk"), state__in=LIVE)
    return (
        run.items.filter(~Exists(live), state=RunItem.State.OPEN).select_related("start__example").order_by("position")
    )


def plan_item(run: Run, item: RunItem, arrangement: Arrangement) -> list[int]:
    """Ask the engine what comes next for an item: its next steps are written, or it ends. The waiting steps' ids."""
    outcome = engine.step(arrangement, case_of(run, item), records_of(item), run.seed)
    if isinstance(outcome, Finished):
        end_item(run, item, outcome)
        return []
    Step.objects.bulk_create([row_of(run, item, plan) for plan in outcome], ignore_conflicts=True)
    return list(item.steps.filter(state=JobState.WAITING).values_list("pk", flat=True))


def row_of(run: Run, item: RunItem, plan: StepPlan) -> Step:
    """A planned step as a row that waits."""
    return Step(
        run=run, item=item, key=plan.key, position=plan.position, part=plan.part, name=plan.name,
        iteration=plan.iteration, given=plan.given, principle_id=plan.rule,
    )  # fmt: skip


def end_item(run: Run, item: RunItem, outcome: Finished) -> None:
    """Close an item; a new text becomes a response that knows its parent and the step it came from."""
    item.state = RunItem.State.FAILED if outcome.failed else RunItem.State.DONE
    item.result = refined_response(run, item, outcome) if outcome.changed else None
    item.why, item.ended_at = outcome.why, timezone.now()
    item.save(update_fields=["state", "result", "why", "ended_at"])


def refined_response(run: Run, item: RunItem, outcome: Finished) -> Response:
    """The new text as a row, with what it was written under."""
    made_in = item.steps.get(position=outcome.version.step)
    answered_by = (made_in.output or {}).get("answered_by", {})
    row = Response.objects.create(
        example=item.start.example, text=outcome.version.text, content_hash=text_hash(outcome.version.text),
        origin=Response.Origin.REFINED, parent=item.start, produced_by=made_in,
        model=answered_by.get("model", ""), simulated=answered_by.get("simulated", False),
    )  # fmt: skip
    compiled = compiled_in(run, item)
    cited = [*rewrote(item, outcome.version.step), *compiled.cited(named_in(item, outcome.version))]
    note_uses(row, versions=compiled.versions, experiences=remembered_in(run, item), cited=cited)
    return row


def rewrote(item: RunItem, last: int | None) -> list[PrincipleVersion]:
    """The wordings in whose name a text was rewritten, up to the step it came from."""
    steps = item.steps.filter(part="reviser", state=JobState.DONE, position__lte=last, principle__isnull=False)
    return [step.principle for step in steps.select_related("principle") if step.principle]


def named_in(item: RunItem, version: Version) -> list[int]:
    """The numbers of the principles that the writer of a text named, on the way to it."""
    found: list[int] = []
    for step in item.steps.filter(part__in=["reviser", "runner"], state=JobState.DONE, position__lte=version.step):
        said = step.output or {}
        drafts = said.get("drafts")
        found += (drafts[version.sample] if drafts else said).get("followed", [])
    return found


def end_with_tally(run: Run) -> None:
    """End a run whose items are all closed: with a tally, or as failed when every item failed."""
    tally = run.items.aggregate(
        revised=Count("result"), failed=Count("pk", filter=Q(state=RunItem.State.FAILED)), all=Count("pk")
    )
    same = tally["all"] - tally["revised"] - tally["failed"]
    sentence = f"{tally['revised']} revised, {same} left as they were, {tally['failed']} failed."
    if tally["failed"] == tally["all"]:
        first = run.items.filter(state=RunItem.State.FAILED).order_by("position").first()
        end(run, Run.State.FAILED, f"Every item failed. The first: {first.why if first else ''}")
        return
    end(run, Run.State.FINISHED, f"{sentence} {run.pinned.get('left_out', '')}".strip())


def end(run: Run, state: str, why: str) -> None:
    """Close a run with a sentence."""
    run.state, run.why, run.ended_at = state, why, timezone.now()
    Run.objects.filter(pk=run.pk).update(state=run.state, why=run.why, ended_at=run.ended_at)
    announce(run.project_id, f"run-{run.number}", "runs", "examples")


def waiting_steps(run: Run) -> list[int]:
    """The steps of a run that could be worked on now."""
    return list(run.steps.filter(due(timezone.now())).values_list("pk", flat=True))
