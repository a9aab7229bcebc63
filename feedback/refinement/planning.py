"""Starting a run: which responses it takes, what it may cost at most, and its rows. Does no step."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Q

from feedback.errors import Refused
from feedback.live import announce
from feedback.llm.embed import full_name
from feedback.llm.model import Prompt
from feedback.llm.pricing import price_of, worst_tokens
from feedback.models import Budget, Constitution, Example, Project, Response, Run, RunItem, Split, User
from feedback.principles.compiling import Compiler
from feedback.principles.constitutions import current_constitution
from feedback.principles.memory.recalling import Library, largest_memory
from feedback.principles.told import said_of
from feedback.principles.wording import conversation_text
from feedback.projects.budget import model_name
from feedback.refinement.cases import rules_of, strategy_named
from feedback.refinement.engine import worst_questions
from feedback.refinement.parts.arrangement import Arrangement, Strategy, arrange, checked
from feedback.refinement.state import Case

IN_WORDS = ("kudos", "critique")
OWN = (Response.Origin.IMPORTED, Response.Origin.GENERATED)


@dataclass(frozen=True, kw_only=True)
class Selection:
    """What a run would work on. `held_out` counts what was left out because nothing may be learned from it."""

    responses: list[Response]
    held_out: int = 0
    without_response: int = 0

    @property
    def sentence(self) -> str:
        """What was left out, in words; empty when nothing was."""
        said = []
        if self.held_out:
            said.append(f"{self.held_out} that {'is' if self.held_out == 1 else 'are'} held out")
        if self.without_response:
            said.append(f"{self.without_response} without a response")
        return f"Left out: {', '.join(said)}." if said else ""


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What a run costs at most. `cost` is in US dollars, None when the model's prices are not known."""

    items: int
    calls: int
    tokens: int
    cost: Decimal | None
    formula: str
    model: str
    simulated: bool
    left_out: str = ""


def select_responses(
    project: Project,
    *,
    responses: Iterable[Response] | None = None,
    examples: Iterable[Example] | None = None,
    count: int | None = None,
) -> Selection:
    """The responses a run may take: those given, or of each example (all of them by default) its first own response.

    Own means imported or generated, not refined or rewritten. Held-out examples are left out and counted.
    """
    if responses is not None:
        wanted = Response.objects.filter(pk__in=[row.pk for row in responses], example__project=project)
        bare = 0
    else:
        chosen = Example.objects.filter(project=project)
        if examples is not None:
            chosen = chosen.filter(pk__in=[row.pk for row in examples])
        wanted = first_own(chosen)
        bare = chosen.exclude(split=Split.HOLDOUT).exclude(responses__origin__in=OWN).count()
    held_out = wanted.filter(example__split=Split.HOLDOUT).count()
    allowed = wanted.exclude(example__split=Split.HOLDOUT).select_related("example").order_by("example__number", "pk")
    return Selection(responses=list(allowed[:count]), held_out=held_out, without_response=bare)


def first_own(examples: Any) -> Any:
    """Each example's first response that is neither refined nor rewritten."""
    firsts = (
        Response.objects.filter(example__in=examples, origin__in=OWN)
        .order_by("example_id", "pk")
        .distinct("example_id")
    )
    return Response.objects.filter(pk__in=firsts.values("pk"))


