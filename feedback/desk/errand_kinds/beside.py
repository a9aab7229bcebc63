"""What stands beside a conversation when a model answers on an errand: the memory, where a project has one.

The memory belongs to a later floor, which says here how it is asked (`remember_by`). Without it nothing stands beside.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from feedback.llm.model import Prompt
from feedback.llm.prompts import fill
from feedback.models import Errand, Experience, Response


@dataclass(frozen=True)
class Beside:
    """The entries of the memory that stood in a prompt, and their text."""

    entries: tuple[Experience, ...] = ()
    text: str = ""


Recall = Callable[[Errand], Beside]
Note = Callable[[Response, tuple[Experience, ...]], object]
memory: dict[str, tuple[Recall, Note]] = {}


def remember_by(recall: Recall, note: Note) -> None:
    """Say how the memory is asked for an errand, and how its use for a response is written down."""
    memory["the"] = (recall, note)


def recalled(errand: Errand) -> Beside:
    """What the memory gives for an errand."""
    return memory["the"][0](errand) if memory else Beside()


def note_recalled(response: Response, beside: Beside) -> None:
    """Write down what a response was written with."""
    if memory and beside.entries:
        memory["the"][1](response, beside.entries)


def answering(conversation: str, beside: Beside) -> Prompt:
    """The prompt for an answer, with the memory where it gives something."""
    if not beside.text:
        return fill("answer_message", conversation=conversation)
    return fill("answer_with_memory", conversation=conversation, memory=beside.text)
