"""What preference pairs are made of. A wish's `pairs` says: "" for preferences and rewrites (`judged.py`), or else

    rankings      every two responses of a ranking that stand in different places
    best-worst    of each ranking only the best and the worst
    adjacent      of each ranking only neighbours
    ratings       responses of an example whose mean scores differ; the margin is the difference
    checks        responses that fulfil more of what principles and checks ask over those that fulfil less
    refinements   a refined or rewritten answer and the one it was made of, whichever is better

Whatever they are made of, they have `chosen`, `rejected`, `example`, and are written by the same shapes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise
from typing import Any

from orjson import OPT_APPEND_NEWLINE, dumps

from feedback.datasets.attempted import attempts_in, either, having, worked_over
from feedback.datasets.gathered import RankedPair, ranked_origins, ranked_pairs
from feedback.datasets.judged import JudgedPair, judged_pairs
from feedback.datasets.pieces import Line, Wish
from feedback.datasets.provenance import example_facts, origin_of, principles_behind, principles_of, provenance
from feedback.datasets.said import facts_of
from feedback.datasets.told import told
from feedback.datasets.writers import pair_shapes
from feedback.datasets.writers.attempts import Attempt, Attempts
from feedback.datasets.writers.prompts import Untrainable
from feedback.errors import Refused
from feedback.models import Example, Preference, Rating, Response

STEPS = 3.0  # strengths run from 1 to 3, so a difference of scores from 0 to 1 does too
OTHER_DIALOGUES = "the two answers end different dialogues"


@dataclass(frozen=True)
class Compared:
    """Two attempts of which one came out better, by what was said of each."""

    at: Attempts
    better: Attempt
    worse: Attempt
    margin: float
    rows: tuple[Any, ...] = ()

    @property
    def example(self) -> Example:
        """What both answer."""
        example: Example = self.at.example
        return example

    @property
    def chosen(self) -> Response:
        """The better one."""
        response: Response = self.better.row
        return response

    @property
    def rejected(self) -> Response:
        """The worse one."""
        response: Response = self.worse.row
        return response

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote one of them."""
        return self.better.simulated or self.worse.simulated

    @property
    def sources(self) -> set[str]:
        """The kinds of what was said."""
        return {type(row).__name__.lower() for row in self.rows} or {"check"}

    @property
    def responses(self) -> list[int]:
        """Both."""
        return [self.chosen.pk, self.rejected.pk]

    @property
    def agreement(self) -> tuple[int, bool]:
        """Nobody judged the two beside each other."""
        return 1, True


Pair = JudgedPair | RankedPair | Compared
Each = Callable[[Attempts], Iterator[Compared]]


def two(piece: Pair) -> pair_shapes.Two:
    """The pair as all shapes take it. Raises `Untrainable`."""
    if isinstance(piece, JudgedPair) and not piece.decision.winner:
        raise Untrainable(piece.decision.why)
    return pair_shapes.two(turns_before(piece), piece.chosen.text, piece.rejected.text, margin_of(piece))


def turns_before(piece: Pair) -> list[Any]:
    """The turns both answers answer. Raises `Untrainable` where they differ."""
    turns, others = piece.chosen.turns, piece.rejected.turns
    asked: list[Any] = piece.example.messages
    if turns == others:
        return asked if turns is None else turns
    turns, others = asked if turns is None else turns, asked if others is None else others
    if turns != others:
        raise Untrainable(OTHER_DIALOGUES)
    return turns


def margin_of(piece: Pair) -> float:
    """How much better: from 1.0 to 3.0 where people said, 0.0 where nobody did (then a loss with a margin has none)."""
    if isinstance(piece, Compared):
        return piece.margin
    if isinstance(piece, RankedPair):
        return 0.0
    graded = graded_in(piece)
    return round(sum(graded) / len(graded), 4) if graded else 0.0


def graded_in(piece: JudgedPair) -> list[int]:
    """The strengths said by those who chose the winner."""
    found = [getattr(one.row, "strength", None) for one in piece.judgements if one.outcome == piece.decision.winner]
    return [abs(strength) for strength in found if strength]


def pairs(project: Any, wish: Wish) -> Iterator[Any]:
    """The pairs that were asked for. Raises `Refused` for a source nobody knows."""
    if wish.pairs not in SOURCES:
        raise Refused(f"Pairs are not made of {wish.pairs!r}, but of {', '.join(filter(None, SOURCES))}.")
    return SOURCES[wish.pairs](project, wish)


def of_source(source: str) -> Callable[[Any, Wish], Iterator[Any]]:
    """The pairs of one source, for a format of its own."""
    return SOURCES[source]


def best_and_worst(project: Any, wish: Wish) -> Iterator[RankedPair | None]:
    """Of each ranking the first place over the last."""
    return of_rankings(project, wish, lambda found: [max(found, key=lambda one: one.worse.place - one.better.place)])


def adjacent(project: Any, wish: Wish) -> Iterator[RankedPair | None]:
    """Of each ranking the places that follow each other."""

    def neighbours(found: list[RankedPair]) -> list[RankedPair]:
        places = sorted({place for one in found for place in (one.better.place, one.worse.place)})
        after = dict(pairwise(places))
        return [one for one in found if after.get(one.better.place) == one.worse.place]

    return of_rankings(project, wish, neighbours)


def of_rankings(
    project: Any, wish: Wish, pick: Callable[[list[RankedPair]], list[RankedPair]]
) -> Iterator[RankedPair | None]:
    """Some of the pairs of each ranking; they share its weight."""
    for number, group in groupby(ranked_pairs(project, wish), key=lambda one: one.row.pk if one else None):
        found = list(group)
        if number is None:
            yield from found
            continue
        picked = pick([one for one in found if one])
        for one in picked:
            yield RankedPair(one.row, one.example, None, one.better, one.worse, len(picked))


