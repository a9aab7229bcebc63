"""An answer under the request it does satisfy (HIR): an example of its own, in the split of the one it came from.

The answer failed what was asked; for the request that is written here in hindsight it is right. Nothing is overwritten.
"""

from __future__ import annotations

from django.db import transaction

from feedback.errors import Refused
from feedback.examples.hashes import conversation_hash
from feedback.examples.intake import hold_numbers, next_number
from feedback.live import announce
from feedback.models import Example, Response, Split

PERSON, MODEL = "person", "model"
LONGEST = 8000


@transaction.atomic
def relabel(response: Response, *, instruction: str, by: str, model: str = "", simulated: bool = False) -> Example:
    """Keep a response under the instruction it satisfies; `by` is "person" or "model". The same again adds nothing.

    Raises `Refused` for an empty instruction, one that is what was asked anyway, and a held-out example.
    """
    before = response.example
    messages = relabelled(response, checked(instruction))
    if before.split == Split.HOLDOUT:
        raise Refused("This example is held out: nothing is made of it that could be learned from.")
    if messages == response.messages:
        raise Refused("That is what was asked. Say what the answer does answer.")
    hold_numbers(before.project)
    hash_ = conversation_hash(messages)
    there = Example.objects.filter(project=before.project, content_hash=hash_).first()
    example = there or Example.objects.create(
        project=before.project, number=next_number(before.project), content_hash=hash_, messages=messages,
        split=before.split, extra={"relabelled_from": told(response, by, model, simulated=simulated)},
    )  # fmt: skip
    if not example.responses.filter(content_hash=response.content_hash).exists():
        copy_of(response, example)
    announce(before.project, "examples", f"example-{before.number}")
    return example


def told(response: Response, by: str, model: str, *, simulated: bool) -> dict[str, object]:
    """Where it came from and who wrote the instruction."""
    found: dict[str, object] = {"messages": response.messages, "response": response.content_hash,
                                "example": response.example.number, "by": by}  # fmt: skip
    return {**found, "model": model, "simulated": simulated} if model else found


def checked(instruction: str) -> str:
    """The instruction, if it says something."""
    instruction = instruction.replace("\x00", "").strip()
    if not instruction:
        raise Refused("Write the request that this answer satisfies.")
    if len(instruction) > LONGEST:
        raise Refused(f"The request has at most {LONGEST} characters. Shorten it.")
    return instruction


def relabelled(response: Response, instruction: str) -> list[dict[str, str]]:
    """The turns with the last request in the words of the instruction."""
    messages = list(response.messages)
    last = max((place for place, turn in enumerate(messages) if turn["role"] == "user"), default=0)
    return [*messages[:last], {"role": "user", "content": instruction}]


def copy_of(response: Response, example: Example) -> Response:
    """The same words as an answer to the new request."""
    origin = Response.Origin.IMPORTED if response.origin == Response.Origin.IMPORTED else Response.Origin.GENERATED
    return Response.objects.create(
        example=example, text=response.text, content_hash=response.content_hash, origin=origin, model=response.model,
        simulated=response.simulated,
    )  # fmt: skip
