"""Rows as the engine's plain data, and back: cases, arrangements and records. Reads tables, writes none."""

from __future__ import annotations

from django.db.models import prefetch_related_objects

from feedback.errors import Refused
from feedback.models import Experience, JobState, Run, RunItem, Step
from feedback.principles.compiling import Compiled, Compiler
from feedback.principles.memory.entries import entries_text
from feedback.principles.wording import conversation_text, principle_sentence
from feedback.refinement.parts.arrangement import Arrangement, Strategy, arrange
from feedback.refinement.state import Case, Rule, StepRecord
from feedback.refinement.strategies import STRATEGIES


def strategy_named(name: str) -> Strategy:
    """The strategy of that name. Raises `Refused`."""
    if name not in STRATEGIES:
        raise Refused(f"There is no strategy called {name!r}. There are: {', '.join(STRATEGIES)}.")
    return STRATEGIES[name]


def arrangement_of(run: Run) -> Arrangement:
    """A run's parts, in the versions it began with. Raises `Refused` when those are not there any more."""
    arrangement = arrange(strategy_named(run.strategy), run.parameters)
    pinned = run.pinned.get("parts", {})
    if pinned and pinned != arrangement.versions:
        raise Refused(
            f"Precept was updated while this run waited: it began with {spelled(pinned)}, and now there is "
            f"{spelled(arrangement.versions)}. What it made is kept; start a new run for the rest."
        )
    return arrangement


def spelled(versions: dict[str, str]) -> str:
    """Parts and their versions in words."""
    return ", ".join(f"{kind} {name}" for kind, name in sorted(versions.items()))


def rules_of(compiled: Compiled) -> tuple[Rule, ...]:
    """The principles in a prompt, in the constitution's order."""
    return tuple(Rule(id=version.pk, text=principle_sentence(version)) for version in compiled.versions)


def compiled_in(run: Run, item: RunItem) -> Compiled:
    """What an item of a run is held against: what was pinned when the run began, whatever was switched since."""
    pinned = run.pinned.get("compiled", {})
    ids = pinned.get("by_response", {}).get(str(item.start_id), pinned.get("all"))
    return Compiler(run.constitution).only(ids)


def remembered_in(run: Run, item: RunItem) -> list[Experience]:
    """The entries of the memory that stand beside an item: what was pinned when the run began. One query, or none."""
    ids = run.pinned.get("memory", {}).get(str(item.start_id), [])
    rows = {row.pk: row for row in Experience.objects.filter(pk__in=ids).exclude(tier="person")} if ids else {}
    return [rows[pk] for pk in ids if pk in rows]


def with_rules(run: Run) -> Run:
    """The run with its constitution's principles fetched: a few queries once instead of for each item."""
    prefetch_related_objects([run], "constitution__articles__version__principle")
    return run


def case_of(run: Run, item: RunItem) -> Case:
    """An item of a run as the engine's case. Fetch `item.start.example`, and the run by `with_rules`."""
    calls = run.pinned.get("calls", {}).get(str(item.start_id))
    compiled = compiled_in(run, item)
    return Case(
        item=item.position,
        conversation=conversation_text(item.start.example),
        response=item.start.text,
        constitution=compiled.text,
        rules=rules_of(compiled),
        memory=entries_text(remembered_in(run, item)),
        said=run.pinned.get("said", {}).get(str(item.start_id), ""),
        calls=calls,
    )


def records_of(item: RunItem) -> list[StepRecord]:
    """The completed steps of an item, in order. One query."""
    over = Step.objects.filter(item=item, state__in=[JobState.DONE, JobState.FAILED]).order_by("position")
    return [record_of(row) for row in over]


def record_of(row: Step) -> StepRecord:
    """A step's row as the engine's record; who answered is no part of it."""
    output = {name: value for name, value in (row.output or {}).items() if name != "answered_by"}
    return StepRecord(key=row.key, output=output, failed=row.error if row.state == JobState.FAILED else "")
