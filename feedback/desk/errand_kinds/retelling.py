"""Two errands that make training material of what is there: a request that fits an answer, an expert's answer retold.

Wisdom of Hindsight (HIR): an answer that failed is right for another request. EGSR: a solution in the model's own words
is easier to learn than the expert's.
"""

from __future__ import annotations

from feedback.desk.errand_kinds.ways import Outcome, Way, answered, asked_of, needs_response, new_response
from feedback.errors import Refused
from feedback.examples.relabelling import MODEL, relabel
from feedback.llm.answers import Reply
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Errand, Response, Role
from feedback.projects.budget import RecordedModel


def ask_request(errand: Errand, model: RecordedModel) -> Completion:
    """One call for the request that the answer satisfies."""
    assert errand.response is not None
    prompt = fill("relabel_in_hindsight", conversation=asked_of(errand), response=errand.response.text)
    return model.complete(prompt, role="task", slot="relabel")


def keep_request(errand: Errand, completion: Completion) -> Outcome:
    """The answer under the new request, as an example of its own."""
    assert errand.response is not None
    example = relabel(
        errand.response, instruction=answered(completion, Reply).text, by=MODEL, model=completion.model[:120],
        simulated=completion.simulated,
    )  # fmt: skip
    return Outcome(answer={"example": example.number, "instruction": example.request})


def needs_expert(errand: Errand) -> None:
    """Raise `Refused` unless the errand is about an answer a person wrote from nothing."""
    needs_response(errand)
    if errand.response is not None and errand.response.origin != Response.Origin.WRITTEN:
        raise Refused("Only answers that people wrote from nothing are retold.")


def ask_retelling(errand: Errand, model: RecordedModel) -> Completion:
    """One call for the answer in the model's own words."""
    assert errand.response is not None
    prompt = fill("say_in_own_words", conversation=asked_of(errand), response=errand.response.text)
    return model.complete(prompt, role="task", slot="retell")


def keep_retelling(errand: Errand, completion: Completion) -> Outcome:
    """The retelling as a response made of the expert's."""
    row = new_response(errand, answered(completion, Reply).text, completion, parent=errand.response)
    return Outcome(result=row, changed=(f"example-{errand.example.number}",))


RELABEL = Way(ask=ask_request, keep=keep_request, role=Role.CURATOR)
RETELL = Way(ask=ask_retelling, keep=keep_retelling, check=needs_expert, role=Role.CURATOR)
