"""Rows drawn from examples with all attempts at them: how a research view is made of two small functions.

`each` says which places of an example make a row, `make` draws one (a `Made`) or raises `Untrainable` with the reason
why not. What every view shares is here: which examples are read, the piece the engine counts, the sidecar.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from feedback.datasets.attempted import Asked, attempts_in
from feedback.datasets.pieces import Format, Line, Wish
from feedback.datasets.provenance import example_facts, origin_of, principles_of
from feedback.datasets.said import facts_of
from feedback.datasets.writers.attempts import Attempts, Made
from feedback.models import Example
from feedback.models.feedback import Feedback

RESEARCH = "For research"
Each = Callable[[Attempts], Iterable[Any]]
Make = Callable[[Attempts, Any], Made]


@dataclass
class Drawn:
    """One place of an example that may make a row."""

    at: Attempts
    item: Any
    make: Make

    @cached_property
    def made(self) -> Made:
        """The row. Raises `Untrainable`."""
        return self.make(self.at, self.item)

    @property
    def example(self) -> Example:
        """The example it belongs to."""
        example: Example = self.at.example
        return example

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote any text in it, or a simulated person said a word of it."""
        return any([one.simulated for one in self.made.uses] + [one.simulated for one in self.made.words])

    @property
    def sources(self) -> set[str]:
        """The kinds of feedback in it; a row without any is made of what a run wrote."""
        return {type(row).__name__.lower() for row in self.said} or {"run"}

    @property
    def said(self) -> list[Any]:
        """The rows of feedback it stands on, each once."""
        rows = [one.row for one in self.made.words] + list(self.made.rows)
        return list({(type(row), row.pk): row for row in rows if row is not None}.values())

    @property
    def responses(self) -> list[int]:
        """The responses in it."""
        return [one.row.pk for one in self.made.uses if one.row is not None]

    @property
    def agreement(self) -> tuple[int, bool]:
        """What is drawn speaks for itself."""
        return 1, True

    @property
    def row_id(self) -> str:
        """A name made of the row's content, the same in every export."""
        parts = [self.example.content_hash, *(one.key for one in self.made.uses), *(one.key for one in self.made.words)]
        return hashlib.sha256("|".join([*parts, str(sorted(self.made.line))]).encode()).hexdigest()[:20]


def drawn_from(asked: Asked, each: Each, make: Make) -> Callable[[Any, Wish], Iterator[Drawn]]:
    """The pieces of a view: every place of every example that is asked for."""

    def pieces(project: Any, wish: Wish) -> Iterator[Drawn]:
        for at in attempts_in(project, wish, asked):
            for item in each(at):
                yield Drawn(at, item, make)

    return pieces


def line(piece: Drawn) -> Line:
    """The row's line. Raises `Untrainable`."""
    return piece.made.line


def origins(pieces: Sequence[Drawn], _: Sequence[Line]) -> list[Line]:
    """The sidecar: the attempts in a row and how each came about, and all that was said. One query."""
    rows = [one.row for piece in pieces for one in piece.made.uses if one.row is not None]
    principles = principles_of(rows)
    return [
        {
            "row_id": piece.row_id,
            "example": example_facts(piece.example),
            "responses": [origin_of(one.row, principles) for one in piece.made.uses if one.row is not None],
            "feedback": [facts_of(row) for row in piece.said],
            "simulated": piece.simulated,
        }
        for piece in pieces
    ]


def view(
    name: str, label: str, *, one: str, many: str, about: str, asked: Asked, each: Each, make: Make,
    columns: Mapping[str, str], needs: str, systems: Sequence[str], kinds: Sequence[type[Feedback]] = (),
    rules: Callable[[Line], str] | None = None, trainer: str = "",
) -> Format:  # fmt: skip
    """A research view as a format."""
    return Format(
        name=name, label=label, one=one, many=many, about=about, pieces=drawn_from(asked, each, make), line=line,
        origins=origins, kinds=tuple(kinds), group=RESEARCH, trainer=trainer or label.split(":")[0], needs=needs,
        columns=columns, rules=rules, systems=tuple(systems),
    )  # fmt: skip
