"""What scope tests bought as pieces of an export: pairs where a principle applies, rows to be kept elsewhere.

The inputs are no examples of the project, so they belong to no split: none of them can be held out, and an export of
held-out examples has none of them. Taken is the newest result of each input for the wording in force, else the newest
one; simulated results only where they are asked for.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.datasets.pieces import Format, Line, Wish
from feedback.datasets.writers import scoped
from feedback.models import Article, Example, Rater, ScopeInput, ScopeResult, Split, Trial
from feedback.principles.constitutions import current_constitution
from feedback.principles.scope import CHANGED, FOLLOWED

IN, NEAR, GENERAL = ScopeInput.Scope.IN, ScopeInput.Scope.NEAR, ScopeInput.Scope.GENERAL


@dataclass(frozen=True, kw_only=True)
class Scoped:
    """A result of a scope test; one where the principle applies, with two from elsewhere beside it."""

    row: Any
    near: Any = None
    general: Any = None

    @property
    def example(self) -> Example:
        """A stand-in: the request as an example that stands in no project."""
        messages = [{"role": "user", "content": self.row.input.text}]
        return Example(pk=self.row.input_id, number=self.row.input_id, messages=messages, split=Split.FEEDBACK.value)

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote it."""
        return any(row.simulated for row in (self.row, self.near, self.general) if row is not None)

    @property
    def sources(self) -> set[str]:
        """Where it comes from."""
        return {"scope test"}

    @property
    def responses(self) -> list[int]:
        """None that anybody judges."""
        return []

    @property
    def agreement(self) -> tuple[int, bool]:
        """One judge."""
        return 1, True

    @property
    def scope_of(self) -> int:
        """The number of the principle whose scope it shows."""
        return int(self.row.input.principle.number)

    @property
    def followed(self) -> bool:
        """Whether the answer keeps to the principle."""
        return (self.row.adherence or 0) >= FOLLOWED

    @property
    def leaked(self) -> bool:
        """Whether the answer was changed where the principle does not apply."""
        return bool(self.row.change >= CHANGED)


def pairs(project: Any, wish: Wish) -> Iterator[Scoped | None]:
    """Where a principle applies, each with its own answer from close by and from anywhere, as far as these reach."""
    for rows in by_principle(project, wish):
        applies, near, general = (of_scope(rows, scope) for scope in (IN, NEAR, GENERAL))
        for place, row in enumerate(applies):
            piece = Scoped(row=row, near=at(near, place), general=at(general, place))
            yield piece if counted(row, wish) else None


def kept(project: Any, wish: Wish) -> Iterator[Scoped | None]:
    """Where a principle does not apply."""
    for rows in by_principle(project, wish):
        for row in rows:
            if row.input.scope != IN:
                yield Scoped(row=row) if counted(row, wish) else None


def counted(row: Any, wish: Wish) -> bool:
    """Whether it may be in it."""
    return not row.simulated or Rater.Kind.SIMULATED.value in wish.kinds


def by_principle(project: Any, wish: Wish) -> Iterator[list[Any]]:
    """The newest results, a list a principle; none for an export of what is held out."""
    if wish.held_out:
        return
    articles = Article.objects.filter(constitution=current_constitution(project))
    in_force = set(articles.values_list("version", flat=True))
    found: dict[int, dict[int, Any]] = {}
    for row in results(project):
        there = found.setdefault(row.input.principle_id, {})
        before = there.get(row.input_id)
        if before is None or row.version_id in in_force or before.version_id not in in_force:
            there[row.input_id] = row
    for number in sorted(found):
        yield [found[number][place] for place in sorted(found[number])]


def results(project: Any) -> Any:
    """All results of scope tests on inputs that are not left out, oldest first."""
    rows = ScopeResult.objects.filter(
        trial__project=project, trial__kind=Trial.Kind.SCOPE, distance=0, input__left_out_at__isnull=True
    )
    return rows.select_related("input__principle", "version", "trial").order_by("pk")


def of_scope(rows: Sequence[Any], scope: str) -> list[Any]:
    """Those of one scope."""
    return [row for row in rows if row.input.scope == scope]


def at(rows: Sequence[Any], place: int) -> Any:
    """The one in that place, or None."""
    return rows[place] if place < len(rows) else None


def origins(pieces: Sequence[Scoped], _: Sequence[Line]) -> list[Line]:
    """The sidecar: the principle, its wording, the test, the model, and what was judged."""
    return [origin(piece) for piece in pieces]


def origin(piece: Scoped) -> Line:
    """One line of it."""
    row = piece.row
    beside = {name: one.input_id for name, one in (("near", piece.near), ("general", piece.general)) if one}
    return {
        "row_id": hashlib.sha256(f"scope|{row.trial_id}|{row.input_id}|{row.version_id}".encode()).hexdigest()[:20],
        "principle": row.input.principle.number, "wording": row.version.number, "test": row.trial.number,
        "input": row.input_id, "scope": row.input.scope, "placed_by_a_person": row.input.moved_by_id is not None,
        "input_model": row.input.model, "model": row.model, "adherence": row.adherence,
        "adherence_without": row.adherence_without, "change": row.change, "negatives": beside,
        "simulated": piece.simulated,
    }  # fmt: skip


PAIRS = Format(
    name=scoped.NAME, label=scoped.LABEL, one="scoped pair", many="scoped pairs", about=scoped.ABOUT, pieces=pairs,
    line=scoped.pair_line, origins=origins,
)  # fmt: skip
STAYS = Format(
    name=scoped.STAY, label=scoped.STAY_LABEL, one="row that stays", many="rows that stay as they are",
    about=scoped.STAY_ABOUT, pieces=kept, line=scoped.stay_line, origins=origins,
)  # fmt: skip
