"""Prompts without answers, for trainers that write their own: GRPO, RLOO, PPO, online DPO."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from feedback.datasets.choosing import chosen_examples
from feedback.datasets.pieces import Format, Line, Wish
from feedback.datasets.provenance import example_facts
from feedback.datasets.writers import answer_shapes
from feedback.datasets.writers.heads import source_of
from feedback.datasets.writers.prompts import trainable_prompt
from feedback.models import Example

CHUNK = 500


@dataclass(frozen=True)
class Prompted:
    """An example, whatever was said of it."""

    example: Example
    simulated: bool = False
    sources: frozenset[str] = frozenset({"example"})
    responses: tuple[int, ...] = ()
    agreement: tuple[int, bool] = (1, True)


def prompts(project: Any, wish: Wish) -> Iterator[Prompted]:
    """Every example that is asked for."""
    for example in chosen_examples(project, wish).select_related("imported_in").iterator(chunk_size=CHUNK):
        yield Prompted(example)


def origins(pieces: Sequence[Prompted], _: Sequence[Line]) -> list[Line]:
    """The sidecar: which example it is."""
    return [
        {"row_id": hashlib.sha256(piece.example.content_hash.encode()).hexdigest()[:20],
         "example": example_facts(piece.example), "simulated": False}
        for piece in pieces
    ]  # fmt: skip


def prompt_only(piece: Prompted) -> Line:
    """TRL prompt-only."""
    return {"prompt": trainable_prompt(piece.example.messages)}


def with_reference(piece: Prompted) -> Line:
    """OpenRLHF's."""
    prompt, example = trainable_prompt(piece.example.messages), piece.example
    told = example.extra.get("datasource") if isinstance(example.extra, dict) else None
    source = told if isinstance(told, str) and told else source_of(example)
    return answer_shapes.openrlhf_prompt(prompt, example.reference, source)


def asking(
    name: str, label: str, line: Callable[[Any], Line], trainer: str, columns: dict[str, str], **more: Any
) -> Format:
    """A format of prompts."""
    return Format(
        name=name, label=label, one="prompt", many="prompts", pieces=prompts, line=line, origins=origins,
        trainer=trainer, columns=columns, needs="Examples; nothing need have been said of them.",
        systems=("Unpacking DPO and PPO", "OAIF (online AI feedback)", "RLHF Workflow"),
        about="Every prompt, whatever was said of its answers; what is held out never among them.", **more,
    )  # fmt: skip


FORMATS = (
    asking("trl-prompts", "TRL prompts (GRPO, RLOO, online DPO)", prompt_only, "TRL", {"prompt": "turns"},
           configs={"trl": {"trainer": "GRPOTrainer"}}),
    asking("openrlhf-prompts", "OpenRLHF prompts with reference answers (PPO)", with_reference, "OpenRLHF",
           {"context_messages": "turns", "answer": "text", "datasource": "text"},
           configs={"openrlhf": {"data.input_key": "context_messages", "data.label_key": "answer",
                                 "data.apply_chat_template": True}}),
)  # fmt: skip
