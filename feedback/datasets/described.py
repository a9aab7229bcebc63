"""What formats of feedback as it was given say of themselves: who reads them, what they need, columns, papers.

Kept beside them in one table, so that `export_data --list` tells of every format. Dialogues are lists of objects here:
what was imported keeps its parts and tool calls.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from feedback.datasets.pieces import Format

PRECEPT, PROMPT = "Precept, and whoever reads feedback itself", "list[object]"
WHO = {"rater": "text", "by": "text"}
HEAD = {"prompt": PROMPT, "response": "text"}
TAIL = {**WHO, "after": PROMPT}
GRADED = {"form": "text", "difficulty": "text"}
TRY = "object{text: text, score: float?, model: text, simulated: bool, success: bool?}"
EDIT = "object{type: text, start: int, end: int, before: text, after: text}"
PIECE = "object{start: int, end: int, text: text, label: int, types: list[text]}"
PRINCIPLE = "object{domain: text, effect: text}"
PAIR = {"prompt": "turns", "chosen": "turns", "rejected": "turns"}


class Told(NamedTuple):
    """Who reads it, what must have been said, its columns, the systems it serves."""

    trainer: str
    needs: str
    columns: dict[str, str]
    systems: tuple[str, ...] = ()


TOLD = {
    "fine-grained-rlhf-spans": Told(
        "Fine-Grained RLHF", "Marks on answers.",
        {"question": "text", "passages": "any", "gold": "text", "prediction 1": "text", "feedback": "object"},
        ("Fine-Grained RLHF",),
    ),
    "fine-grained-rlhf-segments": Told(
        "Fine-Grained RLHF", "Marks on answers.",
        {**HEAD, "error_type": "text", "level": "text", "segments": f"list[{PIECE}]"}, ("Fine-Grained RLHF",),
    ),
    "c3po": Told(
        "C3PO", "Scope tests of principles: where each applies, close by and elsewhere.",
        {**PAIR, "hard_negative": "turns", "soft_negative": "turns", "principle": PRINCIPLE}, ("C3PO / RLVF",),
    ),
    "precept-stay-as-is": Told(
        "C3PO", "Scope tests of principles.",
        {"prompt": "turns", "completion": "turns", "rejected": PROMPT, "leaked": "bool", "scope": "text",
         "principle": PRINCIPLE}, ("C3PO / RLVF",),
    ),
    "trl-ranked-pairs": Told("TRL", "Rankings of several answers.", PAIR, ("InstructGPT",)),
    "trl-demonstrations": Told(
        "TRL", "Answers people wrote from nothing.", {"prompt": "turns", "completion": "turns"},
        ("ReLIFT", "InstructGPT"),
    ),
    "dress-conditional": Told(
        "DRESS", "Critiques of answers.",
        {"prompt": "turns", "critique": "text", "polarity": "text", "completion": "turns"}, ("DRESS",),
    ),
    "dress-turns": Told(
        "DRESS", "Words on how to improve, and the answer that came of them.", {"messages": "turns"}, ("DRESS",)
    ),
    "precept-uptake-pairs": Told(
        "RbtAct", "Judgements of what was taken in, of two pieces of feedback on one answer.",
        {**HEAD, "chosen": "text", "rejected": "text", "chosen_outcome": "text", "rejected_outcome": "text",
         "chosen_perspective": "text", "rejected_perspective": "text"}, ("RbtAct",),
    ),
    "precept-ratings": Told(
        PRECEPT, "Ratings.",
        {**HEAD, "aspect": "text", "score": "int?", "scale": "int", "cannot_judge": "bool", "turn": "int?",
         "about_words": "text?", **WHO, "about": "object?", "after": PROMPT},
    ),
    "precept-critiques": Told(
        PRECEPT, "Critiques or kudos.",
        {**HEAD, "polarity": "text", "text": "text", "improve": "text", "scope": "text", "turn": "int?",
         "quote": "text?", "start": "int?", "end": "int?", "beside": "text?", "failure": "text", "stage": "text",
         "perspective": "text", "looks": "text", "informative": "bool?", "suggested": "bool", **GRADED, **WHO,
         "objective": "text", "mark": "object?", "after": PROMPT}, ("CDF (Constructive and Diverse Feedback)",),
    ),
    "precept-failures": Told(
        PRECEPT, "Named reasons for failure.",
        {**HEAD, "failure": "text", "stage": "text", "turn": "int?", **WHO, "objective": "text", "mark": "object?",
         "after": PROMPT},
    ),
    "precept-spans": Told(
        PRECEPT, "Marks on answers.",
        {**HEAD, "start": "int?", "end": "int?", "quote": "text?", "prefix": "text", "suffix": "text",
         "category": "text", "severity": "text", "reason": "text", "replacement": "text?", "turn": "int?", **TAIL},
    ),
    "precept-edits": Told(
        PRECEPT, "Rewrites.",
        {"prompt": PROMPT, "before": "text", "after": "text", "edits": f"list[{EDIT}]", "reason": "text",
         "ideal": "bool", "turn": "int?", "synthetic": "bool", **GRADED, **WHO, "rest": PROMPT},
        ("SYNFAC-EDIT", "CDF (Constructive and Diverse Feedback)"),
    ),
    "precept-preferences": Told(
        PRECEPT, "Comparisons of two answers.",
        {"prompt": PROMPT, "response_a": "text", "response_b": "text", "turns_a": f"{PROMPT}?",
         "turns_b": f"{PROMPT}?", "outcome": "text", "strength": "int?", "reason": "text", "aspect": "text",
         "timing": "text", "protocol": "text", "shown_first": "text?", **GRADED, **TAIL},
        ("RLHS", "CDF (Constructive and Diverse Feedback)"),
    ),
    "precept-rankings": Told(
        PRECEPT, "Rankings of several answers.",
        {"prompt": PROMPT, "source": "text", "responses": "list[object{text: text, place: int, model: text}]",
         "aspect": "text", "reason": "text", **TAIL}, ("InstructGPT", "CycleAlign"),
    ),
    "precept-follow-ups": Told(
        PRECEPT, "What users wrote next, confirmed by a person.",
        {**HEAD, "next_message": "text", "mark": "text", "polarity": "text", "says": "text", "prompt_quality": "int?",
         "detected": "text?", "turn": "int?", **TAIL}, ("User Feedback in Human-LLM Dialogues",),
    ),
    "precept-pulses": Told(
        PRECEPT, "Presses of plus and minus while an answer streamed.",
        {**HEAD, "direction": "int", "at": "int", "milliseconds": "int", "shown": "text", **TAIL},
    ),
    "precept-demonstrations": Told(
        PRECEPT, "Answers people wrote from nothing.",
        {"prompt": PROMPT, "source": "text", "demonstration": "text", "reason": "text", **TAIL}, ("ReLIFT",),
    ),
    "precept-hints": Told(
        PRECEPT, "Hints for examples whose attempts all failed.",
        {"prompt": PROMPT, "hint": "text", "without": f"list[{TRY}]", "with": f"list[{TRY}]",
         "success_without": "float?", "success_with": "float?", **TAIL}, ("Guide (adaptive guidance)",),
    ),
    "precept-uptake": Told(
        PRECEPT, "Judgements of whether feedback was taken in.",
        {**HEAD, "polarity": "text", "text": "text", "improve": "text", "perspective": "text", "later": "text",
         "outcome": "text", "note": "text", **WHO, "about": "object", "after": PROMPT}, ("RbtAct",),
    ),
}  # fmt: skip


def described(one: Format) -> Format:
    """The format with what the table says of it, as far as it says nothing itself."""
    told = TOLD.get(one.name)
    if told is None:
        return one
    return replace(
        one, trainer=one.trainer or told.trainer, needs=one.needs or told.needs,
        columns=one.columns or told.columns, systems=one.systems or told.systems,
    )  # fmt: skip
