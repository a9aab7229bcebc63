"""Pieces of an export that are more than one row: rows with the difficulty of their example, rankings with their
places, hints with the tries around them, words with what came of them, words acted on beside words that were not.
Streamed, a batch of queries at a time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, islice
from typing import Any

from feedback.datasets.choosing import chosen
from feedback.datasets.pieces import Line, Wish
from feedback.datasets.provenance import origin_of, principles_of
from feedback.datasets.said import Said, origin_said, origins_said, rows_said
from feedback.datasets.writers.heads import source_of
from feedback.datasets.writers.orders import pairs_of
from feedback.datasets.writers.ways import RANK
from feedback.desk.next_question import attempts_at, heard_of, routes_of
from feedback.models import Critique, Edit, Errand, Hint, Place, Ranking, Rater, Response, Uptake

FEW, BATCH = 40, 500


@dataclass(frozen=True)
class Graded(Said):
    """A row of feedback, and how hard its example seems by all that was said of its answers."""

    difficulty: str = "unknown"

    @property
    def responses(self) -> list[int]:
        """The response it is about, or both of a pair."""
        return [*super().responses, *filter(None, [getattr(self.row, "response_b_id", None)])]


def graded(kind: Any, project: Any, wish: Wish, **how: Any) -> Iterator[Graded | None]:
    """The rows of a kind, each with the difficulty of its example."""
    for batch in batches(rows_said(kind, project, wish, **how)):
        routes = routes_of(project, {piece.example.pk for piece in batch if piece})
        for piece in batch:
            yield piece and Graded(piece.row, piece.example, piece.response, routes[piece.example.pk].difficulty)


@dataclass(frozen=True)
class Ranked(Said):
    """A ranking with its places."""

    places: tuple[Any, ...] = ()

    @property
    def responses(self) -> list[int]:
        """Those ranked."""
        return [place.response_id for place in self.places]

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote one of them."""
        return super().simulated or any(place.response.simulated for place in self.places)


def rankings(project: Any, wish: Wish) -> Iterator[Ranked | None]:
    """Rankings, each with its places and their responses."""
    for batch in batches(rows_said(Ranking, project, wish, response="")):
        found: dict[int, list[Any]] = defaultdict(list)
        place: Any
        numbers = [piece.row.pk for piece in batch if piece]
        for place in Place.objects.filter(ranking__in=numbers).select_related(
            "response__produced_by__run__constitution"
        ):
            found[place.ranking_id].append(place)
        for piece in batch:
            yield piece and Ranked(piece.row, piece.example, None, tuple(found[piece.row.pk]))


@dataclass(frozen=True)
class RankedPair(Said):
    """Two responses of a ranking, one placed before the other; how many such pairs the ranking makes."""

    better: Any = None
    worse: Any = None
    among: int = 1

    @property
    def chosen(self) -> Response:
        """The better one."""
        return self.better.response  # type: ignore[no-any-return]

    @property
    def rejected(self) -> Response:
        """The worse one."""
        return self.worse.response  # type: ignore[no-any-return]

    @property
    def responses(self) -> list[int]:
        """Both."""
        return [self.chosen.pk, self.rejected.pk]

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote one of them."""
        return super().simulated or self.chosen.simulated or self.rejected.simulated


def ranked_pairs(project: Any, wish: Wish) -> Iterator[RankedPair | None]:
    """Every pair that a ranking orders."""
    for piece in rankings(project, wish):
        if piece is None:
            yield None
            continue
        pairs = pairs_of(piece.places)
        for better, worse in pairs:
            yield RankedPair(piece.row, piece.example, None, better, worse, len(pairs))


def ranked_origins(pieces: Sequence[RankedPair], _: Sequence[Line]) -> list[Line]:
    """The sidecar of pairs made of rankings: the ranking, both responses, the prompt's source, the pair's weight."""
    principles = principles_of([side for piece in pieces for side in (piece.chosen, piece.rejected)])
    return [
        {
            **origin_said(piece, principles),
            "row_id": f"{origin_said(piece, principles)['row_id']}-{piece.chosen.pk}-{piece.rejected.pk}",
            "source": source_of(piece.example),
            "chosen": origin_of(piece.chosen, principles), "rejected": origin_of(piece.rejected, principles),
            "places": [piece.better.place, piece.worse.place], "weight": 1 / piece.among,
        }
        for piece in pieces
    ]  # fmt: skip


@dataclass(frozen=True)
class Hinted(Said):
    """A hint with the tries without any and with this one: {"text", "score", "model", "simulated"}."""

    without: tuple[Line, ...] = ()
    with_it: tuple[Line, ...] = ()

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote one of the tries."""
        return super().simulated or any(one["simulated"] for one in (*self.without, *self.with_it))


def hints(project: Any, wish: Wish) -> Iterator[Hinted | None]:
    """Hints with what was tried, and how it was judged."""
    for batch in batches(rows_said(Hint, project, wish, response="")):
        examples = [piece.example.pk for piece in batch if piece]
        tries = tries_of(project, examples)
        for piece in batch:
            yield piece and Hinted(
                piece.row, piece.example, None, tuple(tries[piece.example.pk, 0]),
                tuple(tries[piece.example.pk, piece.row.pk]),
            )  # fmt: skip


