"""Critics: what is wrong with a text, where and why. They do not know what becomes of their verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from feedback.llm.answers import FreeCritique, PrincipleCritique
from feedback.llm.material import history_text
from feedback.llm.prompts import fill
from feedback.refinement.parts.contracts import Ask, Question, Trouble, answer_of, with_people
from feedback.refinement.state import Case, Given, Verdict


@dataclass(frozen=True)
class UnderPrinciple:
    """Holds a text against one principle: does it apply, and is it kept? Bai et al., Constitutional AI, 2022."""

    kind: ClassVar[str] = "critic"
    role: ClassVar[str] = "critic"
    name: str = "under_principle"
    version: int = 1
    prompts: tuple[str, ...] = ("critique_under_principle",)

    def questions(self, case: Case, given: Given) -> list[Question]:
        """The one question."""
        prompt = fill(
            "critique_under_principle", constitution=case.constitution, principle=given["rule"],
            conversation=case.conversation, response=given["text"],
        )  # fmt: skip
        return [Question(slot="critique", prompt=prompt, role=self.role)]

    def critique(self, case: Case, given: Given, ask: Ask) -> Verdict:
        """A principle that does not apply cannot be broken, whatever the model says."""
        answer = answer_of(ask(self.questions(case, given))[0], PrincipleCritique)
        if isinstance(answer, Trouble):
            return Verdict(fault=False, critique="", failed=True, why=answer.why)
        return Verdict(applies=answer.applies, fault=answer.applies and answer.fault, critique=answer.critique)


@dataclass(frozen=True)
class Freely:
    """Judges a text as a whole, with a score from 0 to 10. Madaan et al., Self-Refine, 2023."""

    kind: ClassVar[str] = "critic"
    role: ClassVar[str] = "critic"
    name: str = "freely"
    version: int = 1
    prompts: tuple[str, ...] = ("critique_freely",)

    def questions(self, case: Case, given: Given) -> list[Question]:
        """The one question."""
        prompt = fill(
            "critique_freely", constitution=case.constitution, conversation=case.conversation, response=given["text"],
            history=history_text(with_people(case, given["history"])), memory=case.memory,
        )  # fmt: skip
        return [Question(slot="critique", prompt=prompt, role=self.role)]

    def critique(self, case: Case, given: Given, ask: Ask) -> Verdict:
        """A text that is not good enough has a fault."""
        answer = answer_of(ask(self.questions(case, given))[0], FreeCritique)
        if isinstance(answer, Trouble):
            return Verdict(fault=False, critique="", failed=True, why=answer.why)
        return Verdict(
            fault=not answer.good_enough, critique=answer.critique, score=answer.score, good_enough=answer.good_enough
        )
