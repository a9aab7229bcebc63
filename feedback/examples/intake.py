"""Examples and responses coming in, in bulk: content hashes, numbers and splits; what is already there is found again.

Numbers are handed out one caller at a time per project (an advisory lock until the transaction ends), so that they have
no gaps and no clashes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.db.models import Max

from feedback.examples.hashes import answer_hash, conversation_hash
from feedback.examples.splits import split_of, split_of_text
from feedback.models import Example, Import, Project, Response, Split

NUMBERING = 7001  # the class of the advisory lock


@dataclass(frozen=True, kw_only=True)
class NewExample:
    """A conversation that ends where a response is due, and what came with it.

    `root` is what a longer dialogue it was cut from began with: it picks the split then, so that pieces share one.
    What is `said_here`, to be spoken about, is for feedback whatever its words.
    """

    messages: Sequence[dict[str, str]]
    reference: str = ""
    external_id: str = ""
    tags: Sequence[str] = ()
    extra: dict[str, Any] = field(default_factory=dict)
    root: str = ""
    said_here: bool = False

    @property
    def split(self) -> str:
        """What it may be used for."""
        if self.said_here:
            return Split.FEEDBACK
        return split_of_text(self.root) if self.root else split_of(self.messages)


class NewResponse(NamedTuple):
    """An answer to an example, by its id; the model that wrote it and what the user wrote next, as far as known.

    `extra` is what the source told of it; with `turns` it ends that dialogue instead of the example's.
    """

    example: int
    text: str
    model: str = ""
    next_message: str = ""
    extra: dict[str, Any] = {}
    turns: Sequence[dict[str, str]] | None = None

    @property
    def content_hash(self) -> str:
        """What makes it the same answer."""
        return answer_hash(self.text, self.turns)


@dataclass(frozen=True)
class Added:
    """Ids by content hash, of what was there and what is new, and how many are new."""

    ids: dict[Any, int]
    new: int


def add_examples(project: Project, wanted: Iterable[NewExample], *, imported_in: Import | None = None) -> Added:
    """Store the examples that are not in the project yet; returns the id of each by its content hash.

    Must run inside a transaction: the numbers it hands out are held until that ends.
    """
    by_hash = {conversation_hash(one.messages): one for one in wanted}
    hold_numbers(project)
    there = dict(Example.objects.filter(project=project, content_hash__in=by_hash).values_list("content_hash", "id"))
    missing = {hash_: one for hash_, one in by_hash.items() if hash_ not in there}
    first = next_number(project) if missing else 0
    rows = [
        Example(
            project=project, number=number, external_id=one.external_id[:200], content_hash=hash_,
            messages=list(one.messages), reference=one.reference, tags=list(one.tags), extra=one.extra,
            split=one.split, imported_in=imported_in,
        )
        for number, (hash_, one) in enumerate(missing.items(), first)
    ]  # fmt: skip
    made = Example.objects.bulk_create(rows, batch_size=1000)
    return Added({**there, **{row.content_hash: row.pk for row in made}}, len(made))


def add_responses(wanted: Iterable[NewResponse], *, imported_in: Import | None = None) -> Added:
    """Store imported responses; returns ids by (example id, content hash)."""
    by_key: dict[tuple[int, str], NewResponse] = {}
    for one in wanted:
        by_key.setdefault((one.example, one.content_hash), one)
    there = {
        (row.example_id, row.content_hash): row.pk
        for row in Response.objects.filter(
            example__in={example for example, _ in by_key}, origin=Response.Origin.IMPORTED
        ).only("example_id", "content_hash")
    }
    rows = [
        Response(
            example_id=example, text=one.text, content_hash=hash_, origin=Response.Origin.IMPORTED,
            model=one.model[:120], next_message=one.next_message, extra=one.extra,
            turns=list(one.turns) if one.turns is not None else None, imported_in=imported_in,
        )
        for (example, hash_), one in by_key.items()
        if (example, hash_) not in there
    ]  # fmt: skip
    made = Response.objects.bulk_create(rows, batch_size=1000)
    return Added({**there, **{(row.example_id, row.content_hash): row.pk for row in made}}, len(made))


def hold_numbers(project: Project) -> None:
    """Wait until no other transaction hands out numbers in this project."""
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("examples are added inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [NUMBERING, project.pk % 2**31])


def next_number(project: Project) -> int:
    """The first number that is free."""
    highest: int | None = Example.objects.filter(project=project).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1
