"""From feedback to a drafted principle: ConstitutionMaker's three ways, and all other kinds of feedback.

Asking writes a `Drafting` row that waits; a worker claims it, asks the model outside any transaction and writes the
principle with its evidence. What was laid aside is not proposed again. It does not know what people do with a draft
(see `constitutions`), which prompt fits a source (see `sources`) or who rings.
Paper: Petridis et al., ConstitutionMaker, 2023.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from feedback.errors import ModelTrouble, OverBudget, Passing, PreceptError, Refused
from feedback.live import announce
from feedback.llm.answers import CriterionDraft, PrincipleDraft
from feedback.llm.model import Completion
from feedback.models import Drafting, Evidence, Group, JobState, Preference, Principle, Project, User
from feedback.principles.constitutions import add_version, lock_project, new_principle
from feedback.principles.laid_aside import as_material, laid_aside, like_one_of
from feedback.principles.sources import PATHS, Source, check_source, field_of, project_of, prompt_for
from feedback.projects.budget import model_for

LEASE = timedelta(minutes=15)
TRIES = 3
LOST = "The worker that drafted it was lost more than once. Ask again."
log = logging.getLogger(__name__)


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
        announce(project, f"drafting-{drafting.pk}", "principles")
    return drafting


def draft(drafting_id: int) -> Drafting:
    """Do one drafting, if it waits: claim it, ask the model, write the principle. Twice, or killed half-way: as once.

    A model that does not answer leaves a sentence on the row, and one may ask again. One model call.
    """
    lease = claim(drafting_id)
    drafting = fetch(drafting_id)
    if not lease:
        return drafting
    try:
        completion = ask_model(drafting)
    except PreceptError as trouble:
        put_back(drafting, lease, trouble)
    except Exception:
        log.exception("drafting %s broke", drafting_id)
        put_back(drafting, lease, Passing("Something broke in Precept itself while drafting; its log says what."))
    else:
        finish(drafting, lease, completion)
    return fetch(drafting_id)


def sweep_draftings() -> list[int]:
    """Take back draftings whose worker was lost; the ids of all that are due, to ring for."""
    now = timezone.now()
    lost = Drafting.objects.filter(state=JobState.LEASED, leased_until__lt=now)
    for drafting in lost.filter(attempts__gte=TRIES).select_related("project"):
        fail(drafting, drafting.lease, LOST)
    lost.filter(attempts__lt=TRIES).update(state=JobState.WAITING, lease="", leased_until=None)
    return list(Drafting.objects.filter(due(now)).values_list("pk", flat=True)[:200])


def asked_already(source: Source, *, turned: bool) -> Drafting | None:
    """A drafting of this source, in this direction, that waits, is at work, or made a principle that nobody dropped."""
    open_or_kept = Q(state__in=[JobState.WAITING, JobState.LEASED]) | Q(
        state=JobState.DONE, principle__isnull=False, principle__dropped_at__isnull=True
    )
    return Drafting.objects.filter(open_or_kept, turned=turned, **{field_of(source): source}).first()


def due(now: object) -> Q:
    """Which draftings may be claimed now."""
    ready = Q(not_before__isnull=True) | Q(not_before__lte=now)
    return Q(state=JobState.WAITING) & ready


def claim(drafting_id: int) -> str:
    """Take the drafting; the token of the claim, or nothing when it is not to be had."""
    lease, now = str(uuid4()), timezone.now()
    got = Drafting.objects.filter(due(now), pk=drafting_id).update(
        state=JobState.LEASED, lease=lease, leased_until=now + LEASE, attempts=F("attempts") + 1, error=""
    )
    return lease if got else ""


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
    still_ours = Drafting.objects.filter(pk=drafting.pk, state=JobState.LEASED, lease=lease)
    answer = completion.data
    if not still_ours.exists():
        return
    if not isinstance(answer, PrincipleDraft) or not answer.effect.strip():
        fail(drafting, lease, "The model's draft did not say what to do. Ask again, or write the principle yourself.")
        return
    if known := like_one_of(laid_aside(project), effect=answer.effect):
        fail(
            drafting,
            lease,
            f"The draft “{answer.effect}” was not kept: {known.told}. Take that one back, or reword it.",
        )
        return
    principle = written(project, drafting, answer, completion)
    still_ours.update(
        state=JobState.DONE, principle=principle, lease="", leased_until=None, error="", finished_at=timezone.now()
    )
    announce(project, f"drafting-{drafting.pk}", "principles")


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


def put_back(drafting: Drafting, lease: str, trouble: PreceptError) -> None:
    """Passing trouble is tried again a few times; anything else ends the drafting with its sentence."""
    if not isinstance(trouble, Passing) or drafting.attempts >= TRIES:
        fail(drafting, lease, sentence_of(trouble))
        return
    delay = timedelta(seconds=min(300.0, trouble.retry_after or 5.0 * 2**drafting.attempts))
    Drafting.objects.filter(pk=drafting.pk, lease=lease, state=JobState.LEASED).update(
        state=JobState.WAITING, lease="", leased_until=None, not_before=timezone.now() + delay, error=str(trouble)
    )
    announce(drafting.project, f"drafting-{drafting.pk}", "principles")


def sentence_of(trouble: PreceptError) -> str:
    """The trouble as the person who asked should read it."""
    if isinstance(trouble, OverBudget):
        return f"{trouble} Raise the cap, then ask again."
    return f"{trouble} Ask again later." if isinstance(trouble, ModelTrouble) else str(trouble)


def fail(drafting: Drafting, lease: str, why: str) -> None:
    """End the drafting with a sentence, if the claim still holds."""
    Drafting.objects.filter(pk=drafting.pk, lease=lease, state=JobState.LEASED).update(
        state=JobState.FAILED, lease="", leased_until=None, error=why, finished_at=timezone.now()
    )
    announce(drafting.project, f"drafting-{drafting.pk}", "principles")
