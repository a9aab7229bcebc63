"""The plainest errand: a model answers an example, under what is in force and with the memory beside it."""

from __future__ import annotations

from feedback.desk.errand_kinds.beside import Beside, answering, note_recalled, recalled
from feedback.desk.errand_kinds.ways import Outcome, Way, answered, anything, asked_of, new_response
from feedback.llm.answers import Reply
from feedback.llm.model import Completion
from feedback.models import Errand, Role
from feedback.projects.budget import RecordedModel


def ask(errand: Errand, model: RecordedModel) -> tuple[Completion, Beside]:
    """One call."""
    beside = recalled(errand)
    return model.complete(answering(asked_of(errand), beside), role="task", slot="answer"), beside


def keep(errand: Errand, found: tuple[Completion, Beside]) -> Outcome:
    """The answer as a response, with what it was written with."""
    completion, beside = found
    said = answered(completion, Reply)
    row = new_response(errand, said.text, completion)
    note_recalled(row, beside, followed=getattr(said, "followed", ()))
    return Outcome(result=row, changed=(f"example-{errand.example.number}",))


GENERATE = Way(ask=ask, keep=keep, check=anything, role=Role.CURATOR, takes_holdout=True)
