"""Where a row of a data set comes from, as a graph: from the line in the file back to the click and the call.

    row <- what was said <- who said it
        <- the answers it is about <- the file they came in, or the step that made them <- the call <- its prompt
                                                                                     <- constitution, principle
                                                                                         <- the words behind it

Nodes hold rows of the database and nothing about pages; edges run from what came first to what came of it. A fixed
number of queries for a row: one a kind of node, and one for each generation of answers, up to `GENERATIONS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from feedback.datasets.choosing import example_of, responses_of
from feedback.models import (
    CheckRuling,
    Critique,
    Demonstration,
    Edit,
    Errand,
    Evidence,
    FollowUp,
    Hint,
    ModelCall,
    Place,
    Preference,
    Pulse,
    Ranking,
    Rating,
    Response,
    Span,
    Step,
    Uptake,
)
from feedback.models.feedback import Feedback

KINDS: dict[str, type[Feedback]] = {
    str(kind._meta.model_name): kind
    for kind in (
        Preference, Ranking, Rating, Critique, Span, Edit, Demonstration, Hint, FollowUp, Uptake, Pulse, CheckRuling,
    )
}  # fmt: skip
GENERATIONS, MOST = 8, 12
WORDS, PRINCIPLE, ORDER, CALL, STEP, ANSWER, SAID, ROW = range(8)  # the columns, the oldest first
LINEAGE = ("author", "imported_in", "example__imported_in", "produced_by__run__constitution")
ABOUT = {
    "uptake": ("critique",),
    "followup": ("confirms",),
    "critique": ("picked_from", "span"),
    "rating": ("critique",),
}
BEHIND = {
    "critique": "response__example", "preference": "response_a__example", "edit": "response__example",
    "span": "response__example", "rating": "response__example", "ranking": "example",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Node:
    """One thing in the picture: `kind` says what `row` is; `column` is its place in time, the oldest 0."""

    key: str
    kind: str
    column: int
    row: Any


@dataclass(kw_only=True)
class Graph:
    """Nodes by key, and edges (from what came first, to what came of it)."""

    nodes: dict[str, Node] = field(default_factory=dict)
    edges: dict[tuple[str, str], None] = field(default_factory=dict)

    def add(self, kind: str, column: int, row: Any, *, key: Any = None, before: str = "") -> str:
        """A node, once; `before` is the key of what came of it."""
        name = f"{kind}-{row.pk if key is None else key}"
        self.nodes.setdefault(name, Node(key=name, kind=kind, column=column, row=row))
        if before:
            self.edges[name, before] = None
        return name

    def rows(self, kind: str) -> list[Any]:
        """What there is of a kind."""
        return [node.row for node in self.nodes.values() if node.kind == kind]


def lineage_of(said: Sequence[Any], *, row: Any, answers: Iterable[int] = ()) -> Graph:
    """The graph of a row of a data set that rests on this feedback; `row` stands at its end (anything with a `pk`).

    `answers` are in the row whatever was said of them.
    """
    graph = Graph()
    end = graph.add("row", ROW, row)
    wanted: dict[int, list[str]] = {}
    for one in said:
        key = add_said(graph, one, end)
        for answer in answers_of(one):
            wanted.setdefault(answer, []).append(key)
    for answer in answers:
        wanted.setdefault(answer, [end])
    add_answers(graph, wanted)
    add_making(graph)
    add_words_behind(graph)
    return graph


def feedback_row(project: Any, kind: str, id: int) -> Any:  # noqa: A002
    """One row of feedback of a project with all that `lineage_of` follows; raises the kind's `DoesNotExist`."""
    model = KINDS[kind]
    paths = [*(f"{path}__example" for path in responses_of(model)), *ABOUT.get(kind, ())]
    paths += [example_of(model)] if example_of(model) else []
    paths += ["result"] if kind == "edit" else []
    rows = model._default_manager.filter(project=project)
    return rows.select_related("rater", "imported_in", "submission", *paths).get(pk=id)


def example_behind(row: Any) -> Any:
    """The example a row of feedback belongs to; None for one that belongs to none."""
    about: Any = row
    for name in filter(None, example_of(type(row)).split("__")):
        about = getattr(about, name)
    return None if about is row else about


def add_said(graph: Graph, one: Any, end: str) -> str:
    """A piece of feedback with its rater, and the feedback it is about."""
    key = graph.add("said", SAID, one, key=f"{one._meta.model_name}-{one.pk}", before=end)
    graph.add("rater", ANSWER, one.rater, before=key)
    if one.imported_in_id:
        graph.add("import", STEP, one.imported_in, before=f"rater-{one.rater_id}")
    for path in ABOUT.get(str(one._meta.model_name), ()):
        about = getattr(one, path)
        if about is not None:
            graph.add("about", ANSWER, about, key=f"{about._meta.model_name}-{about.pk}", before=key)
    return key


