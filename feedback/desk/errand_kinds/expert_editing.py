"""A model stands in for an expert and edits a response as one would; the edit is marked as made up (SYNFAC-EDIT)."""

from __future__ import annotations

from feedback.capture.edits import record_edit
from feedback.desk.errand_kinds.ways import Outcome, Way, answered, asked_of
from feedback.llm.answers import Revision
from feedback.llm.model import Completion
from feedback.llm.prompts import fill
from feedback.models import Edit, Errand, Response, Role
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import simulated_rater

PROTOCOL = "synthetic-edit"
EXPERT = "Stand-in expert"


def ask(errand: Errand, model: RecordedModel) -> Completion:
    """One call."""
    assert errand.response is not None
    prompt = fill(
        "edit_as_expert", conversation=asked_of(errand), response=errand.response.text,
        guidelines=errand.project.guidelines,
    )  # fmt: skip
    return model.complete(prompt, role="reviser", slot="edit")


def keep(errand: Errand, completion: Completion) -> Outcome:
    """The edit of a simulated rater with the response it makes; nothing where nothing was changed."""
    assert errand.response is not None
    revision = answered(completion, Revision)
    if revision.text.strip() == errand.response.text.strip():
        return Outcome(answer={"why": revision.changed})
    edit = record_edit(
        errand.response, text=revision.text, reason=revision.changed, protocol=PROTOCOL, key=f"errand-{errand.pk}",
        rater=simulated_rater(errand.project, EXPERT), shown={"errand": errand.pk, "model": completion.model},
    )  # fmt: skip
    made = Response.objects.filter(pk=edit.result_id)
    made.update(model=completion.model[:120], simulated=completion.simulated)
    return Outcome(answer={"edit": edit.pk, "why": revision.changed}, result=edit.result)


def edit_made(errand: Errand) -> Edit | None:
    """The edit that came of it. One query."""
    rows = Edit.objects.filter(pk=errand.answer.get("edit")).select_related("response", "result", "rater")
    found: Edit | None = rows.first()
    return found


SYNTHETIC_EDIT = Way(ask=ask, keep=keep, role=Role.CURATOR)
