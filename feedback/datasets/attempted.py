"""Examples with all attempts at them, read from the tables: a batch of examples at a time, a fixed number of queries.

Examples are looked through by stretches of numbers, so the database looks at no more of them than it must before the
first is there.

What counts is asked of `choosing`, as everywhere. From a snapshot come only attempts that frozen rows speak of, and
what those were made of. Texts a run wrote on its way and did not keep are attempts too; they have no row of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, prefetch_related_objects

from feedback.datasets.attempted_words import Heard, hear
from feedback.datasets.choosing import chosen, chosen_examples
from feedback.datasets.fetching import EXAMPLES, FEWEST, MOST, RESPONSES
from feedback.datasets.lightly import Raters, lightly
from feedback.datasets.pieces import Wish
from feedback.datasets.provenance import pseudonym
from feedback.datasets.writers.attempts import Attempt, Attempts
from feedback.examples.hashes import text_hash
from feedback.models import (
    Critique,
    Demonstration,
    Edit,
    Errand,
    Example,
    Hint,
    Preference,
    Ranking,
    Rating,
    Response,
    Span,
    Step,
    Uptake,
)
from feedback.models.feedback import Feedback

BATCH = 300
Asked = Callable[[Any, Wish], Q]
PATHS: dict[type[Feedback], str] = {
    Critique: "response__example", Rating: "response__example", Edit: "response__example", Span: "response__example",
    Preference: "response_a__example", Uptake: "critique__response__example", Hint: "example",
    Demonstration: "example", Ranking: "example",
}  # fmt: skip


def having(*kinds: type[Feedback]) -> Asked:
    """Examples of which something of one of these kinds was said."""

    def asked(project: Any, wish: Wish) -> Q:
        found = Q()
        for kind in kinds:
            found |= Q(Exists(chosen(kind, project, wish).filter(**{PATHS[kind]: OuterRef("pk")})))
        return found

    return asked


def worked_over(project: Any, wish: Wish) -> Q:
    """Examples of which an attempt was made into another."""
    return Q(Exists(Response.objects.filter(example=OuterRef("pk"), parent__isnull=False)))


def either(*asked: Asked) -> Asked:
    """Examples that one of these finds."""

    def any_of(project: Any, wish: Wish) -> Q:
        found = Q()
        for one in asked:
            found |= one(project, wish)
        return found

    return any_of


def attempts_in(project: Any, wish: Wish, asked: Asked) -> Iterator[Attempts]:
    """The examples one asks for, by number, each with its attempts."""
    raters = Raters()
    for found in stretches(project, wish, chosen_examples(project, wish).filter(asked(project, wish))):
        for place in range(0, len(found), BATCH):
            yield from gather(project, wish, found[place : place + BATCH], raters)


def stretches(project: Any, wish: Wish, rows: Any) -> Iterator[list[Any]]:
    """The examples among these rows, a few first, then as many numbers at a time as make a batch."""
    after, size = wish.after, FEWEST
    numbers = Example.objects.filter(project=project).order_by("number").values_list("number", flat=True)
    while upto := numbers.filter(number__gt=after)[:size].aggregate(last=Max("number"))["last"]:
        found = lightly(rows.filter(number__gt=after, number__lte=upto).order_by("number"), EXAMPLES)
        prefetch_related_objects(found, "imported_in")
        yield found
        after, size = upto, max(FEWEST, min(MOST, BATCH * size // max(len(found), BATCH // 8)))


@dataclass
class Batch:
    """What was read of some examples: their responses, steps on the way, and what was said."""

    responses: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    steps: dict[int, list[Any]] = field(default_factory=lambda: defaultdict(list))
    hinted: dict[int, int] = field(default_factory=dict)


def gather(project: Any, wish: Wish, examples: Sequence[Example], raters: Raters) -> list[Attempts]:
    """All that is known of these examples."""
    heard = hear(project, wish, [one.pk for one in examples], raters)
    batch = read(wish, {one.pk: one for one in examples}, heard, raters)
    return [assembled(example, batch, heard) for example in examples]


def read(wish: Wish, examples: Mapping[int, Example], heard: Heard, raters: Raters) -> Batch:
    """Responses and steps of a batch."""
    found, ids = Batch(), list(examples)
    rows: Any = Response.objects.filter(example__in=ids)
    if wish.snapshot is not None:
        rows = rows.filter(pk__in=spoken_of(heard))
    if wish.rounds:
        rows = rows.filter(Q(produced_by__isnull=True) | Q(produced_by__run__number__in=sorted(wish.rounds)))
    if wish.constitution:
        rows = rows.filter(Q(produced_by__isnull=True) | Q(produced_by__run__constitution__number=wish.constitution))
    responses = lightly(rows.order_by("pk"), RESPONSES)
    raters.placed(responses, "author")
    for row in responses:
        row._state.fields_cache["example"] = examples[row.example_id]
        found.responses[row.example_id].append(row)
    prefetch_related_objects(responses, "produced_by__run__constitution")
    items = {row.produced_by.item_id for rows in found.responses.values() for row in rows if row.produced_by}
    steps: Any = Step.objects.filter(item__in=items, state="done", part__in=("critic", "reviser"))
    for step in steps.order_by("item", "position") if items else ():
        found.steps[step.item_id].append(step)
    errands = Errand.objects.filter(kind=Errand.Kind.HINTED, example__in=ids, result__isnull=False, hint__isnull=False)
    found.hinted = {result: hint for result, hint in errands.values_list("result", "hint") if result and hint}
    return found


def spoken_of(heard: Heard) -> set[int]:
    """The responses that frozen rows speak of, with all they were made of."""
    known, new = set(heard.spoken_of), set(heard.spoken_of)
    while new:
        parents = Response.objects.filter(pk__in=new, parent__isnull=False).values_list("parent", flat=True)
        new = {pk for pk in parents if pk is not None} - known
        known |= new
    return known


def assembled(example: Example, batch: Batch, heard: Heard) -> Attempts:
    """One example with its attempts."""
    found = Attempts(
        prompt=list(example.messages), reference=example.reference, extra=example.extra or {},
        tags=list(example.tags or []), example=example,
    )  # fmt: skip
    keys = {row.pk: row.content_hash for row in batch.responses[example.pk]}
    for row in batch.responses[example.pk]:
        before = add_way(found, row, keys.get(row.parent_id, ""), batch, heard)
        add(found, row, before)
        if before and told(row):
            heard.told[row.parent_id].append(row.content_hash)
    heard.fill(found, batch.responses[example.pk], keys, batch.hinted)
    return found


def told(row: Any) -> bool:
    """Whether the run that made it was given what people had said of its start."""
    run = row.produced_by.run if row.produced_by else None
    return bool(run and (run.pinned or {}).get("said", {}).get(str(row.parent_id)))


def add(found: Attempts, row: Any, before: str) -> None:
    """A response as an attempt; a text that is there already only learns what it was made of."""
    there = found.tried.get(row.content_hash)
    if there is not None:
        if not there.parent and before != there.key:
            there.parent, there.origin, there.row = before, row.origin, row
        return
    extra = row.extra if isinstance(row.extra, dict) else {}
    run = row.produced_by.run if row.produced_by else None
    found.tried[row.content_hash] = Attempt(
        key=row.content_hash, text=row.text, parent=before, origin=row.origin, model=row.model,
        writer=pseudonym(row.author) if row.author else "", simulated=row.simulated, run=run.number if run else None,
        condition=str(extra.get("condition") or ""), turns=row.turns, row=row,
    )  # fmt: skip


def add_way(found: Attempts, row: Any, before: str, batch: Batch, heard: Heard) -> str:
    """The texts a run wrote on the way to this response, and what its critic said of each; the last one before it."""
    if row.produced_by is None:
        return before
    for step in batch.steps[row.produced_by.item_id]:
        if step.position > row.produced_by.position:
            break
        output, given = step.output or {}, step.given or {}
        if step.part == "critic":
            note_score(found, text_hash(given.get("text", "")), output.get("score"))
            continue
        key = text_hash(output.get("text", ""))
        heard.by_run(found, before, key, given.get("critique", ""), output.get("answered_by") or {}, step)
        if step.position == row.produced_by.position:
            break
        found.tried.setdefault(key, on_the_way(row, step, key, before))
        before = key
    return before


def on_the_way(row: Any, step: Any, key: str, before: str) -> Attempt:
    """A text that was revised further, so that it is no response of its own."""
    by = step.output.get("answered_by") or {}
    return Attempt(
        key=key, text=step.output["text"], parent=before, origin="refined", model=str(by.get("model", "")),
        simulated=bool(by.get("simulated")), run=row.produced_by.run.number,
    )  # fmt: skip


def note_score(found: Attempts, key: str, score: Any) -> None:
    """What the model that refines gave a text itself, from 0 to 10."""
    if key in found.tried and isinstance(score, int | float):
        found.tried[key].own_score = round(float(score) / 10, 3)
