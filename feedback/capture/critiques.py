"""Words: what is good about a response (kudos) and what is not (critique), on all of it or on a piece of it."""

from __future__ import annotations

from typing import Any, Unpack

from feedback.capture.history import How, record, said
from feedback.capture.ratings import checked_turn
from feedback.capture.wording import tags_of
from feedback.errors import Refused
from feedback.models import Critique, Response, Span, Step


class Words(How, total=False):
    """What may be said with a critique. `text` looks back, `improve` forward; `scope` follows from the place given.

    `failure`, `stage` and `perspective` are names of the form's lists. `picked_from` is the model's suggestion that a
    person took up; `vetted` and `vetted_why` are a model's own row after its self-check.
    """

    text: str
    improve: str
    scope: str
    turn: int | None
    span: Span | None
    beside: Response | None
    failure: str
    stage: str
    perspective: str
    run_step: Step | None
    picked_from: Critique | None
    vetted: bool | None
    vetted_why: str


NAMES = ("failure", "stage", "perspective")
CARRIED = ("run_step", "picked_from", "vetted")


def record_critique(response: Response, *, polarity: str, **given: Unpack[Words]) -> Critique:
    """Record kudos or a critique: words, how to do better, or the kind of failure; one of them is enough."""
    if polarity not in Critique.Polarity.values:
        raise Refused(f"Words are either kudos or a critique, not {polarity!r}.")
    fields: Any = dict(given)
    how: Any = {name: fields[name] for name in How.__annotations__ if name in fields}
    text, improve = (said(fields.get(name, ""), what=polarity, may_be_empty=True) for name in ("text", "improve"))
    names = {name: str(fields.get(name, ""))[:60] for name in NAMES}
    if not (text or improve or names["failure"]):
        raise Refused(f"The {polarity} is empty. Write something, or leave it out.")
    looks, informative = tags_of(text, improve)
    return record(
        Critique, response, how, response=response, polarity=polarity, text=text, improve=improve, looks=looks,
        informative=informative, vetted_why=fields.get("vetted_why", ""), **names, **place_of(response, fields),
        **{name: fields.get(name) for name in CARRIED},
    )  # fmt: skip


def place_of(response: Response, fields: dict[str, Any]) -> dict[str, Any]:
    """What the words are about: the scope that is given, or the one that follows from the place."""
    span, beside = fields.get("span"), fields.get("beside")
    turn = checked_turn(response, fields.get("turn"))
    follows = "span" if span else "pair" if beside else "turn" if turn is not None else "response"
    scope = fields.get("scope") or follows
    if scope not in Critique.Scope.values or (scope in {"span", "pair", "turn"} and scope != follows):
        raise Refused("It is not clear what these words are about. Choose once more.")
    if span is not None and span.response_id != response.pk:
        raise Refused("This mark stands in another response.")
    if beside is not None and beside.example_id != response.example_id:
        raise Refused("These two responses answer different examples.")
    return {"scope": scope, "span": span, "beside": beside, "turn": turn}
