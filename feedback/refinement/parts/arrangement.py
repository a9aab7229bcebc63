"""What a strategy is: a named document that says which part sits in which place, and with which parameters.

`arrange` makes the parts of a document; nothing here loops, asks or decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from feedback.errors import Refused
from feedback.llm.prompts import prompt_hash
from feedback.refinement.parts.contracts import (
    Acceptor,
    Critic,
    Judge,
    Parameter,
    Reviser,
    Runner,
    Sampler,
    Scheduler,
    Selector,
    Stopper,
    Work,
)

Value = int | str


@dataclass(frozen=True)
class Piece:
    """A part and where its fields come from: field name -> parameter name."""

    part: type[Any]
    fields: Mapping[str, str] = field(default_factory=dict)

    def make(self, values: Mapping[str, Value]) -> Any:
        """The part with a strategy's parameters put in."""
        return self.part(**{name: values[parameter] for name, parameter in self.fields.items()})


def use(part: type[Any], **fields: str) -> Piece:
    """Put a part into a strategy; `fields` names the parameters it takes."""
    return Piece(part, fields)


@dataclass(frozen=True, kw_only=True)
class Strategy:
    """A strategy as a document. Places left empty are phases it does not have."""

    name: str
    label: str
    summary: str
    formula: str
    scheduler: Piece
    acceptor: Piece
    selector: Piece
    stopper: Piece
    sampler: Piece | None = None
    runner: Piece | None = None
    critic: Piece | None = None
    reviser: Piece | None = None
    judge: Piece | None = None
    parameters: tuple[Parameter, ...] = ()
    needs_constitution: bool = False


@dataclass(frozen=True, kw_only=True)
class Arrangement:
    """A strategy's parts, made and ready to be put to work by the engine."""

    scheduler: Scheduler
    acceptor: Acceptor
    selector: Selector
    stopper: Stopper
    sampler: Sampler | None
    runner: Runner | None
    critic: Critic | None
    reviser: Reviser | None
    judge: Judge | None

    @property
    def working(self) -> dict[str, Work]:
        """The parts that ask a model, by kind."""
        found: tuple[Work | None, ...] = (self.runner, self.critic, self.reviser, self.judge)
        return {part.kind: part for part in found if part is not None}

    @property
    def versions(self) -> dict[str, str]:
        """Which implementation, of which version, does each kind of work: what a run is pinned to."""
        return {kind: f"{part.name} {part.version}" for kind, part in self.working.items()}

    @property
    def prompts(self) -> dict[str, str]:
        """The prompts used and the hashes of their wordings."""
        return {name: prompt_hash(name) for part in self.working.values() for name in part.prompts}


def arrange(strategy: Strategy, parameters: Mapping[str, Any]) -> Arrangement:
    """Make the parts of a strategy. Raises `Refused` for a parameter it does not have or that is out of bounds."""
    values = checked(strategy, parameters)
    places = ("scheduler", "acceptor", "selector", "stopper", "sampler", "runner", "critic", "reviser", "judge")
    pieces = {place: getattr(strategy, place) for place in places}
    made: dict[str, Any] = {place: piece.make(values) if piece else None for place, piece in pieces.items()}
    return Arrangement(**made)


def checked(strategy: Strategy, parameters: Mapping[str, Any]) -> dict[str, Value]:
    """All parameters of a strategy, defaults filled in. Raises `Refused`."""
    known = {parameter.name: parameter for parameter in strategy.parameters}
    if unknown := sorted(parameters.keys() - known.keys()):
        raise Refused(f"{strategy.label} has no setting called {unknown[0]!r}. It has: {', '.join(known) or 'none'}.")
    return {name: value_of(parameter, parameters.get(name)) for name, parameter in known.items()}


def value_of(parameter: Parameter, given: Any) -> Value:
    """One parameter's value. Raises `Refused` when it does not fit."""
    if given is None or given == "":
        return parameter.default
    if parameter.choices:
        allowed = [choice for choice, _ in parameter.choices]
        if given not in allowed:
            raise Refused(f"{parameter.label}: {given!r} is not one of {', '.join(allowed)}.")
        return str(given)
    try:
        number = int(given)
    except (TypeError, ValueError):
        raise Refused(f"{parameter.label}: {given!r} is not a whole number.") from None
    if not parameter.lowest <= number <= parameter.highest:
        raise Refused(f"{parameter.label}: {number} is not between {parameter.lowest} and {parameter.highest}.")
    return number
