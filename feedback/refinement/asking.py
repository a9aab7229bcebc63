"""How a part's questions reach the model: recorded and capped, several at once on threads.

It implements `parts.contracts.Ask`. It does not know what the questions are for.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from feedback.errors import Declined, Malformed
from feedback.llm.model import Completion
from feedback.models import Step
from feedback.projects.budget import RecordedModel, model_for, release_connection
from feedback.refinement.parts.contracts import Question, Trouble

AT_ONCE = 8
FORM_TRIES = 2
log = logging.getLogger(__name__)
calls = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="call")

Answered = Completion | Trouble


class Asking:
    """The questions of one step. `answered_by` collects which models answered."""

    def __init__(self, step: Step) -> None:
        self.model: RecordedModel = model_for(step.run.project, run=step.run, step=step)
        self.completions: list[Completion] = []

    def __call__(self, questions: Sequence[Question], /) -> list[Answered]:
        """All answers in order. Raises `OverBudget`, `Passing` or `Rejected` once all other answers are in."""
        if len(questions) < 2:
            return [self.answer(question) for question in questions]
        release_connection()
        found = list(calls.map(self.answer_on_thread, questions))
        return [raised(one) for one in found]

    def answer(self, question: Question) -> Answered:
        """One answer; one that does not fit its form is asked for once more, then it is the part's trouble."""
        trouble = ""
        for _ in range(FORM_TRIES):
            try:
                completion = self.model.complete(question.prompt, role=question.role, slot=question.slot)
            except Malformed as malformed:
                trouble = str(malformed)
            except Declined as declined:
                return Trouble(str(declined))
            else:
                self.completions.append(completion)
                return completion
        return Trouble(trouble)

    def answer_on_thread(self, question: Question) -> Answered | Exception:
        """One answer, or what was raised instead; gives the thread's connection back."""
        try:
            return self.answer(question)
        except Exception as trouble:
            return trouble
        finally:
            release_connection()

    @property
    def answered_by(self) -> dict[str, object]:
        """The model that answered, and whether it was the simulated one."""
        last = self.completions[-1] if self.completions else None
        return {"model": last.model, "simulated": last.simulated} if last else {}


def raised(found: Answered | Exception) -> Answered:
    """The answer, or the exception raised."""
    if isinstance(found, Exception):
        raise found
    return found
