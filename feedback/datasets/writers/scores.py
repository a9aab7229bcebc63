"""Scores: ratings on the aspects of a form, and presses of plus or minus while a response streamed."""

from __future__ import annotations

from typing import Any

from feedback.datasets.writers.heads import Line, head

RATINGS = "precept-ratings"
RATINGS_LABEL = "Ratings, one aspect a line"
RATINGS_ABOUT = """\
`prompt` and `response`, and a score from 1 to `scale` on one `aspect` (thumbs have the scale 2, sliders 100), or
`cannot_judge` without a score. With `turn` the score is of that turn of the dialogue and `response` is it; with
`about_words` it is of what somebody said of the response."""
PULSES = "precept-pulses"
PULSES_LABEL = "Plus and minus while it streamed, one press a line"
PULSES_ABOUT = """\
`direction` is 1 or -1; `at` is how many characters (code points) of `response` were shown, `milliseconds` how long
after the stream began; `shown` is the text that was on the screen."""


def rating_line(row: Any) -> Line:
    """One score."""
    return {
        **head(row.response, row.turn),
        "aspect": row.aspect,
        "score": row.score,
        "scale": row.scale,
        "cannot_judge": row.cannot_judge,
        "turn": row.turn,
        "about_words": row.critique.words if row.critique else None,
    }


def pulse_line(row: Any) -> Line:
    """One press."""
    return {
        **head(row.response),
        "direction": row.direction,
        "at": row.at,
        "milliseconds": row.milliseconds,
        "shown": row.response.text[: row.at],
    }
