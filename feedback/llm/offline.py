"""The model without a key: deterministic, simulated, and marked as such wherever its words appear.

It follows rules of thumb (see `pretending`), so that everything built on models can be tried, tested and shown without
a network. It does not understand anything and is never evidence of how good a method is.
"""

from __future__ import annotations

import time

from pydantic import BaseModel

from feedback.errors import Rejected
from feedback.llm.model import Completion, Prompt, Usage
from feedback.llm.pretending.rules import RULES

NAME = "simulated"


class Offline:
    """Answers every prompt of the product. `seconds` is how long it pretends to think."""

    name = NAME
    simulated = True

    def __init__(self, *, seconds: float = 0.0) -> None:
        self.seconds = seconds

    def complete(self, prompt: Prompt) -> Completion:
        """Answer at once and always the same. Raises `Rejected` for a prompt it has no rules for."""
        started = time.monotonic()
        answerer = RULES.get(prompt.name)
        if answerer is None:
            raise Rejected(
                f"The simulated model has no rules for the prompt “{prompt.name}”. "
                "Set ANTHROPIC_API_KEY to ask a real one."
            )
        if self.seconds:
            time.sleep(self.seconds)
        data = _fitted(answerer(prompt.values), prompt)
        text = data.model_dump_json()
        return Completion(
            text=text,
            usage=Usage(input_tokens=_tokens(prompt.system + prompt.shared + prompt.user), output_tokens=_tokens(text)),
            model=self.name,
            data=data,
            simulated=True,
            milliseconds=round((time.monotonic() - started) * 1000),
        )


def _fitted(answer: BaseModel, prompt: Prompt) -> BaseModel:
    if prompt.answer is None or isinstance(answer, prompt.answer):
        return answer
    return prompt.answer.model_validate(answer.model_dump())


def _tokens(text: str) -> int:
    """About as many as a real model would count."""
    return -(-len(text.encode("utf-8", "replace")) // 4)
