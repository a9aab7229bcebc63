"""Another attempt at what all attempts failed at, with a person's hint before the model (Guide)."""

from __future__ import annotations

from feedback.desk.errand_kinds.ways import Outcome, Way, answered, asked_of, new_response
from feedback.errors import Refused
from feedback.llm.answers import Reply
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Errand
from feedback.projects.budget import RecordedModel


def needs_hint(errand: Errand) -> None:
    """Raise `Refused` unless there is a hint for this example that stands."""
    if errand.hint is None or errand.hint.example_id != errand.example_id:
        raise Refused("There is no hint for this example.")
    if errand.hint.withdrawn_at is not None:
        raise Refused("This hint was taken back.")


def ask(errand: Errand, model: RecordedModel) -> Completion:
    """One call."""
    assert errand.hint is not None
    prompt = fill("answer_with_hint", conversation=asked_of(errand), hint=errand.hint.text)
    return model.complete(prompt, role="task", slot="hinted")


def keep(errand: Errand, completion: Completion) -> Outcome:
    """The answer as a response; that it had a hint stands on the errand."""
    row = new_response(errand, answered(completion, Reply).text, completion)
    return Outcome(answer={"hint": errand.hint_id}, result=row, changed=(f"example-{errand.example.number}",))


HINTED = Way(ask=ask, keep=keep, check=needs_hint)
