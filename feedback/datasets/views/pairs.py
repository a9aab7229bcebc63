"""Preference pairs for each trainer: one stream of pairs, one shape each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from feedback.datasets.paired import of_source, origins, pairs, sidecar, two
from feedback.datasets.pieces import Format, Line
from feedback.datasets.writers import pair_shapes
from feedback.datasets.writers.pair_shapes import Two
from feedback.models import Edit, Preference, Ranking, Rating

HOW = """\
Every pair is decided by the majority of all that judged it, a rewrite counting for itself over what was rewritten; ties
and balanced pairs make no row. Asked for `pairs` of rankings, ratings, checks or refinements, it is made of those."""
NEEDS = "Preferences between two responses, or rewrites."
ONE, MANY = "pair", "preference pairs"
ALIKE = "both responses say the same"
EXPLICIT = {"prompt": "turns", "chosen": "turns", "rejected": "turns", "margin": "float"}
SINGLE = {"system": "text", "chosen": "text", "rejected": "text"}
ONLINE = ("OAIF (online AI feedback)", "RLHF Workflow", "UPO", "Unpacking DPO and PPO", "Mistral-Plus")


def shaped(shape: Callable[[Two], Line]) -> Callable[[Any], Line]:
    """A shape as a writer of pieces."""
    return lambda piece: shape(two(piece))


def answers(line: Line) -> tuple[Any, Any]:
    """The two answers of a line, whatever it calls them."""
    for one, other in (("chosen", "rejected"), ("preferred_output", "non_preferred_output"),
                       ("chosen_response", "rejected_response")):  # fmt: skip
        if one in line:
            return line[one], line[other]
    return line["completions"][0]["completion"], line["completions"][1]["completion"]


def differ(line: Line) -> str:
    """A pair must have a better answer that is not the worse one."""
    one, other = answers(line)
    return f"{ALIKE}, so no trainer can learn from it" if one == other else ""


def ends_with_user(turns: Sequence[Mapping[str, str]]) -> str:
    """A prompt is what waits for an answer."""
    return "" if turns[-1].get("role", turns[-1].get("from")) in ("user", "human") else "the prompt ends with an answer"


def explicit(line: Line) -> str:
    """The prompt ends with the user's turn, the answers are one turn each and differ."""
    prompt = line.get("prompt") or line.get("messages") or line.get("context") or line["input"]["messages"]
    return differ(line) or ends_with_user(prompt)


def sharegpt(line: Line) -> str:
    """LLaMA-Factory empties a row whose turns do not alternate or whose number is even."""
    turns = line["conversations"]
    if len(turns) % 2 == 0 or any(turn["from"] != ("human", "gpt")[place % 2] for place, turn in enumerate(turns)):
        return "the turns do not alternate from human to human, so LLaMA-Factory would empty the row"
    return differ(line)


def pair_format(
    name: str, label: str, shape: Callable[[Two], Line], *, columns: Mapping[str, str], trainer: str, about: str,
    rules: Callable[[Line], str] = differ, systems: Sequence[str] = (), source: str | None = None, **more: Any,
) -> Format:  # fmt: skip
    """A format of pairs; with a `source` always of that one."""
    fields: dict[str, Any] = {"kinds": (Preference, Edit), "needs": NEEDS, **more}
    return Format(
        name=name, label=label, one=ONE, many=MANY, about=f"{about}\n{HOW}" if source is None else about,
        pieces=pairs if source is None else of_source(source), line=shaped(shape), origins=origins, sidecar=sidecar,
        trainer=trainer, columns=columns, rules=rules, systems=tuple(systems), **fields,
    )  # fmt: skip


