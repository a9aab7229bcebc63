"""What plausibly comes of following a response, foretold by a model and marked so (RLHS, Liang et al., 2025)."""

from __future__ import annotations

from feedback.desk.errand_kinds.ways import Outcome, Way, answered, asked_of
from feedback.llm.answers import Foresight
from feedback.llm.model import Completion
from feedback.llm.prompts import fill, prompt_hash
from feedback.models import Consequence, Errand
from feedback.projects.budget import RecordedModel
from feedback.projects.raters import judge_rater


def ask(errand: Errand, model: RecordedModel) -> Completion:
    """One call."""
    assert errand.response is not None
    prompt = fill("foretell_consequence", conversation=asked_of(errand), response=errand.response.text)
    return model.complete(prompt, role="judge", slot="foretell")


def keep(errand: Errand, completion: Completion) -> Outcome:
    """The consequence, with who foretold it."""
    assert errand.response is not None
    row = Consequence.objects.create(
        response=errand.response, text=answered(completion, Foresight).text, origin=Consequence.Origin.FORETOLD,
        rater=judge_rater(errand.project, completion.model[:120], prompt_hash("foretell_consequence")), errand=errand,
        model=completion.model[:120], simulated=completion.simulated,
    )  # fmt: skip
    return Outcome(answer={"consequence": row.pk}, changed=(f"consequence-{errand.response_id}",))


CONSEQUENCE = Way(ask=ask, keep=keep)
