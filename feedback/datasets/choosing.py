"""Which rows of feedback a data set is made of: those that stand now, or those that a snapshot has frozen.

Everything that reads feedback for an export asks here, so that a filter works in every format. What a filter means:
tags are the example's, and one of them is enough. Origins and models are those of the answers that were judged: of a
pair, both must be among them. Round, constitution and prompt are of what made an answer: of a pair, one is enough (a
refined answer stands beside its original). Rows about no answer (hints, principles' votes) fall to filters of answers.
Splits, raters and the rule for pairs are not narrowed here: whoever streams counts what they leave out. A snapshot was
narrowed when it was frozen, so of it only the part is chosen.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from feedback.datasets.pieces import Wish
from feedback.models import Example, ModelCall, Place, SnapshotExample, SnapshotRow
from feedback.models.feedback import Feedback, Use

COLUMNS = ("aspect", "timing", "objective")
EXAMPLES = {"ranking": "example", "hint": "example", "demonstration": "example", "checkruling": "about__example"}
RESPONSES = {
    "preference": ("response_a", "response_b"), "uptake": ("critique__response",), "demonstration": ("result",),
    "ranking": (), "hint": (), "checkruling": (), "vote": (),
}  # fmt: skip


def chosen(kind: type[Feedback], project: Any, wish: Wish) -> Any:
    """The rows of that kind, as a query set to be narrowed, joined and ordered further."""
    rows: Any = kind._default_manager.filter(project=project)
    if wish.snapshot is None:
        return narrowed(rows.standing(), kind, wish)
    frozen = SnapshotRow.objects.filter(snapshot=wish.snapshot, kind=name_of(kind))
    rows = rows.filter(pk__in=frozen.values("row"))
    example = example_of(kind)
    if not wish.part or not example:
        return rows
    of_part = SnapshotExample.objects.filter(snapshot=wish.snapshot, part=wish.part)
    return rows.filter(**{f"{example}__in": of_part.values("example")})


def chosen_examples(project: Any, wish: Wish) -> Any:
    """The examples themselves, whatever was said of them: for rows that need no feedback. In order of their numbers."""
    rows: Any = Example.objects.filter(project=project, split__in=wish.splits).order_by("number")
    if wish.snapshot is None:
        return rows.filter(tagged(wish, "")) if wish.tags else rows
    frozen = SnapshotExample.objects.filter(snapshot=wish.snapshot, **({"part": wish.part} if wish.part else {}))
    return rows.filter(pk__in=frozen.values("example"))


def name_of(kind: type[Feedback]) -> str:
    """What a kind is called in a snapshot."""
    return kind._meta.model_name or ""


def example_of(kind: type[Feedback]) -> str:
    """The path from a row of this kind to its example; "" where it has none."""
    name = name_of(kind)
    if name in EXAMPLES:
        return EXAMPLES[name]
    responses = responses_of(kind)
    return f"{responses[0]}__example" if responses else ""


def responses_of(kind: type[Feedback]) -> tuple[str, ...]:
    """The paths to the answers a row of this kind judges."""
    return RESPONSES.get(name_of(kind), ("response",))


def narrowed(rows: Any, kind: type[Feedback], wish: Wish) -> Any:
    """The rows that pass the filters that are about rows."""
    rows = rows.filter(**columns(kind, wish))
    if wish.since:
        rows = rows.filter(created_at__gte=begins(wish.since))
    if wish.until:
        rows = rows.filter(created_at__lt=begins(date.fromordinal(wish.until.toordinal() + 1)))
    if wish.tags and (example := example_of(kind)):
        rows = rows.filter(tagged(wish, f"{example}__"))
    return answered(rows, kind, wish)


def columns(kind: type[Feedback], wish: Wish) -> dict[str, Any]:
    """The wish as conditions, as far as this kind has such columns; what is meant for anything passes for every use."""
    there = {column.name for column in kind._meta.fields}
    asked = {name: getattr(wish, name) for name in COLUMNS if name in there and getattr(wish, name)}
    return {**asked, **({"use__in": [wish.use, Use.ANY]} if wish.use else {})}


def begins(day: date) -> datetime:
    """When a day begins."""
    return timezone.make_aware(datetime.combine(day, time.min))


def tagged(wish: Wish, path: str) -> Q:
    """Whose example has one of the tags."""
    found = Q()
    for tag in sorted(wish.tags):
        found |= Q(**{f"{path}tags__contains": [tag]})
    return found


def answered(rows: Any, kind: type[Feedback], wish: Wish) -> Any:
    """The rows that pass the filters that are about answers."""
    if not (wish.origins or wish.models or wish.rounds or wish.constitution or wish.prompt):
        return rows
    if name_of(kind) == "ranking":
        return ranked(rows, wish)
    paths = responses_of(kind)
    if not paths:
        return rows.none()
    for path in paths:
        rows = rows.filter(among(wish, path))
    return rows.filter(made(wish, paths)) if wish.rounds or wish.constitution or wish.prompt else rows


def among(wish: Wish, path: str) -> Q:
    """An answer of one of the origins and models."""
    found = Q()
    if wish.origins:
        found &= Q(**{f"{path}__origin__in": sorted(wish.origins)})
    if wish.models:
        found &= Q(**{f"{path}__model__in": sorted(wish.models)})
    return found


def made(wish: Wish, paths: tuple[str, ...]) -> Q:
    """One of the answers came about in the rounds, under the constitution and by the prompt that are asked for."""
    found = Q()
    for path in paths:
        one = Q()
        if wish.rounds:
            rounds = sorted(wish.rounds)
            one &= Q(**{f"{path}__produced_by__run__number__in": rounds}) | Q(**{f"{path}__extra__round__in": rounds})
        if wish.constitution:
            one &= Q(**{f"{path}__produced_by__run__constitution__number": wish.constitution})
        if wish.prompt:
            one &= prompted(wish.prompt, path)
        found |= one
    return found


def prompted(prompt: str, path: str) -> Q:
    """An answer that a call with this prompt made: by its name, or by how its hash begins."""
    calls = ModelCall.objects.filter(Q(prompt_name=prompt) | Q(prompt_hash__startswith=prompt), state="settled")
    by_step = calls.filter(step=OuterRef(f"{path}__produced_by"))
    return Q(Exists(by_step)) | Q(Exists(calls.filter(errand__result=OuterRef(path))))


def ranked(rows: Any, wish: Wish) -> Any:
    """Rankings of which every answer is among those asked for, and one was made as asked for."""
    places = Place.objects.filter(ranking=OuterRef("pk"))
    rows = rows.filter(~Exists(places.exclude(among(wish, "response")))) if wish.origins or wish.models else rows
    if wish.rounds or wish.constitution or wish.prompt:
        rows = rows.filter(Exists(places.filter(made(wish, ("response",)))))
    return rows