TRL = "TRL"
REWARD = pair_format(
    "trl-reward", "TRL pairs with margin, for reward models", pair_shapes.trl, trainer=TRL, columns=EXPLICIT,
    rules=explicit, systems=(*ONLINE, "INPO", "Orca-Math"), configs={"trl": {"trainer": "RewardTrainer"}},
    about="`prompt`, `chosen`, `rejected` as lists of turns, and `margin`: the mean strength people gave, 0.0 where"
    " nobody did.",
)  # fmt: skip
IMPLICIT = pair_format(
    "trl-reward-implicit", "TRL pairs with margin, prompt within both dialogues", pair_shapes.trl_implicit, trainer=TRL,
    columns={"chosen": "turns", "rejected": "turns", "margin": "float"}, configs={"trl": {"trainer": "RewardTrainer"}},
    about="`chosen` and `rejected` are whole dialogues that share all but the last turn; `margin` as in trl-reward.",
)  # fmt: skip
LLAMA_COLUMNS = {
    "conversations": "list[object{from: text, value: text}]", "chosen": "object{from: text, value: text}",
    "rejected": "object{from: text, value: text}", "system": "text",
}  # fmt: skip
LLAMA = pair_format(
    "llama-factory-preference", "LLaMA-Factory preference pairs (sharegpt)", pair_shapes.llama_factory,
    trainer="LLaMA-Factory", columns=LLAMA_COLUMNS, rules=sharegpt,
    about="`conversations` alternate and end with human; `chosen` and `rejected` are one object each; `system` is on"
    " every row.",
    configs={"llama_factory": {"formatting": "sharegpt", "ranking": True, "columns": {
        "messages": "conversations", "chosen": "chosen", "rejected": "rejected", "system": "system"}}},
)  # fmt: skip
LLAMA_ALPACA = pair_format(
    "llama-factory-alpaca-preference", "LLaMA-Factory preference pairs (alpaca)", pair_shapes.llama_factory_alpaca,
    trainer="LLaMA-Factory", about="`instruction`, `input` (empty), `chosen`, `rejected`, `system`, `history`.",
    columns={"instruction": "text", "input": "text", "chosen": "text", "rejected": "text", "system": "text",
             "history": "list[list[text]]"},
    configs={"llama_factory": {"ranking": True, "columns": {"prompt": "instruction", "query": "input",
        "chosen": "chosen", "rejected": "rejected", "system": "system", "history": "history"}}},
)  # fmt: skip
OPENRLHF = pair_format(
    "openrlhf-preference", "OpenRLHF preference pairs with margin", pair_shapes.openrlhf, trainer="OpenRLHF",
    columns=EXPLICIT, rules=explicit, about="`prompt`, `chosen`, `rejected` as lists of turns, and `margin`.",
    configs={"openrlhf": {"data.prompt_key": "prompt", "data.chosen_key": "chosen", "data.rejected_key": "rejected",
                          "data.apply_chat_template": True}},
)  # fmt: skip
AXOLOTL = pair_format(
    "axolotl-preference", "Axolotl preference pairs, several turns (chat_template.default)", pair_shapes.axolotl,
    trainer="Axolotl", columns={"messages": "turns", "chosen": "turn", "rejected": "turn"}, rules=explicit,
    about="`messages` and one turn each as `chosen` and `rejected`; right for several turns.",
    configs={"axolotl": {"rl": "dpo", "type": "chat_template.default", "field_messages": "messages",
                         "field_chosen": "chosen", "field_rejected": "rejected"}},
)  # fmt: skip
ORPO = pair_format(
    "axolotl-orpo", "Axolotl whole dialogues for ORPO (chat_template.argilla)", pair_shapes.axolotl_orpo,
    trainer="Axolotl", columns={"system": "text", "prompt": "text", "chosen": "turns", "rejected": "turns"},
    about="`chosen` and `rejected` are whole dialogues without the system text, which stands in `system`.",
    configs={"axolotl": {"rl": "orpo", "type": "chat_template.argilla"}},
)  # fmt: skip


def single(name: str, kind: str, shape: Callable[[Two], Line], columns: Mapping[str, str], **axolotl: Any) -> Format:
    """One of Axolotl's families that hold one turn and cut the others without a word."""
    return pair_format(
        f"axolotl-{name}", f"Axolotl pairs of one turn ({kind})", shape, trainer="Axolotl", columns=columns,
        about=f"For `{kind}`. It reads one turn and no more: prompts of several are left out and counted.",
        configs={"axolotl": {"type": kind, **axolotl}},
    )  # fmt: skip