def answers_of(one: Any) -> Iterator[int]:
    """The ids of the answers a piece of feedback is about, and of the one it made."""
    if isinstance(one, Ranking):
        yield from Place.objects.filter(ranking=one).values_list("response", flat=True)
    if isinstance(one, Uptake):
        yield one.response_id
    if isinstance(one, Edit):
        yield one.result_id
    for path in responses_of(type(one)):
        about: Any = one
        for name in path.split("__"):
            about = getattr(about, name)
        yield about.pk


def add_answers(graph: Graph, wanted: dict[int, list[str]]) -> None:
    """The answers by id, each with what came of it; what those were made from, and the files they came in."""
    for _ in range(GENERATIONS):
        if not wanted:
            return
        rows = Response.objects.filter(pk__in=wanted).select_related(*LINEAGE).order_by("pk")
        earlier: dict[int, list[str]] = {}
        for answer in rows:
            fresh = f"answer-{answer.pk}" not in graph.nodes
            for key in wanted[answer.pk]:
                graph.add("answer", ANSWER, answer, before=key)
            if fresh and answer.parent_id:
                earlier.setdefault(answer.parent_id, []).append(f"answer-{answer.pk}")
            came_in = answer.imported_in or (answer.example.imported_in if answer.origin == "imported" else None)
            if came_in:
                graph.add("import", STEP, came_in, before=f"answer-{answer.pk}")
        wanted = earlier


def add_making(graph: Graph) -> None:
    """The steps and errands that made the answers, their calls, prompts, constitutions and principles."""
    answers = graph.rows("answer")
    makers: dict[int, str] = {}
    for answer in answers:
        if answer.produced_by:
            makers[answer.produced_by.item_id] = f"answer-{answer.pk}"
    for step in steps_behind(answers, makers):
        key = graph.add("step", STEP, step, before=makers[step.item_id])
        if step.principle:
            graph.add("principle", PRINCIPLE, step.principle, before=key)
        if step.run.constitution:
            order = graph.add("constitution", ORDER, step.run.constitution, before=key)
            if step.principle:
                graph.edges[f"principle-{step.principle_id}", order] = None
    for errand in Errand.objects.filter(result__in=[answer.pk for answer in answers])[:MOST]:
        graph.add("errand", STEP, errand, before=f"answer-{errand.result_id}")
    add_calls(graph)


def steps_behind(answers: Iterable[Any], makers: dict[int, str]) -> list[Any]:
    """The finished steps of the items that made these answers, up to the step that did."""
    last = {answer.produced_by.item_id: answer.produced_by.position for answer in answers if answer.produced_by}
    steps = Step.objects.filter(item__in=makers, state="done").select_related(
        "principle__principle", "run__constitution", "item"
    )
    return [step for step in steps.order_by("item", "position") if step.position <= last[step.item_id]][:MOST]


def add_calls(graph: Graph) -> None:
    """What was asked of a model, once for each prompt a step or an errand sent."""
    steps, errands = ([row.pk for row in graph.rows(kind)] for kind in ("step", "errand"))
    calls = ModelCall.objects.filter(Q(step__in=steps) | Q(errand__in=errands), state="settled").order_by("pk")
    for call in calls[: 2 * MOST]:
        maker = f"step-{call.step_id}" if call.step_id else f"errand-{call.errand_id}"
        key = graph.add("call", CALL, call, before=maker)
        graph.add("prompt", ORDER, call, key=f"{call.prompt_name}-{call.prompt_hash[:12]}", before=key)


def add_words_behind(graph: Graph) -> None:
    """The feedback behind the principles."""
    principles = {version.principle_id: f"principle-{version.pk}" for version in graph.rows("principle")}
    if not principles:
        return
    evidence = list(Evidence.objects.filter(principle__in=principles).order_by("pk")[:MOST])
    words: dict[tuple[str, int], Any] = {}
    for name, path in BEHIND.items():
        wanted = [found for one in evidence if (found := getattr(one, f"{name}_id"))]
        if wanted:
            rows = KINDS[name]._default_manager.filter(pk__in=wanted).select_related("rater", path)
            words |= {(name, row.pk): row for row in rows}
    for one in evidence:
        for name in BEHIND:
            row = words.get((name, getattr(one, f"{name}_id") or 0))
            if row is not None:
                key = graph.add("words", WORDS, row, key=f"{name}-{row.pk}")
                graph.edges[key, principles[one.principle_id]] = None
