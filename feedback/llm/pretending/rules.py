"""All prompts the simulated model has rules for: one plain function each, values in, answer out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from feedback.llm.answers import Answer
from feedback.llm.pretending import answering, suggesting, talking

Rule = Callable[[Mapping[str, str]], Answer]
OF_THE_DESK: tuple[Rule, ...] = (
    talking.answer_message, talking.continue_from_edit, suggesting.suggest_feedback, suggesting.vet_feedback,
)  # fmt: skip
RULES: dict[str, Rule] = {**answering.ANSWERERS, **{rule.__name__: rule for rule in OF_THE_DESK}}
