"""From one piece of feedback to a drafted principle: ConstitutionMaker's three ways, and a preference.

Asking writes a `Drafting` row that waits; a worker claims it, asks the model outside any transaction and writes the
principle with its evidence. It does not know what people do with a draft (see `constitutions`) or who rings.
Paper: Petridis et al., ConstitutionMaker, 2023.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from feedback.errors import Passing, PreceptError, Refused
from feedback.live import announce
from feedback.llm.answers import PrincipleDraft
from feedback.llm.model import Completion, Prompt
from feedback.llm.prompts import fill
from feedback.models import Critique, Drafting, Edit, Evidence, JobState, Preference, Response, Split, User
from feedback.principles.constitutions import add_version, lock_project, new_principle
from feedback.principles.wording import conversation_text
from feedback.projects.budget import model_for
from feedback.projects.job_claims import Claims

LOST = "The worker that drafted it was lost more than once. Ask again."
BROKE = "Something broke in Precept itself while drafting; its log says what."
NO_EFFECT = "The model's draft did not say what to do. Ask again, or write the principle yourself."
log = logging.getLogger(__name__)


def tell(drafting: Drafting) -> None:
    """Say that the drafting has changed."""
    announce(drafting.project_id, f"drafting-{drafting.pk}", "principles")


claims = Claims(kind=Drafting, tell=tell, lost=LOST)

Source = Critique | Preference | Edit


def ask_for_draft(source: Source, *, by: User | None) -> Drafting:
    """Ask for a principle drafted from this feedback. Asked already, or drafted and not dropped: that request again.

    Raises `Refused` for a hold-out example, for withdrawn feedback and for a preference without a better response.
    """
    check_source(source)
    project = source.project
    with transaction.atomic():
        lock_project(project)
        there = asked_already(source)
        if there is not None:
            return there
        drafting = Drafting.objects.create(project=project, asked_by=by, **{field_of(source): source})
        tell(drafting)
    return drafting


def draft(drafting_id: int) -> Drafting:
    """Do one drafting, if it waits: claim it, ask the model, write the principle. Twice, or killed half-way: as once.

    A model that does not answer leaves a sentence on the row, and one may ask again. One model call.
    """
    lease = claims.take(drafting_id)
    drafting = fetch(drafting_id)
    if not lease:
        return drafting
    try:
        completion = ask_model(drafting)
    except PreceptError as trouble:
        claims.put_back(drafting, lease, trouble)
    except Exception:
        log.exception("drafting %s broke", drafting_id)
        claims.put_back(drafting, lease, Passing(BROKE))
    else:
        finish(drafting, lease, completion)
    return fetch(drafting_id)


def sweep_draftings() -> list[int]:
    """Take back draftings whose worker was lost; the ids of all that are due, to ring for."""
    return claims.sweep()


def check_source(source: Source) -> None:
    """Raise `Refused` when no principle may be drafted from this feedback."""
    response = response_of(source)
    if response.example.split == Split.HOLDOUT:
        raise Refused(
            f"Example {response.example.number} is held out: nothing may be learned from it, so no principle is "
            "drafted from what was said about it. Take feedback on another example."
        )
    if source.withdrawn_at is not None:
        raise Refused("This feedback was withdrawn, so no principle is drafted from it.")
    if isinstance(source, Preference) and source.chosen is None:
        raise Refused("This comparison found neither response better, so there is nothing to draft a principle from.")


def response_of(source: Source) -> Response:
    """The response that the feedback is about; the first one of a pair."""
    return source.response_a if isinstance(source, Preference) else source.response


def field_of(source: Source) -> str:
    """The column that points at this kind of feedback."""
    return {Critique: "critique", Preference: "preference", Edit: "edit"}[type(source)]


def asked_already(source: Source) -> Drafting | None:
    """A drafting of this source that waits, is at work, or made a principle that nobody dropped."""
    open_or_kept = Q(state__in=[JobState.WAITING, JobState.LEASED]) | Q(
        state=JobState.DONE, principle__isnull=False, principle__dropped_at__isnull=True
    )
    return Drafting.objects.filter(open_or_kept, **{field_of(source): source}).first()


def fetch(drafting_id: int) -> Drafting:
    """The drafting with all that its prompt shows. One query."""
    paths = ["critique__response__example", "edit__response__example", "edit__result"]
    paths += ["preference__response_a__example", "preference__response_b"]
    return Drafting.objects.select_related("project__budget", *paths).get(pk=drafting_id)


def ask_model(drafting: Drafting) -> Completion:
    """The one model call of a drafting."""
    return model_for(drafting.project, drafting=drafting).complete(prompt_for(drafting), role="proposer", slot="draft")


def prompt_for(drafting: Drafting) -> Prompt:
    """The prompt of the way that fits the feedback."""
    source = drafting.source
    check_source(source)
    conversation = conversation_text(response_of(source).example)
    if isinstance(source, Critique):
        name = "draft_from_kudos" if source.polarity == Critique.Polarity.KUDOS else "draft_from_critique"
        return fill(name, conversation=conversation, response=source.response.text, feedback=source.text)
    if isinstance(source, Edit):
        return fill(
            "draft_from_rewrite", conversation=conversation, response=source.response.text, rewrite=source.result.text
        )
    assert source.chosen is not None  # checked above
    assert source.rejected is not None
    return fill(
        "draft_from_preference", conversation=conversation, chosen=source.chosen.text, rejected=source.rejected.text,
        reason=source.reason or "No reason was given.",
    )  # fmt: skip


@transaction.atomic
def finish(drafting: Drafting, lease: str, completion: Completion) -> None:
    """Write the principle, its wording and its evidence, if the claim still holds."""
    project = lock_project(drafting.project)
    still_ours = claims.held(drafting, lease)
    answer = completion.data
    if not still_ours.exists():
        return
    if not isinstance(answer, PrincipleDraft) or not answer.effect.strip():
        claims.fail(drafting, lease, NO_EFFECT)
        return
    principle = new_principle(project, by=drafting.asked_by)
    add_version(
        principle, by=None, domain=answer.domain, effect=answer.effect, model=completion.model,
        simulated=completion.simulated,
    )  # fmt: skip
    Evidence.objects.create(
        principle=principle, kind=Evidence.Kind.DERIVED, **{field_of(drafting.source): drafting.source}
    )
    still_ours.update(
        state=JobState.DONE, principle=principle, lease="", leased_until=None, error="", finished_at=timezone.now()
    )
    tell(drafting)
