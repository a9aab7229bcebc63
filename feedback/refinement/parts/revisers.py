"""Revisers: a better text out of a text and a critique. They do not know whether it will be accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from feedback.llm.answers import CitedRevision, Revision
from feedback.llm.material import history_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.refinement.parts.contracts import Ask, Question, Trouble, answer_of, with_people
from feedback.refinement.state import Case, Draft, Given


@dataclass(frozen=True)
class RewriteUnderPrinciple:
    """Rewrites a text so that it keeps one principle, led by the critique under it. Bai et al., 2022."""

    kind: ClassVar[str] = "reviser"
    role: ClassVar[str] = "reviser"
    name: str = "under_principle"
    version: int = 1
    prompts: tuple[str, ...] = ("revise_under_principle",)

    def questions(self, case: Case, given: Given) -> list[Question]:
        """The one question."""
        prompt = fill(
            "revise_under_principle", constitution=case.constitution, principle=given["rule"],
            conversation=case.conversation, response=given["text"], critique=given["critique"],
            memory=case.memory,
        )  # fmt: skip
        return [Question(slot="revision", prompt=prompt, role=self.role)]

    def revise(self, case: Case, given: Given, ask: Ask) -> Draft:
        """The model's text, or why there is none."""
        return draft_of(ask(self.questions(case, given))[0])


@dataclass(frozen=True)
class RefineWithHistory:
    """Rewrites a text knowing all earlier versions and what was said about them. Madaan et al., 2023."""

    kind: ClassVar[str] = "reviser"
    role: ClassVar[str] = "reviser"
    name: str = "with_history"
    version: int = 1
    prompts: tuple[str, ...] = ("refine_with_history",)

    def questions(self, case: Case, given: Given) -> list[Question]:
        """The one question; the history ends with the critique of the current text."""
        prompt = fill(
            "refine_with_history", constitution=case.constitution, conversation=case.conversation,
            response=given["text"], history=history_text(with_people(case, given["history"])), memory=case.memory,
        )  # fmt: skip
        return [Question(slot="revision", prompt=prompt, role=self.role)]

    def revise(self, case: Case, given: Given, ask: Ask) -> Draft:
        """The model's text, or why there is none."""
        return draft_of(ask(self.questions(case, given))[0])


def draft_of(completion: Completion | Trouble) -> Draft:
    """A completion as a draft."""
    answer = answer_of(completion, Revision)
    if isinstance(answer, Trouble):
        return Draft(text="", failed=True, why=answer.why)
    followed = answer.followed if isinstance(answer, CitedRevision) else ()
    return Draft(text=answer.text, changed=answer.changed, followed=followed)
