"""A model that answers by script: a function from a prompt to an answer. For tests of the engine and of runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import BaseModel

from feedback.llm.model import Completion, Prompt, Usage
from feedback.refinement.parts.contracts import Question, Trouble
from feedback.refinement.state import Case, Finished, Rule, StepRecord

Answer = Callable[[Prompt], BaseModel]


@dataclass
class ScriptedModel:
    """Answers as `answer` says and remembers what it was asked. Safe on several threads."""

    answer: Answer
    name: str = "scripted"
    simulated: bool = True
    asked: list[Prompt] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def complete(self, prompt: Prompt) -> Completion:
        """Answer once; an exception that the script raises goes through."""
        with self.lock:
            self.asked.append(prompt)
        data = self.answer(prompt)
        return Completion(
            text=data.model_dump_json(), usage=Usage(10, 5), model=self.name, data=data, simulated=self.simulated
        )


def asking(answer: Answer) -> Callable[[list[Question]], list[Completion | Trouble]]:
    """The engine's `Ask` over a script, without tables."""
    model = ScriptedModel(answer)
    return lambda questions: [model.complete(question.prompt) for question in questions]


def case(**fields: object) -> Case:
    """A case with two rules."""
    given = {
        "item": 0, "conversation": "User: How are you?", "response": "Fine.",
        "constitution": "1. Be kind.\n2. Be brief.",
        "rules": (Rule(id=1, text="Be kind."), Rule(id=2, text="Be brief.")),
    }  # fmt: skip
    return Case(**{**given, **fields})  # type: ignore[arg-type]


@dataclass(frozen=True)
class Walk:
    """A case carried to its end: (part, iteration, rule) of every step, and how it ended."""

    steps: list[tuple[str, int, int | None]]
    history: list[StepRecord]
    finished: Finished
