"""Runners: what would be answered afresh, and samplers that say how many times to ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from feedback.llm.prompts import fill
from feedback.refinement.parts.contracts import Ask, Question
from feedback.refinement.parts.revisers import draft_of
from feedback.refinement.state import Case, Drafts, Given

# Services take no temperature any more, so variety is asked for in words; sample i takes approach i, then round again.
APPROACHES = (
    "Answer as you would by default.",
    "Begin with the result, then give only what is needed to use it.",
    "Think first about what could be misunderstood, and answer so that it cannot be.",
    "Explain it to someone who is new to the matter.",
    "Be as brief as the request allows.",
    "Go through the request part by part and answer each part.",
    "Use one concrete example that carries the answer.",
    "Weigh two ways of answering silently, then give the better one.",
)


@dataclass(frozen=True)
class RestOfCalls:
    """As many samples as the calls per item leave when one is kept back for the choice."""

    calls: int = 4

    def count(self, case: Case) -> int:
        """Nought when there are too few calls for a sample and a choice."""
        return max(0, (self.calls if case.calls is None else case.calls) - 1)


@dataclass(frozen=True)
class Afresh:
    """Writes several answers at once, each with another approach, none seeing the others or the original."""

    kind: ClassVar[str] = "runner"
    role: ClassVar[str] = "task"
    name: str = "afresh"
    version: int = 1
    prompts: tuple[str, ...] = ("answer_afresh",)

    def questions(self, case: Case, given: Given) -> list[Question]:
        """One question a sample."""
        return [self._question(case, number) for number in range(int(given["count"]))]

    def _question(self, case: Case, number: int) -> Question:
        approach = APPROACHES[number % len(APPROACHES)]
        if number >= len(APPROACHES):
            approach = f"{approach} This is attempt {number + 1}: differ from what first comes to mind."
        prompt = fill(
            "answer_afresh", constitution=case.constitution, conversation=case.conversation, approach=approach,
            memory=case.memory,
        )  # fmt: skip
        return Question(slot=f"sample-{number}", prompt=prompt, role=self.role)

    def run(self, case: Case, given: Given, ask: Ask) -> Drafts:
        """All samples; those that came to nothing say why, and only if all did has the runner failed."""
        drafts = tuple(draft_of(completion) for completion in ask(self.questions(case, given)))
        troubles = [draft.why for draft in drafts if draft.failed]
        lost = len(troubles) == len(drafts) and bool(drafts)
        return Drafts(drafts=drafts, failed=lost, why=troubles[0] if lost else "")
