"""Judges: which of several texts is best. They see them in the order drawn for them and no source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from feedback.llm.answers import Choice
from feedback.llm.material import candidates_text
from feedback.llm.prompts import fill
from feedback.refinement.parts.contracts import Ask, Question, Trouble, answer_of
from feedback.refinement.state import Case, Given, Pick


@dataclass(frozen=True)
class ChooseBest:
    """One call that sees all candidates, shuffled, and names the best."""

    kind: ClassVar[str] = "judge"
    role: ClassVar[str] = "judge"
    name: str = "choose_best"
    version: int = 1
    prompts: tuple[str, ...] = ("choose_best",)

    def questions(self, case: Case, given: Given) -> list[Question]:
        """The one question."""
        prompt = fill(
            "choose_best", constitution=case.constitution, conversation=case.conversation,
            candidates=candidates_text(given["candidates"]),
        )  # fmt: skip
        return [Question(slot="choice", prompt=prompt, role=self.role)]

    def judge(self, case: Case, given: Given, ask: Ask) -> Pick:
        """The place of the best among the versions; a number that is not there picks none and says so."""
        answer = answer_of(ask(self.questions(case, given))[0], Choice)
        if isinstance(answer, Trouble):
            return Pick(best=None, failed=True, why=answer.why)
        order = given["order"]
        if not 1 <= answer.best <= len(order):
            return Pick(best=None, why=f"The judge chose candidate {answer.best}, but there are {len(order)}.")
        return Pick(best=order[answer.best - 1], because=answer.because)
