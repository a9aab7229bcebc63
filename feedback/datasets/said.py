"""One row of feedback as one piece of an export, streamed by stretches of examples; and its line in the sidecar."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects

from feedback.datasets.choosing import chosen
from feedback.datasets.fetching import Asks, Stretches
from feedback.datasets.pieces import Line, Wish
from feedback.datasets.provenance import Principles, example_facts, origin_of, principles_of, pseudonym
from feedback.models import Example, Rater, Response
from feedback.models.feedback import Feedback

LINEAGE = ("produced_by__run__constitution", "example__imported_in")
UNASKED = ("project_id", "submission_id", "replaces_id", "withdrawn_at", "imported_in_id")
ASKED = ("timing", "aspect")


@dataclass(frozen=True)
class Said:
    """A row of feedback on a response (or, without one, on an example)."""

    row: Any
    example: Example
    response: Response | None

    @property
    def rater(self) -> Rater:
        """Who said so."""
        rater: Rater = self.row.rater
        return rater

    @property
    def simulated(self) -> bool:
        """Whether its words or the response's are the simulated model's."""
        return self.rater.kind == Rater.Kind.SIMULATED or bool(self.response and self.response.simulated)

    @property
    def sources(self) -> set[str]:
        """Its kind."""
        return {type(self.row).__name__.lower()}

    @property
    def responses(self) -> list[int]:
        """The response it is about."""
        return [self.response.pk] if self.response else []

    @property
    def agreement(self) -> tuple[int, bool]:
        """A row speaks for itself."""
        return 1, True


def rows_said(
    kind: type[Feedback], project: Any, wish: Wish, *, response: str = "response", related: Sequence[str] = ()
) -> Iterator[Said | None]:
    """The standing rows of a kind, by example. `response` is the path to the response they are about, "" for none.

    `related` are further paths, which are fetched for a whole stretch at once.
    """
    rows = chosen(kind, project, wish).filter(**asked(kind, wish))
    columns = answers_of(kind, (response, *related))
    paths = [path for path in related if path not in columns]
    if response not in columns:
        paths += [f"{response}__{path}" for path in LINEAGE] if response else ["example__imported_in"]
    ask = Asks(rows, f"{response}__example" if response else "example", columns, UNASKED)
    for found in Stretches(project, wish, said=ask):
        prefetch_related_objects(found["said"], *paths)
        pieces = [said_of(row, response) for row in found["said"]]
        pieces.sort(key=number_of)
        yield from (piece if piece.rater.kind in wish.kinds else None for piece in pieces)


def answers_of(kind: type[Feedback], names: Sequence[str]) -> tuple[str, ...]:
    """Those names that are columns of the kind which always hold a response."""
    columns = {column.name for column in kind._meta.fields if column.related_model is Response and not column.null}
    return tuple(name for name in names if name in columns)


def said_of(row: Any, response: str) -> Said:
    """A row as a piece."""
    about = followed(row, response) if response else None
    return Said(row, about.example if about else row.example, about)


def number_of(piece: Said) -> int:
    """The number of its example: pieces come by example, and of one example in the order of their ids."""
    return int(piece.example.number)


def asked(kind: type[Feedback], wish: Wish) -> dict[str, str]:
    """The wish as conditions, as far as this kind has such columns."""
    columns = {column.name for column in kind._meta.fields}
    return {name: getattr(wish, name) for name in ASKED if name in columns and getattr(wish, name)}


def followed(row: Any, path: str) -> Any:
    """What a path leads to."""
    for name in path.split("__"):
        row = getattr(row, name)
    return row


def origins_said(pieces: Sequence[Said], _: Sequence[Line]) -> list[Line]:
    """The sidecar's lines. One query for the principles behind the responses."""
    principles = principles_of([piece.response for piece in pieces if piece.response])
    return [origin_said(piece, principles) for piece in pieces]


def origin_said(piece: Said, principles: Principles) -> Line:
    """One line of the sidecar: the row, its rater under a pseudonym, the response and how it came about."""
    return {
        "row_id": row_id(piece),
        "example": example_facts(piece.example),
        "response": origin_of(piece.response, principles) if piece.response else None,
        "feedback": [facts_of(piece.row)],
        "simulated": piece.simulated,
    }


def facts_of(row: Any) -> Line:
    """Who said it, how and when, and what for."""
    return {
        "kind": type(row).__name__.lower(), "id": row.pk, "rater": pseudonym(row.rater), "rater_kind": row.rater.kind,
        "protocol": row.protocol, "form_version": row.form_version, "objective": row.objective, "use": row.use,
        "seconds": row.seconds, "at": row.created_at.isoformat(),
    }  # fmt: skip


def row_id(piece: Said) -> str:
    """A name for the row that is the same in every export."""
    parts = (type(piece.row).__name__, piece.example.content_hash, pseudonym(piece.rater), piece.row.key)
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]