def compared(each: Each, project: Any, wish: Wish) -> Iterator[Compared]:
    """The pairs that examples give by what was said of each answer alone."""
    asked = either(having(Rating, Preference), worked_over)
    for at in attempts_in(project, wish, asked):
        yield from (one for one in each(at) if one.better.row is not None and one.worse.row is not None)


def by_ratings(at: Attempts) -> Iterator[Compared]:
    """Every two answers with different mean scores of the whole."""
    means = {one.key: (score, rows) for one in at.all for score, rows in [mean_of(one)] if score is not None}
    for one, other in combinations([one for one in at.all if one.key in means], 2):
        (first, its), (second, others) = means[one.key], means[other.key]
        if first != second:
            better, worse = (one, other) if first > second else (other, one)
            yield Compared(at, better, worse, round(STEPS * abs(first - second), 4), (*its, *others))


def mean_of(one: Attempt) -> tuple[float | None, list[Any]]:
    """The mean of the scores of the whole answer, and their rows."""
    scores = [score for score in one.scores if score.turn is None]
    if not scores:
        return None, []
    return round(sum(score.value for score in scores) / len(scores), 4), [score.row for score in scores if score.row]


def by_checks(at: Attempts) -> Iterator[Compared]:
    """Every two answers held to the same checks of which one fulfils more."""
    held = {one.key: {check.asks: check.passes for check in one.checks} for one in at.all if one.checks}
    for one, other in combinations([one for one in at.all if one.key in held], 2):
        both = sorted(held[one.key].keys() & held[other.key].keys())
        ahead = sum(held[one.key][asks] - held[other.key][asks] for asks in both)
        if ahead:
            better, worse = (one, other) if ahead > 0 else (other, one)
            yield Compared(at, better, worse, round(STEPS * abs(ahead) / len(both), 4))


def by_refining(at: Attempts) -> Iterator[Compared]:
    """Every answer and what was made of it, the better one first; nothing where nobody can tell."""
    for after in at.all:
        before = at.parent_of(after)
        came_out = at.compared(before, after) if before else None
        if before and came_out:
            better, worse = (after, before) if came_out > 0 else (before, after)
            yield Compared(at, better, worse, difference(better, worse), rows_between(at, before, after))


def difference(better: Attempt, worse: Attempt) -> float:
    """The difference of rewards as a margin, as far as both have one."""
    if better.reward is None or worse.reward is None:
        return 0.0
    return round(max(0.0, STEPS * (better.reward - worse.reward)), 4)


def rows_between(at: Attempts, before: Attempt, after: Attempt) -> tuple[Any, ...]:
    """What was said of the two: their preferences, else their scores."""
    keys = {before.key, after.key}
    orders = [one.row for one in at.orders if {one.first, one.second} == keys and one.row is not None]
    return tuple(orders or [score.row for one in (before, after) for score in one.scores if score.row])


def origins(pieces: Sequence[Any], lines: Sequence[Line]) -> list[Line]:
    """The sidecar, whatever the pairs are made of. All pieces of one export are of one kind; a batch may have none."""
    if not pieces:
        return []
    if isinstance(pieces[0], JudgedPair):
        return pair_origins(pieces, lines)
    return ranked_origins(pieces, lines) if isinstance(pieces[0], RankedPair) else compared_origins(pieces, lines)


def sidecar(pieces: Sequence[Any], lines: Sequence[Line]) -> list[bytes]:
    """The same as bytes."""
    if pieces and isinstance(pieces[0], JudgedPair):
        principles = principles_behind(pieces)
        return [told(pair_id(pair), pair, principles) for pair in pieces]
    return [dumps(origin, None, OPT_APPEND_NEWLINE) for origin in origins(pieces, lines)]


def compared_origins(pieces: Sequence[Compared], _: Sequence[Line]) -> list[Line]:
    """Both answers, how they came about, and what was said of each. One query."""
    principles = principles_of([side for piece in pieces for side in (piece.chosen, piece.rejected)])
    return [
        {
            "row_id": pair_id(piece), "example": example_facts(piece.example),
            "chosen": origin_of(piece.chosen, principles), "rejected": origin_of(piece.rejected, principles),
            "feedback": [facts_of(row) for row in piece.rows], "margin": piece.margin, "simulated": piece.simulated,
        }
        for piece in pieces
    ]  # fmt: skip


def pair_origins(pieces: Sequence[JudgedPair], _: Sequence[Line]) -> list[Line]:
    """The sidecar of a batch of judged pairs. One query."""
    principles = principles_behind(pieces)
    return [provenance(pair_id(pair), pair, principles) for pair in pieces]


def pair_id(pair: Any) -> str:
    """A name for the row made from its content, the same in every export."""
    content = f"{pair.example.content_hash}|{pair.chosen.content_hash}|{pair.rejected.content_hash}"
    return hashlib.sha256(content.encode()).hexdigest()[:20]


SOURCES: dict[str, Callable[[Any, Wish], Iterator[Any]]] = {
    "": judged_pairs,
    "rankings": ranked_pairs,
    "best-worst": best_and_worst,
    "adjacent": adjacent,
    "ratings": lambda project, wish: compared(by_ratings, project, wish),
    "checks": lambda project, wish: compared(by_checks, project, wish),
    "refinements": lambda project, wish: compared(by_refining, project, wish),
}
