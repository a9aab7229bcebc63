"""From feedback to a drafted principle: ConstitutionMaker's three ways, and all other kinds of feedback.

Asking writes a `Drafting` row that waits; a worker claims it, asks the model outside any transaction and writes the
principle with its evidence. What was laid aside is not proposed again. It does not know what people do with a draft
(see `constitutions`), which prompt fits a source (see `sources`) or who rings.
Paper: Petridis et al., ConstitutionMaker, 2023.
"""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from feedback.errors import Passing, PreceptError, Refused
from feedback.live import announce
from feedback.llm.answers import CriterionDraft, PrincipleDraft
from feedback.llm.model import Completion
from feedback.models import Drafting, Evidence, Group, JobState, Preference, Principle, Project, User
from feedback.principles.constitutions import add_version, lock_project, new_principle
from feedback.principles.laid_aside import as_material, laid_aside, like_one_of
from feedback.principles.sources import PATHS, Source, check_source, field_of, project_of, prompt_for
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


def ask_for_draft(source: Source, *, by: User | None, turned: bool = False) -> Drafting:
    """Ask for a principle drafted from this feedback. Asked already, or drafted and not dropped: that request again.

    `turned` asks of a preference why the other response could be better. Raises `Refused` for a hold-out example, for
    withdrawn feedback, for a preference without a better response and for a score without words.
    """
    check_source(source)
    if turned and not isinstance(source, Preference):
        raise Refused("Only a comparison can be turned round.")
    project = project_of(source)
    with transaction.atomic():
        lock_project(project)
        there = asked_already(source, turned=turned)
        if there is not None:
            return there
        drafting = Drafting.objects.create(project=project, asked_by=by, turned=turned, **{field_of(source): source})
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


def asked_already(source: Source, *, turned: bool) -> Drafting | None:
    """A drafting of this source, in this direction, that waits, is at work, or made a principle that nobody dropped."""
    open_or_kept = Q(state__in=[JobState.WAITING, JobState.LEASED]) | Q(
        state=JobState.DONE, principle__isnull=False, principle__dropped_at__isnull=True
    )
    return Drafting.objects.filter(open_or_kept, turned=turned, **{field_of(source): source}).first()


def fetch(drafting_id: int) -> Drafting:
    """The drafting with all that its prompt shows. One query."""
    return Drafting.objects.select_related("project__budget", *PATHS).get(pk=drafting_id)


def ask_model(drafting: Drafting) -> Completion:
    """The one model call of a drafting."""
    told = as_material(laid_aside(drafting.project))
    prompt = prompt_for(drafting.source, turned=drafting.turned, laid_aside=told)
    return model_for(drafting.project, drafting=drafting).complete(prompt, role="proposer", slot="draft")


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
    if known := like_one_of(laid_aside(project), effect=answer.effect):
        claims.fail(
            drafting,
            lease,
            f"The draft “{answer.effect}” was not kept: {known.told}. Take that one back, or reword it.",
        )
        return
    principle = written(project, drafting, answer, completion)
    still_ours.update(
        state=JobState.DONE, principle=principle, lease="", leased_until=None, error="", finished_at=timezone.now()
    )
    tell(drafting)


def written(project: Project, drafting: Drafting, answer: PrincipleDraft, completion: Completion) -> Principle:
    """The principle of an answer with its wording and its evidence, in a locked project."""
    principle = new_principle(project, by=drafting.asked_by, origin=Principle.Origin.DRAFTED)
    add_version(
        principle, by=None, domain=answer.domain, effect=answer.effect, model=completion.model,
        simulated=completion.simulated,
    )  # fmt: skip
    kind = Evidence.Kind.CONTRADICTS if drafting.turned else Evidence.Kind.DERIVED
    Evidence.objects.create(principle=principle, kind=kind, **{field_of(drafting.source): drafting.source})
    if isinstance(answer, CriterionDraft) and drafting.group_id:
        Group.objects.filter(pk=drafting.group_id, metric="").update(metric=answer.metric)
    return principle
