"""What a kind of errand consists of: who may ask, what must be there, what the model is asked, what is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from feedback.errors import Malformed, Refused
from feedback.examples.hashes import text_hash
from feedback.llm.material import conversation_text
from feedback.llm.model import Completion
from feedback.models import Errand, Response, Role
from feedback.projects.budget import RecordedModel


@dataclass(frozen=True)
class Outcome:
    """What came of an errand: `answer` for its fragment, the response that was written, names of what else changed."""

    answer: dict[str, Any] = field(default_factory=dict)
    result: Response | None = None
    changed: tuple[str, ...] = ()


def anything(_: Errand) -> None:
    """Nothing has to be there but the example."""


def needs_response(errand: Errand) -> None:
    """Raise `Refused` unless the errand is about a response."""
    if errand.response is None:
        raise Refused("Say which response this is about.")


@dataclass(frozen=True, kw_only=True)
class Way:
    """How one kind of errand is done.

    `check` raises `Refused` when it cannot be; `ask` makes the model calls, outside any transaction, each under a slot
    of its own; `keep` writes the rows, inside the transaction that ends the errand.
    """

    ask: Callable[[Errand, RecordedModel], Any]
    keep: Callable[[Errand, Any], Outcome]
    check: Callable[[Errand], None] = needs_response
    role: str = Role.REVIEWER
    takes_holdout: bool = False


def asked_of(errand: Errand) -> str:
    """The turns that the errand's response answers, each sealed off from the next; else the example's."""
    return conversation_text(errand.response.messages if errand.response else errand.example.messages)


def answered(completion: Completion, kind: type[Any]) -> Any:
    """The typed answer. Raises `Malformed` when the model gave another."""
    if not isinstance(completion.data, kind):
        raise Malformed("The model's answer is not of the kind that was asked for.")
    return completion.data


def new_response(errand: Errand, text: str, completion: Completion, **fields: Any) -> Response:
    """A response that a model wrote on an errand."""
    return Response.objects.create(
        example=errand.example, text=text, content_hash=text_hash(text), origin=Response.Origin.GENERATED,
        model=completion.model[:120], simulated=completion.simulated, **fields,
    )  # fmt: skip
