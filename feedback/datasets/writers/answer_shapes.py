"""One answer to one prompt as each trainer takes it: to be imitated, or labelled good or bad. Pure.

`one` lets nothing through that a trainer would empty: turns alternate, the user's is last, the answer says something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from feedback.datasets.writers.pair_shapes import NAMES, history, said
from feedback.datasets.writers.prompts import Turn, Untrainable, trainable_prompt

Line = dict[str, Any]


class One(NamedTuple):
    """A prompt with an answer, and whether it is a good one."""

    prompt: list[Turn]
    answer: str
    label: bool = True

    @property
    def system(self) -> str:
        """The system text, or ""."""
        return self.prompt[0]["content"] if self.prompt[0]["role"] == "system" else ""

    @property
    def turns(self) -> list[Turn]:
        """The prompt without it."""
        return self.prompt[1:] if self.system else self.prompt

    @property
    def whole(self) -> list[Turn]:
        """The dialogue with the answer."""
        return [*self.prompt, said(self.answer)]

    @property
    def only(self) -> str:
        """What the user asked, for shapes that hold one turn. Raises `Untrainable`."""
        if len(self.turns) > 1:
            raise Untrainable("the format holds one turn, and this prompt has several")
        return self.turns[0]["content"]


def one(messages: Sequence[Turn], answer: str, *, label: bool = True) -> One:
    """The answer, if trainers can take it. Raises `Untrainable`."""
    if not answer.strip():
        raise Untrainable("a response is empty")
    return One(trainable_prompt(messages), answer, label)


def messages(row: One) -> Line:
    """TRL, OpenRLHF, OpenAI and LLaMA-Factory's openai format: the whole dialogue."""
    return {"messages": row.whole}


def completion(row: One) -> Line:
    """TRL prompt and completion."""
    return {"prompt": row.prompt, "completion": [said(row.answer)]}


def sharegpt(row: One) -> Line:
    """LLaMA-Factory sharegpt: an even number of turns that end with gpt."""
    turns = [{"from": NAMES[turn["role"]], "value": turn["content"]} for turn in row.turns]
    return {"conversations": [*turns, {"from": "gpt", "value": row.answer}], "system": row.system}


def alpaca(row: One) -> Line:
    """LLaMA-Factory alpaca: the last user turn is the instruction, what stood before it the history."""
    return {"instruction": row.turns[-1]["content"], "input": "", "output": row.answer, "system": row.system,
            "history": history(row.turns[:-1])}  # fmt: skip


def axolotl(row: One) -> Line:
    """Axolotl `chat_template` with `train` on each turn: only the last one is learned."""
    last = len(row.prompt)
    return {"messages": [{**turn, "train": place == last} for place, turn in enumerate(row.whole)]}


def trl_kto(row: One) -> Line:
    """TRL unpaired preference; the label is a boolean, never a word."""
    return {**completion(row), "label": row.label}


def llama_factory_kto(row: One) -> Line:
    """LLaMA-Factory KTO: with "true" as a word it would be plain fine-tuning."""
    return {**sharegpt(row), "kto_tag": row.label}


def axolotl_kto(row: One) -> Line:
    """Axolotl KTO: strings of one turn, the label always there."""
    return {"system": row.system, "prompt": row.only, "completion": row.answer, "label": row.label}


def openrlhf_prompt(prompt: list[Turn], answer: str, source: str) -> Line:
    """OpenRLHF PPO prompts, with the reference where there is one."""
    return {"context_messages": prompt, "answer": answer, "datasource": source}
