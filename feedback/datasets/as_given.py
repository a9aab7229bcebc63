"""The formats that hold each kind of feedback as it was given, and the trainers' formats made of single kinds."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from feedback.datasets import gathered
from feedback.datasets.pieces import AS_GIVEN, FOR_TRAINERS, Format
from feedback.datasets.provenance import pseudonym
from feedback.datasets.said import Said, origins_said, rows_said
from feedback.datasets.writers import givers, marks, orders, rewrites, scores, ways, words
from feedback.models import (
    Critique,
    Demonstration,
    Edit,
    FollowUp,
    Hint,
    Preference,
    Pulse,
    Ranking,
    Rating,
    Span,
    Uptake,
)

OwnLine = Callable[[Any], dict[str, Any]]


def own_line(line: Callable[[Any], dict[str, Any]], *, after: str = "after") -> Callable[[Said], dict[str, Any]]:
    """A writer of pieces that also tells whose word it is, and of a turn the rest of its dialogue."""
    return lambda piece: {**line(piece), **givers.said_by(piece.row, pseudonym), after: givers.rest_of(piece.row)}


def row_line(line: OwnLine) -> Callable[[Said], dict[str, Any]]:
    """A writer of rows as a writer of pieces."""
    return lambda piece: line(piece.row)


def graded_line(line: Callable[..., dict[str, Any]]) -> Callable[[gathered.Graded], dict[str, Any]]:
    """A writer of rows that is told how hard the example seems."""
    return lambda piece: line(piece.row, difficulty=piece.difficulty)


ABOUT = ("critique__rater", "critique__span__rater", "critique__beside")
DEMONSTRATED = partial(rows_said, Demonstration, response="result", related=("example__imported_in",))
GIVEN: Any = partial(Format, group=AS_GIVEN, origins=origins_said)
TRAINED: Any = partial(Format, group=FOR_TRAINERS, origins=origins_said)

RANKED_PAIRS = Format(
    name=orders.PAIRS, label=orders.PAIRS_LABEL, one="pair", many="preference pairs from rankings",
    about=orders.PAIRS_ABOUT, kinds=(Ranking,), pieces=gathered.ranked_pairs, origins=gathered.ranked_origins,
    line=lambda piece: orders.ranked_pair_line(piece.example, piece.chosen.text, piece.rejected.text),
)  # fmt: skip
COMPLETIONS = TRAINED(
    name=ways.COMPLETIONS, label=ways.COMPLETIONS_LABEL, one="demonstration", many="demonstrations",
    about=ways.COMPLETIONS_ABOUT, kinds=(Demonstration,), pieces=DEMONSTRATED,
    line=row_line(ways.completion_line),
)  # fmt: skip
CONDITIONAL = TRAINED(
    name=words.CONDITIONAL, label=words.CONDITIONAL_LABEL, one="answer under its critique",
    many="answers under their critiques", about=words.CONDITIONAL_ABOUT, kinds=(Critique,),
    pieces=partial(rows_said, Critique), line=row_line(words.conditional_line),
)  # fmt: skip
TURNS = TRAINED(
    name=words.TURNS, label=words.TURNS_LABEL, one="dialogue", many="dialogues with an improvement turn",
    about=words.TURNS_ABOUT, kinds=(Critique,), pieces=gathered.improvements,
    line=lambda piece: words.turns_line(piece.row, piece.result.text if piece.result else None),
)  # fmt: skip
ACTED_ON = TRAINED(
    name=ways.ACTED_ON, label=ways.ACTED_ON_LABEL, one="pair of feedback", many="pairs of feedback",
    about=ways.ACTED_ON_ABOUT, kinds=(Uptake,), pieces=gathered.acted_on, origins=gathered.acted_on_origins,
    line=lambda piece: ways.acted_on_line(piece.row, piece.other),
)  # fmt: skip

RATINGS = GIVEN(
    name=scores.RATINGS, label=scores.RATINGS_LABEL, one="rating", many="ratings", about=scores.RATINGS_ABOUT,
    kinds=(Rating,), pieces=partial(rows_said, Rating, related=("critique__response__example", *ABOUT)),
    line=own_line(row_line(scores.rating_line)),
)  # fmt: skip
CRITIQUES = GIVEN(
    name=words.CRITIQUES, label=words.CRITIQUES_LABEL, one="critique", many="critiques and kudos",
    about=words.CRITIQUES_ABOUT, kinds=(Critique,),
    pieces=partial(gathered.graded, Critique, related=("span__rater", "beside")),
    line=own_line(graded_line(words.critique_line)),
)  # fmt: skip
FAILURES = GIVEN(
    name=words.FAILURES, label=words.FAILURES_LABEL, one="reason", many="reasons for failure",
    about=words.FAILURES_ABOUT, kinds=(Critique,), pieces=partial(rows_said, Critique),
    line=own_line(row_line(words.failure_line)),
)  # fmt: skip
SPANS = GIVEN(
    name=marks.NAME, label=marks.LABEL, one="mark", many="spans and omissions", about=marks.ABOUT, kinds=(Span,),
    pieces=partial(rows_said, Span), line=own_line(row_line(marks.span_line)),
)  # fmt: skip
EDITS = GIVEN(
    name=rewrites.NAME, label=rewrites.LABEL, one="rewrite", many="rewrites", about=rewrites.ABOUT, kinds=(Edit,),
    pieces=partial(gathered.graded, Edit, related=("result",)),
    line=own_line(graded_line(rewrites.edit_line), after="rest"),
)  # fmt: skip
PREFERENCES = GIVEN(
    name=orders.PREFERENCES, label=orders.PREFERENCES_LABEL, one="preference", many="preferences",
    about=orders.PREFERENCES_ABOUT, kinds=(Preference,),
    pieces=partial(gathered.graded, Preference, response="response_a", related=("response_b",)),
    line=own_line(graded_line(orders.preference_line)),
)  # fmt: skip
RANKINGS = GIVEN(
    name=orders.RANKINGS, label=orders.RANKINGS_LABEL, one="ranking", many="rankings", about=orders.RANKINGS_ABOUT,
    kinds=(Ranking,), pieces=gathered.rankings,
    line=own_line(lambda piece: orders.ranking_line(piece.row, piece.places)),
)  # fmt: skip
FOLLOW_UPS = GIVEN(
    name=ways.FOLLOW_UPS, label=ways.FOLLOW_UPS_LABEL, one="follow-up", many="follow-ups", about=ways.FOLLOW_UPS_ABOUT,
    kinds=(FollowUp,), pieces=partial(gathered.confirmed, FollowUp, related=("confirms",)),
    line=own_line(row_line(ways.follow_up_line)),
)  # fmt: skip
PULSES = GIVEN(
    name=scores.PULSES, label=scores.PULSES_LABEL, one="press", many="presses while it streamed",
    about=scores.PULSES_ABOUT, kinds=(Pulse,), pieces=partial(rows_said, Pulse),
    line=own_line(row_line(scores.pulse_line)),
)  # fmt: skip
DEMONSTRATIONS = GIVEN(
    name=ways.DEMONSTRATIONS, label=ways.DEMONSTRATIONS_LABEL, one="demonstration", many="demonstrations",
    about=ways.DEMONSTRATIONS_ABOUT, kinds=(Demonstration,), pieces=DEMONSTRATED,
    line=own_line(row_line(ways.demonstration_line)),
)  # fmt: skip
HINTS = GIVEN(
    name=ways.HINTS, label=ways.HINTS_LABEL, one="hint", many="hints", about=ways.HINTS_ABOUT, kinds=(Hint,),
    pieces=gathered.hints, line=own_line(lambda piece: ways.hint_line(piece.row, piece.without, piece.with_it)),
)  # fmt: skip
UPTAKES = GIVEN(
    name=ways.UPTAKE, label=ways.UPTAKE_LABEL, one="judgement", many="judgements of uptake", about=ways.UPTAKE_ABOUT,
    kinds=(Uptake,), pieces=partial(rows_said, Uptake, response="critique__response",
                   related=("response", *ABOUT)),
    line=own_line(row_line(ways.uptake_line)),
)  # fmt: skip

FORMATS = (
    RANKED_PAIRS, COMPLETIONS, CONDITIONAL, TURNS, ACTED_ON, RATINGS, CRITIQUES, FAILURES, SPANS, EDITS, PREFERENCES,
    RANKINGS, FOLLOW_UPS, PULSES, DEMONSTRATIONS, HINTS, UPTAKES,
)  # fmt: skip