def tries_of(project: Any, examples: Sequence[int]) -> dict[tuple[int, int], list[Line]]:
    """The tries at these examples by (example, hint they were given; 0 for none), each with its mean score."""
    given = Errand.objects.filter(
        kind=Errand.Kind.HINTED, example__in=examples, result__isnull=False, hint__isnull=False
    )
    hints = dict(given.values_list("result", "hint"))
    heard = heard_of(project, examples)
    found: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for row in attempts_at(examples):
        scores = heard[row.example_id].scores[row.pk]
        score = round(sum(scores) / len(scores), 4) if scores else None
        found[row.example_id, hints.get(row.pk, 0)].append(
            {"text": row.text, "score": score, "model": row.model, "simulated": row.simulated}
        )
    return found


@dataclass(frozen=True)
class Improved(Said):
    """Words about a response, and the answer that came of them."""

    result: Response | None = None

    @property
    def simulated(self) -> bool:
        """Whether the simulated model wrote either answer."""
        return super().simulated or bool(self.result and self.result.simulated)


def improvements(project: Any, wish: Wish) -> Iterator[Improved | None]:
    """Words with the answer that took them in, else the same person's rewrite."""
    for batch in batches(rows_said(Critique, project, wish)):
        words = [piece.row for piece in batch if piece]
        taken = {row.critique_id: row.response for row in taken_in(project, wish, words)}
        rewrites = {(row.response_id, row.rater_id, row.turn): row.result for row in rewritten(project, wish, words)}
        for piece in batch:
            if piece is None:
                yield None
                continue
            row = piece.row
            result = taken.get(row.pk) or rewrites.get((row.response_id, row.rater_id, row.turn))
            yield Improved(piece.row, piece.example, piece.response, result)


def taken_in(project: Any, wish: Wish, words: Sequence[Critique]) -> Any:
    """Uptakes that say yes, by people."""
    rows = chosen(Uptake, project, wish).filter(critique__in=words, outcome=Uptake.Outcome.YES)
    return rows.filter(rater__kind=Rater.Kind.PERSON).select_related("response").order_by("pk")


def rewritten(project: Any, wish: Wish, words: Sequence[Critique]) -> Any:
    """Rewrites by whoever said these words, of what they were said about."""
    rows = chosen(Edit, project, wish).filter(response__in=[row.response for row in words])
    return rows.select_related("result").order_by("pk")


@dataclass(frozen=True)
class ActedOn(Said):
    """Two judgements of uptake of words about one response; `row` is of those better taken in."""

    other: Any = None


def acted_on(project: Any, wish: Wish) -> Iterator[ActedOn | None]:
    """Pairs of words about one response of which one was better taken in."""
    found: dict[int, list[Said]] = defaultdict(list)  # of one example, by the response the words are about
    number = 0
    for piece in rows_said(Uptake, project, wish, response="critique__response", related=("critique__rater",)):
        if piece is None:
            yield None
            continue
        if piece.example.number != number:
            yield from (pair for several in found.values() for pair in pairs_acted_on(several))
            found.clear()
            number = piece.example.number
        found[piece.row.critique.response_id].append(piece)
    yield from (pair for several in found.values() for pair in pairs_acted_on(several))


def pairs_acted_on(pieces: Iterable[Said]) -> Iterator[ActedOn]:
    """Every two of different words and outcome, the better taken in first."""
    ordered = sorted(pieces, key=lambda piece: -RANK[piece.row.outcome])
    for better, worse in combinations(ordered, 2):
        if better.row.outcome != worse.row.outcome and better.row.critique_id != worse.row.critique_id:
            yield ActedOn(better.row, better.example, better.response, worse.row)


def acted_on_origins(pieces: Sequence[ActedOn], lines: Sequence[Line]) -> list[Line]:
    """The sidecar of such pairs: both judgements."""
    others = [replace(piece, row=piece.other) for piece in pieces]
    found = zip(origins_said(pieces, lines), origins_said(others, lines), strict=True)
    return [
        {**one, "row_id": f"{one['row_id']}-{other['row_id']}", "feedback": [*one["feedback"], *other["feedback"]]}
        for one, other in found
    ]


def confirmed(kind: Any, project: Any, wish: Wish, **how: Any) -> Iterator[Said | None]:
    """Rows of a kind that people stand for: what only a detector said is no data."""
    return (
        piece if piece and piece.rater.kind in (Rater.Kind.PERSON, Rater.Kind.IMPORTED) else None
        for piece in rows_said(kind, project, wish, **how)
    )


def batches(pieces: Iterator[Any]) -> Iterator[list[Any]]:
    """The pieces in batches: a small one first, so that something is there at once."""
    size = FEW
    while batch := list(islice(pieces, size)):
        size = BATCH
        yield batch
