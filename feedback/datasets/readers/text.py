"""A text alone (TRL's language modelling): a dialogue written out with its speakers, or words nobody asked for.

Known ways to write speakers are taken apart (ChatML, `### Human:`, `Human:`, Llama 2's `[INST]`); any other text is an
answer to a question that the source does not tell.
"""

from __future__ import annotations

import re

from feedback.datasets.readers.chat import dialogue
from feedback.datasets.readers.checks import rest, text_in, words
from feedback.datasets.readers.rows import Answer, Record, Row
from feedback.datasets.readers.values import no_prompt

NAME = "text"
LABEL = "a text alone (language modelling)"
CHATML = re.compile(r"<\|im_start\|>(system|user|assistant|tool)\n(.*?)(?:<\|im_end\|>\s*|\Z)", re.DOTALL)
INST = re.compile(
    r"(?:<s>)?\s*\[INST\]\s*(?:<<SYS>>(.*?)<</SYS>>)?(.*?)\[/INST\](.*?)(?:</s>|(?=(?:<s>)?\s*\[INST\])|\Z)", re.DOTALL
)
SPEAKER = re.compile(
    r"(?:(?:\A|\n+)(?:###\s*)?|###\s*)(Human|User|Assistant|System|Instruction|Response):\s?", re.IGNORECASE
)  # fmt: skip
ROLES = {"human": "user", "user": "user", "instruction": "user", "assistant": "assistant", "response": "assistant",
         "system": "system"}  # fmt: skip


def fits(record: Record) -> bool:
    """Whether a record has this shape."""
    return isinstance(record.get("text"), str)


def read(record: Record) -> Row:
    """The dialogue, or the text as an answer."""
    text = text_in(record, "text")
    turns = turns_of(text)
    others = {name: value for name, value in record.items() if name != "text"}
    if any(turn["role"] == "user" for turn in turns) and turns[-1]["content"].strip():
        return dialogue({**others, "text": turns}, "text")
    return Row(
        messages=({"role": "user", "content": no_prompt(text)},),
        answers=(Answer(text, words(record, "model")),),
        external_id=words(record, "id"),
        extra=rest(record, {"text", "id", "model"}),
    )


def turns_of(text: str) -> list[dict[str, str]]:
    """The turns of a text in which speakers are named; none for any other."""
    if text.startswith("<|im_start|>"):
        return [{"role": role, "content": said.strip()} for role, said in CHATML.findall(text)]
    if re.match(r"\s*(?:<s>)?\s*\[INST\]", text):
        return in_llama(text)
    pieces = SPEAKER.split(text)
    if pieces[0].strip() or len(pieces) < 5:
        return []
    return [
        {"role": ROLES[role.lower()], "content": said.strip()}
        for role, said in zip(pieces[1::2], pieces[2::2], strict=True)
    ]


def in_llama(text: str) -> list[dict[str, str]]:
    """The turns of Llama 2's way of writing."""
    turns = []
    for system, asked, answered in INST.findall(text):
        turns += [{"role": "system", "content": system.strip()}] if system.strip() else []
        turns.append({"role": "user", "content": asked.strip()})
        turns += [{"role": "assistant", "content": answered.strip()}] if answered.strip() else []
    return turns
