"""The export formats by name. How to add one stands in `pieces.py`."""

from __future__ import annotations

from feedback.datasets import as_given, scoped
from feedback.datasets.described import described
from feedback.datasets.judged import JudgedPair
from feedback.datasets.marked import MarkedFor, MarkedResponse, marked_by_category, marked_origins, marked_responses
from feedback.datasets.paired import Pair, origins, pairs, sidecar, turns_before, two
from feedback.datasets.pieces import Format, Line
from feedback.datasets.views import research, trainers
from feedback.datasets.writers import fine_grained, trl_preference
from feedback.datasets.writers.prompts import Untrainable
from feedback.models import Edit, Preference, Span

PAIR = """\
`prompt`, `chosen` and `rejected`, each a list of turns. All standing judgements of a pair of texts are taken together
and the majority decides; a person's rewrite counts as a judgement that the rewrite is better than the original. A pair
that is balanced, or that people found equal, makes no row."""


def pair_line(pair: Pair) -> Line:
    """The training row of a pair, whatever it was made of."""
    if not isinstance(pair, JudgedPair):
        found = two(pair)
        return trl_preference.line_of(found.prompt, found.chosen, found.rejected)
    if not pair.decision.winner:
        raise Untrainable(pair.decision.why)
    return trl_preference.line_of(turns_before(pair), pair.chosen.text, pair.rejected.text)


def marked_line(piece: MarkedResponse) -> Line:
    """The marks on a response."""
    rewrite = piece.edit.result.text if piece.edit else None
    return fine_grained.line_of(piece.placed, rewrite)


def segments_line(piece: MarkedFor) -> Line:
    """The segments of a response for one type of error."""
    return fine_grained.segments_of(piece.placed, piece.category, piece.form)


TRL = Format(
    name=trl_preference.NAME, label=trl_preference.LABEL, one="pair", many="preference pairs", about=PAIR,
    kinds=(Preference, Edit), pieces=pairs, line=pair_line, origins=origins, sidecar=sidecar, trainer="TRL",
    needs="Comparisons of two answers, or rewrites.",
    columns={"prompt": "turns", "chosen": "turns", "rejected": "turns"}, configs={"trl": {"trainer": "DPOTrainer"}},
)  # fmt: skip

SPANS = Format(
    name=fine_grained.NAME, label=fine_grained.LABEL, one="marked response", many="marked responses",
    about=fine_grained.ABOUT, kinds=(Span, Edit), pieces=marked_responses, line=marked_line, origins=marked_origins,
)  # fmt: skip
SEGMENTS = Format(
    name=fine_grained.SEGMENTS, label=fine_grained.SEGMENTS_LABEL, one="response and type of error",
    many="responses by type of error", about=fine_grained.SEGMENTS_ABOUT, kinds=(Span,), pieces=marked_by_category,
    line=segments_line, origins=marked_origins,
)  # fmt: skip

DEFAULT = TRL.name
FORMATS: dict[str, Format] = {one.name: one for one in (TRL, SPANS, SEGMENTS)}
FORMATS |= {
    one.name: one for one in (scoped.PAIRS, scoped.STAYS, *as_given.FORMATS, *trainers.FORMATS, *research.FORMATS)
}
FORMATS = {name: described(one) for name, one in FORMATS.items()}
LABELS = {one.name: one.label for one in FORMATS.values()}
