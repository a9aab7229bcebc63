"""A preference pair as each trainer takes it. Pure: turns and texts in, a line out.

Every shape begins with `two`, which lets nothing through that a trainer would empty, cut or misread: the prompt's turns
alternate and end with the user's, both answers say something and not the same. A shape that has less room than the pair
needs (one turn, no system text) refuses the pair with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from feedback.datasets.writers.prompts import Turn, Untrainable, trainable_prompt

Line = dict[str, Any]
HUMAN, ASSISTANT = "\n\nHuman: ", "\n\nAssistant: "
NAMES = {"user": "human", "assistant": "gpt"}


class Two(NamedTuple):
    """A prompt with a better and a worse answer, and how much better (0.0 where nobody said)."""

    prompt: list[Turn]
    chosen: str
    rejected: str
    margin: float = 0.0

    @property
    def system(self) -> str:
        """The system text, or ""."""
        return self.prompt[0]["content"] if self.prompt[0]["role"] == "system" else ""

    @property
    def turns(self) -> list[Turn]:
        """The prompt without it."""
        return self.prompt[1:] if self.system else self.prompt

    @property
    def only(self) -> str:
        """What the user asked, for shapes that hold one turn. Raises `Untrainable`."""
        if len(self.turns) > 1:
            raise Untrainable("the format holds one turn, and this prompt has several")
        return self.turns[0]["content"]


def two(messages: Sequence[Turn], chosen: str, rejected: str, margin: float = 0.0) -> Two:
    """The pair, if trainers can take it. Raises `Untrainable` with the reason it is left out."""
    better, worse = chosen.strip(), rejected.strip()
    if not better or not worse:
        raise Untrainable("a response is empty")
    if better == worse:
        raise Untrainable("both responses say the same")
    return Two(trainable_prompt(messages), chosen, rejected, margin)


def said(text: str) -> Turn:
    """An assistant's turn."""
    return {"role": "assistant", "content": text}


def trl(pair: Two) -> Line:
    """TRL, explicit prompt, with how much better."""
    return {"prompt": pair.prompt, "chosen": [said(pair.chosen)], "rejected": [said(pair.rejected)],
            "margin": pair.margin}  # fmt: skip


def openrlhf(pair: Two) -> Line:
    """OpenRLHF reads the same columns under the same names."""
    return trl(pair)


def trl_implicit(pair: Two) -> Line:
    """TRL, prompt within both dialogues, as its RewardTrainer recommends."""
    return {"chosen": [*pair.prompt, said(pair.chosen)], "rejected": [*pair.prompt, said(pair.rejected)],
            "margin": pair.margin}  # fmt: skip


def llama_factory(pair: Two) -> Line:
    """LLaMA-Factory sharegpt: an odd number of turns, each answer one object, "system" on every row."""
    return {
        "conversations": [{"from": NAMES[turn["role"]], "value": turn["content"]} for turn in pair.turns],
        "chosen": {"from": "gpt", "value": pair.chosen}, "rejected": {"from": "gpt", "value": pair.rejected},
        "system": pair.system,
    }  # fmt: skip


def llama_factory_alpaca(pair: Two) -> Line:
    """LLaMA-Factory alpaca: the last user turn is the instruction, what stood before it the history."""
    return {"instruction": pair.turns[-1]["content"], "input": "", "chosen": pair.chosen, "rejected": pair.rejected,
            "system": pair.system, "history": history(pair.turns[:-1])}  # fmt: skip


def history(turns: Sequence[Turn]) -> list[list[str]]:
    """Earlier turns two by two."""
    return [[one["content"], other["content"]] for one, other in zip(turns[::2], turns[1::2], strict=True)]


def axolotl(pair: Two) -> Line:
    """Axolotl `chat_template.default`, the only one that is right for several turns."""
    return {"messages": pair.prompt, "chosen": said(pair.chosen), "rejected": said(pair.rejected)}


def axolotl_orpo(pair: Two) -> Line:
    """Axolotl `chat_template.argilla`: whole dialogues."""
    dialogue = pair.turns
    return {"system": pair.system, "prompt": dialogue[-1]["content"], "chosen": [*dialogue, said(pair.chosen)],
            "rejected": [*dialogue, said(pair.rejected)]}  # fmt: skip


def axolotl_reward(pair: Two) -> Line:
    """Axolotl `bradley_terry.chat_template`: reads "system" and "input" without asking whether they are there."""
    return {"system": pair.system, "input": pair.only, "chosen": pair.chosen, "rejected": pair.rejected}


def axolotl_argilla(pair: Two) -> Line:
    """Axolotl `chatml.argilla`, `llama3.argilla`."""
    return {"system": pair.system, "instruction": pair.only, "chosen_response": pair.chosen,
            "rejected_response": pair.rejected}  # fmt: skip


def axolotl_intel(pair: Two) -> Line:
    """Axolotl `chatml.intel`, `llama3.intel`."""
    return {"system": pair.system, "question": pair.only, "chosen": pair.chosen, "rejected": pair.rejected}


def axolotl_prompt_pairs(pair: Two) -> Line:
    """Axolotl `chatml.prompt_pairs`, `llama3.prompt_pairs`."""
    return {"system": pair.system, "prompt": pair.only, "chosen": pair.chosen, "rejected": pair.rejected}


def axolotl_ultra(pair: Two) -> Line:
    """Axolotl `chatml.ultra`, `llama3.ultra`: it reads the second turn of each."""
    asked: Turn = {"role": "user", "content": pair.only}
    return {"system": pair.system, "prompt": pair.only, "chosen": [asked, said(pair.chosen)],
            "rejected": [asked, said(pair.rejected)]}  # fmt: skip


def hh_rlhf(pair: Two) -> Line:
    """HH-RLHF: one text each. It has no place for a system text, and its marks may stand in no turn."""
    if pair.system:
        raise Untrainable("the format has no place for a system text")
    texts = (*(turn["content"] for turn in pair.turns), pair.chosen, pair.rejected)
    if any(mark.rstrip() in text for text in texts for mark in (HUMAN, ASSISTANT)):
        raise Untrainable("a turn holds the words that part turns in this format")
    before = "".join(f"{HUMAN if turn['role'] == 'user' else ASSISTANT}{turn['content']}" for turn in pair.turns)
    return {"chosen": f"{before}{ASSISTANT}{pair.chosen}", "rejected": f"{before}{ASSISTANT}{pair.rejected}"}


def openai(pair: Two) -> Line:
    """OpenAI's, Azure's and Fireworks' preference files."""
    return {
        "input": {"messages": pair.prompt, "tools": [], "parallel_tool_calls": True},
        "preferred_output": [said(pair.chosen)], "non_preferred_output": [said(pair.rejected)],
    }  # fmt: skip


def together(pair: Two) -> Line:
    """Together's: the same without tools."""
    return {"input": {"messages": pair.prompt}, "preferred_output": [said(pair.chosen)],
            "non_preferred_output": [said(pair.rejected)]}  # fmt: skip


def nemo_rl(pair: Two) -> Line:
    """NeMo-RL: two ranks, the lower the better."""
    return {"context": pair.prompt, "completions": [rank(0, pair.chosen), rank(1, pair.rejected)]}


def rank(place: int, text: str) -> Line:
    """An answer in its place."""
    return {"rank": place, "completion": [said(text)]}