FAMILIES = (
    single("reward", "bradley_terry.chat_template", pair_shapes.axolotl_reward,
           {"system": "text", "input": "text", "chosen": "text", "rejected": "text"}, reward_model=True),
    single("argilla", "chatml.argilla", pair_shapes.axolotl_argilla,
           {"system": "text", "instruction": "text", "chosen_response": "text", "rejected_response": "text"}, rl="dpo"),
    single("intel", "chatml.intel", pair_shapes.axolotl_intel,
           {"system": "text", "question": "text", "chosen": "text", "rejected": "text"}, rl="dpo"),
    single("icr", "chatml.icr", pair_shapes.axolotl_reward,
           {"system": "text", "input": "text", "chosen": "text", "rejected": "text"}, rl="dpo"),
    single("prompt-pairs", "chatml.prompt_pairs", pair_shapes.axolotl_prompt_pairs,
           {"system": "text", "prompt": "text", "chosen": "text", "rejected": "text"}, rl="dpo"),
    single("ultra", "chatml.ultra", pair_shapes.axolotl_ultra,
           {"system": "text", "prompt": "text", "chosen": "turns", "rejected": "turns"}, rl="dpo"),
)  # fmt: skip
HH = pair_format(
    "hh-rlhf", "HH-RLHF: two dialogues as text", pair_shapes.hh_rlhf, trainer="HH-RLHF",
    columns={"chosen": "text", "rejected": "text"},
    about="`chosen` and `rejected` are whole dialogues, each turn behind two line ends and Human: or Assistant:.",
)  # fmt: skip
OPENAI_COLUMNS = {
    "input": "object{messages: turns, tools: list[text], parallel_tool_calls: bool}", "preferred_output": "turns",
    "non_preferred_output": "turns",
}  # fmt: skip
OPENAI = pair_format(
    "openai-dpo", "OpenAI, Azure, Fireworks: preference files", pair_shapes.openai, trainer="OpenAI",
    columns=OPENAI_COLUMNS, rules=explicit,
    about="`input` with `messages`, `preferred_output` and `non_preferred_output`. OpenAI lists it under legacy APIs.",
)  # fmt: skip
TOGETHER = pair_format(
    "together-dpo", "Together: preference files", pair_shapes.together, trainer="Together", rules=explicit,
    columns={"input": "object{messages: turns}", "preferred_output": "turns", "non_preferred_output": "turns"},
    about="`input` with `messages`, `preferred_output` and `non_preferred_output`.",
)  # fmt: skip
NEMO_COLUMNS = {"context": "turns", "completions": "list[object{rank: int, completion: turns}]"}
NEMO = pair_format(
    "nemo-rl", "NeMo-RL: two ranked completions", pair_shapes.nemo_rl, trainer="NeMo-RL", columns=NEMO_COLUMNS,
    rules=explicit, about="`context` and two `completions`, rank 0 the better. Ties are never among them.",
)  # fmt: skip


def of(source: str, name: str, label: str, about: str, needs: str, kinds: tuple[Any, ...], *systems: str) -> Format:
    """TRL pairs with margin made of something else than preferences."""
    return pair_format(
        name, label, pair_shapes.trl, trainer=TRL, columns=EXPLICIT, rules=explicit, systems=systems, source=source,
        about=about, needs=needs, kinds=kinds,
    )  # fmt: skip


SOURCES = (
    of("best-worst", "trl-best-worst-pairs", "TRL pairs, best and worst of each ranking",
       "Of each ranking the first place over the last, as `prompt`, `chosen`, `rejected`, `margin` (0.0).",
       "Rankings of responses.", (Ranking,), "InstructGPT"),
    of("adjacent", "trl-adjacent-pairs", "TRL pairs, neighbours in each ranking",
       "Of each ranking the places that follow each other; each pair's `weight` stands in the sidecar.",
       "Rankings of responses.", (Ranking,), "InstructGPT"),
    of("ratings", "trl-rated-pairs", "TRL pairs made of ratings",
       "Every two answers to a prompt whose mean scores differ; `margin` is the difference, from 0 to 3.",
       "Ratings of several responses to one prompt.", (Rating,), "Orca-Math", "Qwen2.5-Math"),
    of("checks", "trl-checked-pairs", "TRL pairs made of verdicts on principles and checks",
       "Answers held to the same principles or checks, the one that fulfils more first; `margin` is three times the"
       " share it is ahead by.", "Verdicts on principles or checks for several responses to one prompt.", (Rating,)),
    of("refinements", "trl-refinement-pairs", "TRL pairs of answers and what was made of them",
       "A refined answer over its original where it is better, the original over it where it is worse: people's"
       " preferences decide, then scores and checks, then that a person rewrote it.",
       "Refined or rewritten responses that were judged beside what they were made of.", (Preference, Edit, Rating),
       "SCL (self-correction learning)", "EVOLVE"),
)  # fmt: skip
FORMATS = (REWARD, IMPLICIT, LLAMA, LLAMA_ALPACA, OPENRLHF, AXOLOTL, ORPO, *FAMILIES, HH, OPENAI, TOGETHER, NEMO,
           *SOURCES)  # fmt: skip
