"""Whether a later response took a piece of feedback in (RbtAct). One standing word per rater, critique and response."""

from __future__ import annotations

from typing import Unpack

from feedback.capture.history import How, record, said
from feedback.errors import Refused
from feedback.models import Critique, Response, Uptake

PROTOCOL = "uptake"
# From best to worst: the order in which outcomes are preferred when critiques are paired.
ORDER = ("yes", "partly", "no", "worse")


def record_uptake(
    critique: Critique, response: Response, *, outcome: str, note: str = "", **how: Unpack[How]
) -> Uptake:
    """Record whether `response`, which came later, did what `critique` said of an earlier answer to the example."""
    if outcome not in Uptake.Outcome.values:
        raise Refused(f"{outcome!r} is not known. It is one of: {', '.join(Uptake.Outcome.values)}.")
    if critique.response_id == response.pk:
        raise Refused("This is the answer the words are about. Uptake is about one that came after it.")
    if critique.response.example_id != response.example_id:
        raise Refused("This answer belongs to another example than the words.")
    how.setdefault("protocol", PROTOCOL)
    fields = {"outcome": outcome, "note": said(note, what="note", may_be_empty=True)}
    return record(Uptake, response, how, critique=critique, response=response, **fields)
