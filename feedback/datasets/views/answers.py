"""Single answers for each trainer: to be imitated, or labelled good and bad (KTO); and prompts without any answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from feedback.datasets.attempted import having
from feedback.datasets.pieces import FOR_TRAINERS, Format, Line
from feedback.datasets.views.drawn import view
from feedback.datasets.writers import answer_shapes
from feedback.datasets.writers.answer_shapes import One
from feedback.datasets.writers.attempts import Attempt, Attempts, Made
from feedback.datasets.writers.worth import dialogue, imitable, label_of, labelled, rows_behind, why_imitate
from feedback.models import Demonstration, Edit, Preference, Ranking, Rating

SAID = (Rating, Preference, Ranking, Edit, Demonstration)
ABOUT_ANSWERS = """\
One answer a line that somebody wrote (demonstrations, rewrites), preferred or found good; not one that was rewritten,
lost more comparisons than it won, or was found bad."""
ABOUT_LABELS = """\
One answer a line with whether it is good, decided by the majority of ratings (4 of 5 and a thumb up are good, 2 of 5
and a thumb down are bad, between is neither), "both good", "both bad" and checks. Both kinds should be there:
a trainer takes a file of one kind without complaint and learns nothing from it."""
NEEDS_ANSWERS = "Demonstrations, rewrites, preferences or good ratings."
NEEDS_LABELS = "Ratings, thumbs, or pairs found both good or both bad."
Shape = Callable[[One], Line]
MESSAGES = {"messages": "turns"}
SHAREGPT = {"conversations": "list[object{from: text, value: text}]", "system": "text"}


def trainers(made: Format, **more: Any) -> Format:
    """A view as a format for trainers."""
    return replace(made, group=FOR_TRAINERS, **more)


def imitated(shape: Shape) -> Callable[[Attempts, Attempt], Made]:
    """A shape as a writer of answers to be imitated."""

    def make(at: Attempts, attempt: Attempt) -> Made:
        why_imitate(at, attempt)
        line = shape(answer_shapes.one(dialogue(at, attempt), attempt.text))
        return Made(line, (attempt,), rows=said_for(at, attempt))

    return make


def said_for(at: Attempts, attempt: Attempt) -> tuple[Any, ...]:
    """The rows that speak for an answer: what it won and how it was rated."""
    won = [order.row for order in at.orders if attempt.key in (order.first, order.second) and order.row is not None]
    return (*won, *rows_behind(at, attempt))


def judged(shape: Shape) -> Callable[[Attempts, Attempt], Made]:
    """A shape as a writer of labelled answers."""

    def make(at: Attempts, attempt: Attempt) -> Made:
        row = answer_shapes.one(dialogue(at, attempt), attempt.text, label=label_of(at, attempt))
        return Made(shape(row), (attempt,), rows=rows_behind(at, attempt))

    return make


def even(line: Line) -> str:
    """LLaMA-Factory empties a row whose turns do not alternate or whose number is odd."""
    turns = line["conversations"]
    if len(turns) % 2 or any(turn["from"] != ("human", "gpt")[place % 2] for place, turn in enumerate(turns)):
        return "the turns do not alternate from human to gpt, so LLaMA-Factory would empty the row"
    return ""


def ends_with_answer(line: Line) -> str:
    """What is learned is the last turn."""
    return "" if line["messages"][-1]["role"] == "assistant" else "the dialogue does not end with an answer"


def answers(name: str, label: str, shape: Shape, columns: Mapping[str, str], trainer: str, **more: Any) -> Format:
    """A format of answers to be imitated."""
    rules = more.pop("rules", None)
    made = view(
        name, label, one="answer", many="answers to imitate", about=ABOUT_ANSWERS, asked=having(*SAID), each=imitable,
        make=imitated(shape), columns=columns, needs=NEEDS_ANSWERS, systems=more.pop("systems", ()), kinds=SAID,
        rules=rules, trainer=trainer,
    )  # fmt: skip
    return trainers(made, **more)


def labels(name: str, label: str, shape: Shape, columns: Mapping[str, str], trainer: str, **more: Any) -> Format:
    """A format of labelled answers."""
    rules = more.pop("rules", None)
    made = view(
        name, label, one="labelled answer", many="labelled answers", about=ABOUT_LABELS,
        asked=having(Rating, Preference, Ranking), each=labelled, make=judged(shape), columns=columns,
        needs=NEEDS_LABELS, systems=more.pop("systems", ()), kinds=(Rating, Preference), rules=rules, trainer=trainer,
    )  # fmt: skip
    return trainers(made, **more)


TURN = "object{role: text, content: text, train: bool}"
FORMATS: tuple[Format, ...] = (
    answers("trl-sft", "TRL dialogues to imitate", answer_shapes.messages, MESSAGES, "TRL", rules=ends_with_answer,
            systems=("SuperHF", "ReST-EM", "MedS3"), configs={"trl": {"trainer": "SFTTrainer"}}),
    answers("trl-sft-completion", "TRL prompt and completion to imitate", answer_shapes.completion,
            {"prompt": "turns", "completion": "turns"}, "TRL", configs={"trl": {"trainer": "SFTTrainer"}}),
    answers("llama-factory-sft", "LLaMA-Factory dialogues to imitate (sharegpt)", answer_shapes.sharegpt, SHAREGPT,
            "LLaMA-Factory", rules=even, configs={"llama_factory": {
                "formatting": "sharegpt", "columns": {"messages": "conversations", "system": "system"}}}),
    answers("llama-factory-alpaca", "LLaMA-Factory instructions with answers (alpaca)", answer_shapes.alpaca,
            {"instruction": "text", "input": "text", "output": "text", "system": "text",
             "history": "list[list[text]]"}, "LLaMA-Factory",
            configs={"llama_factory": {"columns": {"prompt": "instruction", "query": "input", "response": "output",
                                                   "system": "system", "history": "history"}}}),
    answers("llama-factory-openai", "LLaMA-Factory dialogues to imitate (openai)", answer_shapes.messages, MESSAGES,
            "LLaMA-Factory", rules=ends_with_answer, configs={"llama_factory": {
                "formatting": "sharegpt", "columns": {"messages": "messages"},
                "tags": {"role_tag": "role", "content_tag": "content", "user_tag": "user",
                         "assistant_tag": "assistant", "system_tag": "system"}}}),
    answers("openrlhf-sft", "OpenRLHF dialogues to imitate", answer_shapes.messages, MESSAGES, "OpenRLHF",
            rules=ends_with_answer,
            configs={"openrlhf": {"data.input_key": "messages", "data.apply_chat_template": True}}),
    answers("axolotl-sft", "Axolotl dialogues to imitate, the last turn learned", answer_shapes.axolotl,
            {"messages": f"list[{TURN}]"}, "Axolotl", rules=ends_with_answer,
            configs={"axolotl": {"type": "chat_template", "field_messages": "messages",
                                 "message_field_training": "train", "roles_to_train": []}}),
    answers("openai-sft", "OpenAI: dialogues to imitate", answer_shapes.messages, MESSAGES, "OpenAI",
            rules=ends_with_answer),
    labels("trl-kto", "TRL labelled answers (KTO, BCO)", answer_shapes.trl_kto,
           {"prompt": "turns", "completion": "turns", "label": "bool"}, "TRL",
           systems=("NFT (negative-aware fine-tuning)",), configs={"trl": {"trainer": "KTOTrainer"}}),
    labels("llama-factory-kto", "LLaMA-Factory labelled answers (KTO)", answer_shapes.llama_factory_kto,
           {**SHAREGPT, "kto_tag": "bool"}, "LLaMA-Factory", rules=even, configs={"llama_factory": {
               "formatting": "sharegpt",
               "columns": {"messages": "conversations", "system": "system", "kto_tag": "kto_tag"}}}),
    labels("axolotl-kto", "Axolotl labelled answers of one turn (KTO)", answer_shapes.axolotl_kto,
           {"system": "text", "prompt": "text", "completion": "text", "label": "bool"}, "Axolotl",
           configs={"axolotl": {"rl": "kto", "type": {
               "field_system": "system", "field_prompt": "prompt", "field_completion": "completion",
               "field_label": "label"}}}),
)  # fmt: skip
