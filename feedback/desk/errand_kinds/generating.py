"""The plainest errand: a model answers an example."""

from __future__ import annotations

from feedback.desk.errand_kinds.ways import Outcome, Way, answered, anything, asked_of, new_response
from feedback.llm.answers import Reply
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Errand, Role
from feedback.projects.budget import RecordedModel


def ask(errand: Errand, model: RecordedModel) -> Completion:
    """One call."""
    return model.complete(fill("answer_message", conversation=asked_of(errand)), role="task", slot="answer")


def keep(errand: Errand, completion: Completion) -> Outcome:
    """The answer as a response."""
    row = new_response(errand, answered(completion, Reply).text, completion)
    return Outcome(result=row, changed=(f"example-{errand.example.number}",))


GENERATE = Way(ask=ask, keep=keep, check=anything, role=Role.CURATOR, takes_holdout=True)
