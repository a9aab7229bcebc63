"""What stands beside a conversation when a model answers on an errand: what is in force, and the memory.

Both belong to a later floor, which says here how they are asked (`govern_by`, `remember_by`). Without, nothing does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from feedback.llm.model import Prompt
from feedback.llm.prompts import fill
from feedback.models import Errand, Experience, Response


@dataclass(frozen=True)
class Law:
    """The text of what is in force; `compiled` is the later floor's own and comes back to it."""

    text: str
    compiled: object


@dataclass(frozen=True)
class Beside:
    """The entries of the memory that stood in a prompt, their text, and what was in force."""

    entries: tuple[Experience, ...] = ()
    text: str = ""
    law: Law | None = None


Recall = Callable[[Errand], Beside]
Note = Callable[[Response, tuple[Experience, ...]], object]
Govern = Callable[[Errand], Law | None]
Follow = Callable[[Response, Law, Sequence[int]], object]
memory: dict[str, tuple[Recall, Note]] = {}
government: dict[str, tuple[Govern, Follow]] = {}


def remember_by(recall: Recall, note: Note) -> None:
    """Say how the memory is asked for an errand, and how its use for a response is written down."""
    memory["the"] = (recall, note)


def govern_by(govern: Govern, follow: Follow) -> None:
    """Say how the constitution is asked for an errand, and how its use for a response is written down."""
    government["the"] = (govern, follow)


def recalled(errand: Errand) -> Beside:
    """What the memory and the constitution give for an errand."""
    found = memory["the"][0](errand) if memory else Beside()
    return replace(found, law=government["the"][0](errand)) if government else found


def note_recalled(response: Response, beside: Beside, *, followed: Sequence[int] = ()) -> None:
    """Write down what a response was written with; `followed` are the numbers of the principles its writer named."""
    if memory and beside.entries:
        memory["the"][1](response, beside.entries)
    if government and beside.law:
        government["the"][1](response, beside.law, followed)


def answering(conversation: str, beside: Beside) -> Prompt:
    """The prompt for an answer, with what is in force and the memory where they give something."""
    if beside.law:
        return fill("answer_in_force", constitution=beside.law.text, conversation=conversation, memory=beside.text)
    if not beside.text:
        return fill("answer_message", conversation=conversation)
    return fill("answer_with_memory", conversation=conversation, memory=beside.text)
