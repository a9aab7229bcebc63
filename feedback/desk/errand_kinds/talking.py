"""Two ways of telling a model what to change: editing its answer in place so that it goes on from there, and a message.

After In-Place Feedback (2025). Newer models refuse a begun answer of their own, so the edited text goes into the
request in a data block of its own and the model writes only what follows; that it has kept the edit is checked here.
"""

from __future__ import annotations

from dataclasses import dataclass

from feedback.capture.edits import old_text
from feedback.desk.errand_kinds.beside import Beside, answering, note_recalled, recalled
from feedback.desk.errand_kinds.ways import Outcome, Way, answered, new_response
from feedback.desk.going_on import Divided, broken, divided, joined
from feedback.errors import Malformed, Refused
from feedback.llm.answers import Continuation, Reply
from feedback.llm.material import conversation_text
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Edit, Errand, Response
from feedback.projects.budget import RecordedModel

AGAIN = "This earlier attempt of yours was turned away. {why}"
LOST_TWICE = (
    "The model did not keep to your edit, twice. {why} Your edit itself is kept: go on from it by asking again, or say "
    "it in a message."
)


@dataclass(frozen=True)
class GoneOn:
    """What a model wrote after an edit."""

    parts: Divided
    rest: str
    completion: Completion


def ask_on(errand: Errand, model: RecordedModel) -> GoneOn:
    """One call; a second one when the first did not keep the edit. Raises `Malformed` when that does not either."""
    parts = parts_of(errand)
    earlier = why = ""
    for slot in ("continue", "continue-again"):
        completion = model.complete(
            fill(
                "continue_from_edit", conversation=conversation_text(edit_of(errand).result.messages),
                edited=parts.edited, changes=parts.changes_text, remainder=parts.remainder, earlier=earlier,
            ),
            role="task", slot=slot,
        )  # fmt: skip
        said = answered(completion, Continuation)
        rest = joined(parts.edited, said.text)[len(parts.edited) :]
        why = broken(parts, rest)
        if not why:
            return GoneOn(parts, rest, completion)
        earlier = f"{AGAIN.format(why=why)}\n{said.text}"
    raise Malformed(LOST_TWICE.format(why=why))


def keep_on(errand: Errand, found: GoneOn) -> Outcome:
    """The whole answer as a response that goes on from the edit; none where the edit stands as it is."""
    edit = edit_of(errand)
    text = found.parts.edited + found.rest
    answer = {"edited": len(found.parts.edited)}
    if text.strip() == edit.result.text.strip():
        return Outcome(answer=answer, changed=(example_name(errand),))
    row = new_response(errand, text, found.completion, parent=edit.result, turns=edit.result.turns)
    return Outcome(answer=answer, result=row, changed=(example_name(errand),))


def parts_of(errand: Errand) -> Divided:
    """The edited answer in its parts."""
    edit = edit_of(errand)
    return divided(old_text(edit.response, edit.turn), edit.result.text)


def edit_of(errand: Errand) -> Edit:
    """The edit that is gone on from."""
    if errand.edit is None:
        raise Refused("There is no edit to go on from.")
    return errand.edit


def needs_edit(errand: Errand) -> None:
    """Raise `Refused` unless there is an edit of the errand's own response."""
    edit = edit_of(errand)
    if edit.response_id != errand.response_id:
        raise Refused("This edit is of another response.")


def ask_message(errand: Errand, model: RecordedModel) -> tuple[Completion, Beside]:
    """One call: the conversation with the answer and the message at its end, and what the memory gives for it."""
    beside = recalled(errand)
    prompt = answering(conversation_text(turns_with_message(errand)), beside)
    return model.complete(prompt, role="task", slot="answer"), beside


def keep_message(errand: Errand, found: tuple[Completion, Beside]) -> Outcome:
    """The new answer, as the end of the dialogue with the message in it."""
    completion, beside = found
    said = answered(completion, Reply)
    row = new_response(errand, said.text, completion, parent=errand.response, turns=turns_with_message(errand))
    note_recalled(row, beside, followed=getattr(said, "followed", ()))
    return Outcome(result=row, changed=(example_name(errand),))


def turns_with_message(errand: Errand) -> list[dict[str, str]]:
    """The dialogue up to and with the person's message."""
    response: Response | None = errand.response
    assert response is not None
    said = [{"role": "assistant", "content": response.text}, {"role": "user", "content": errand.words}]
    return [*response.messages, *said]


def needs_message(errand: Errand) -> None:
    """Raise `Refused` unless there are a response and words about it."""
    if errand.response is None or not errand.words:
        raise Refused("Write what the model should be told.")


def example_name(errand: Errand) -> str:
    """The live name of the errand's example."""
    return f"example-{errand.example.number}"


CONTINUE = Way(ask=ask_on, keep=keep_on, check=needs_edit)
MESSAGE = Way(ask=ask_message, keep=keep_message, check=needs_message)