def forecast(
    project: Project,
    *,
    strategy: str,
    responses: Iterable[Response] | None = None,
    examples: Iterable[Example] | None = None,
    count: int | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Forecast:
    """What such a run would cost at most, retries aside. Raises `Refused` as `start_run` does."""
    document = strategy_named(strategy)
    arrangement = arrange(document, parameters or {})
    selection = select_responses(project, responses=responses, examples=examples, count=count)
    constitution = constitution_for(document, project)
    longest, items = longest_of(selection.responses), len(selection.responses)
    calls, tokens, cost = worst_of(arrangement, constitution, longest, items, memory=largest_memory(project))
    name, simulated = model_name()
    return Forecast(
        items=len(selection.responses), calls=calls, tokens=tokens, cost=cost, formula=document.formula, model=name,
        simulated=simulated, left_out=selection.sentence,
    )  # fmt: skip


def worst_of(
    arrangement: Arrangement, constitution: Constitution | None, longest: Response | None, items: int, *, memory: str
) -> tuple[int, int, Decimal | None]:
    """Calls, tokens and dollars if every item were as long as the longest and every critic found fault."""
    if longest is None:
        return 0, 0, Decimal(0)
    largest = Compiler(constitution).largest()
    case = Case(
        item=0, conversation=conversation_text(longest.example), response=longest.text,
        constitution=largest.text, rules=rules_of(largest), memory=memory,
    )  # fmt: skip
    name, _ = model_name()
    worst = [worst_case(name, question.prompt) for question in worst_questions(arrangement, case, 0)]
    dollars = [cost for _, cost in worst]
    cost = None if None in dollars else sum((d for d in dollars if d is not None), Decimal(0)) * items
    return len(worst) * items, sum(tokens for tokens, _ in worst) * items, cost


def worst_case(name: str, prompt: Prompt) -> tuple[int, Decimal | None]:
    """The most tokens and dollars one call can take."""
    tokens_in, tokens_out = worst_tokens(prompt)
    price = price_of(name)
    return tokens_in + tokens_out, price.worst(tokens_in, tokens_out) if price else None


def longest_of(responses: Sequence[Response]) -> Response | None:
    """The response with the most text around it."""
    return max(responses, key=lambda row: len(row.text) + len(str(row.example.messages)), default=None)


def constitution_for(strategy: Strategy, project: Project) -> Constitution | None:
    """The constitution in force. Raises `Refused` when the strategy needs principles and there are none."""
    constitution = current_constitution(project)
    if strategy.needs_constitution and not Compiler(constitution).on:
        raise Refused(
            f"{strategy.label} works through the principles in force, and there are none yet. Adopt one first, or "
            "take another strategy."
        )
    return constitution


def start_run(
    project: Project,
    *,
    strategy: str,
    by: User | None,
    responses: Iterable[Response] | None = None,
    examples: Iterable[Example] | None = None,
    count: int | None = None,
    parameters: Mapping[str, Any] | None = None,
    seed: int = 0,
    cap_calls: int | None = None,
    cap_tokens: int | None = None,
    cap_cost: Decimal | None = None,
    baseline_of: Run | None = None,
) -> Run:
    """Make a run that waits to be advanced; the entrance rings for it.

    With `baseline_of`, a run that is over, it takes the same responses under the same constitution and may make, item
    by item, as many calls as that run made. Raises `Refused` when there is nothing it could do.
    """
    document = strategy_named(strategy)
    values = checked(document, parameters or {})
    pinned: dict[str, Any] = {}
    if baseline_of is not None:
        pinned["calls"] = calls_by_response(baseline_of)
        responses = [item.start for item in baseline_of.items.select_related("start")]
    constitution = baseline_of.constitution if baseline_of else constitution_for(document, project)
    selection = select_responses(project, responses=responses, examples=examples, count=count)
    check_selection(selection)
    arrangement = arrange(document, values)
    pinned["compiled"] = baseline_of.pinned.get("compiled", {}) if baseline_of else choices(constitution, selection)
    pinned["memory"] = baseline_of.pinned.get("memory", {}) if baseline_of else memories(project, selection)
    pinned["said"] = own_comments(project, selection) if values.get("own") == "first" else {}
    pinned |= {"parts": arrangement.versions, "prompts": arrangement.prompts, "left_out": selection.sentence}
    caps = {"cap_calls": cap_calls, "cap_tokens": cap_tokens, "cap_cost": cap_cost}
    return write_run(
        project, selection, caps=caps, strategy=strategy, parameters=values, pinned=pinned, seed=seed,
        constitution=constitution, baseline_of=baseline_of, asked_by=by, why=selection.sentence,
    )  # fmt: skip


def choices(constitution: Constitution | None, selection: Selection) -> dict[str, Any]:
    """Which wordings each response is held against, settled once: `all` of those that are on, or `by_response`.

    What is switched on or off, learned or set while the run goes on changes nothing in it.
    """
    compiler = Compiler(constitution)
    at_most = constitution.project.retrieves if constitution else None
    if at_most is None:
        return {"all": [version.pk for _, version in compiler.on]}
    chosen = {str(row.pk): sorted(compiler.chosen(row.example.request, at_most=at_most)) for row in selection.responses}
    return {"at_most": at_most, "embedder": full_name(compiler.embedder), "by_response": chosen}


def memories(project: Project, selection: Selection) -> dict[str, list[int]]:
    """Which entries of the team's memory stand beside each response, settled once; nobody's own are among them."""
    if not project.remembers:
        return {}
    library = Library(project)
    found = {row.pk: library.recall(row.example.request, example=row.example) for row in selection.responses}
    return {str(pk): [entry.pk for entry in one.entries] for pk, one in found.items() if one.entries}


def own_comments(project: Project, selection: Selection) -> dict[str, str]:
    """What people said of each response in words, as it stands when the run begins."""
    found = said_of(project, [row.pk for row in selection.responses])
    words = {pk: "\n".join(one.words for one in said if one.kind in IN_WORDS) for pk, said in found.items()}
    return {str(pk): text for pk, text in words.items() if text}


def check_selection(selection: Selection) -> None:
    """Raise `Refused` when nothing is left to refine."""
    if selection.responses:
        return
    if selection.held_out:
        raise Refused("All of these examples are held out, so no run may look at them. Choose some that are not.")
    raise Refused("There is no response to refine among these examples. Import or write responses first.")


def calls_by_response(run: Run) -> dict[str, int]:
    """How many calls another run paid for on each response. Raises `Refused` while it goes on."""
    if not run.is_over:
        raise Refused(f"Run {run.number} is not over yet, so what it cost an item is not known. Wait for its end.")
    counted = run.items.annotate(paid=Count("steps__model_calls", filter=Q(steps__model_calls__state="settled")))
    return {str(item.start_id): item.paid for item in counted}


@transaction.atomic
def write_run(project: Project, selection: Selection, *, caps: Mapping[str, Any], **fields: Any) -> Run:
    """A run's rows: its budget, itself under the next number, an item a response."""
    locked = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    number = (Run.objects.filter(project=locked).aggregate(highest=Max("number"))["highest"] or 0) + 1
    name, simulated = model_name()
    run = Run.objects.create(
        project=locked, number=number, budget=Budget.objects.create(**caps), model=name, simulated=simulated, **fields
    )
    RunItem.objects.bulk_create(
        RunItem(run=run, position=position, start=response) for position, response in enumerate(selection.responses)
    )
    announce(project, f"run-{number}", "runs")
    return run
