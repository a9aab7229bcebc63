"""Errands: what somebody at the desk sends a model to do, from asking to the rows it leaves.

Asking writes an `Errand` that waits; a worker claims it by one conditional UPDATE with a lease, asks the model outside
any transaction and keeps what came in one transaction under that lease. What each kind asks and keeps is
`errand_kinds`; this module knows no prompt, and neither who rings.
"""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from feedback.capture.history import may_review, said
from feedback.desk.errand_kinds.register import way_of
from feedback.desk.errand_kinds.ways import Outcome
from feedback.errors import NotAllowed, Passing, PreceptError, Refused
from feedback.live import announce
from feedback.models import Edit, Errand, Example, Hint, JobState, Member, Project, Response, Role, Split, User
from feedback.projects.budget import model_for
from feedback.projects.job_claims import Claims

WORDS = 8000
KEY = 60
LOST = "The worker that did it was lost more than once. Ask again."
log = logging.getLogger(__name__)


def tell(errand: Errand, *names: str) -> None:
    """Say that the errand, and whatever else is named, has changed."""
    announce(errand.project_id, f"errand-{errand.pk}", *names)


claims = Claims(kind=Errand, tell=tell, lost=LOST)


def ask_errand(
    kind: str, *, example: Example, response: Response | None = None, edit: Edit | None = None,
    hint: Hint | None = None, words: str = "", key: str, by: User,
) -> Errand:  # fmt: skip
    """Ask for an errand. The same key again is the same errand.

    Raises `NotAllowed` for whoever may not ask for this kind, `Refused` for a hold-out example and for what the kind
    cannot work with.
    """
    project = example.project
    if not 1 <= len(key) <= KEY:
        raise Refused("The request carries no usable key. Load the page again and send it once more.")
    words = said(words[: WORDS + 1], what="message", may_be_empty=True)
    if len(words) > WORDS:
        raise Refused(f"The words for a model have at most {WORDS} characters. Shorten them.")
    errand = Errand(
        project=project, kind=kind, example=example, response=response, edit=edit, hint=hint, words=words,
        key=f"{by.pk}:{key}", asked_by=by,
    )  # fmt: skip
    there = Errand.objects.filter(project=project, key=errand.key).first()
    if there is not None:
        return there
    check(errand, by)
    return store(errand)


def check(errand: Errand, by: User) -> None:
    """Raise unless this person may ask for it and it can be done."""
    way = way_of(errand.kind)
    may_review(errand.project, by)
    member = Member.objects.get(project=errand.project, user=by)
    if not member.may(way.role):
        raise NotAllowed(f"Only a {Role(way.role).label.lower()} or higher asks a model for this.")
    if errand.example.split == Split.HOLDOUT and not way.takes_holdout:
        raise Refused(
            f"Example {errand.example.number} is held out: no model is asked about it, so that nothing is learned from "
            "it. Take another example."
        )
    if errand.response is not None and errand.response.example_id != errand.example_id:
        raise Refused("This response answers another example.")
    way.check(errand)


def store(errand: Errand) -> Errand:
    """Write the errand, or give back the one a simultaneous request wrote."""
    try:
        with transaction.atomic():
            errand.save(force_insert=True)
            announce(errand.project, f"errand-{errand.pk}")
    except IntegrityError:
        return Errand.objects.get(project=errand.project, key=errand.key)
    return errand


def run_errand(errand_id: int) -> Errand:
    """Do one errand, if it waits: claim it, ask the model, keep what came. Twice, or killed half-way: as once.

    A model that does not answer leaves a sentence on the row, and one may ask again.
    """
    lease = claim(errand_id)
    errand = fetch(errand_id)
    if not lease:
        return errand
    try:
        way = way_of(errand.kind)
        way.check(errand)
        found = way.ask(errand, model_for(errand.project, errand=errand))
        finish(errand, lease, found)
    except PreceptError as trouble:
        claims.put_back(errand, lease, trouble)
    except Exception:
        log.exception("errand %s broke", errand_id)
        claims.put_back(errand, lease, Passing("Something broke in Precept itself on the way; its log says what."))
    return fetch(errand_id)


def sweep_errands() -> list[int]:
    """Take back errands whose worker was lost; the ids of all that are due, to ring for."""
    return claims.sweep()


def latest(kind: str, response: Response, by: User) -> Errand | None:
    """The last errand of a kind this person sent for a response. One query."""
    return Errand.objects.filter(kind=kind, response=response, asked_by=by).order_by("-pk").first()


def claim(errand_id: int) -> str:
    """Take the errand and say so; the token of the claim, or nothing when it is not to be had."""
    lease = claims.take(errand_id)
    if lease:
        tell(Errand.objects.only("project_id").get(pk=errand_id))
    return lease


def fetch(errand_id: int) -> Errand:
    """The errand with all that its prompts show. One query."""
    paths = ["project__budget", "example__project", "response__example__project", "edit__response", "edit__result"]
    return Errand.objects.select_related(*paths, "hint", "asked_by").get(pk=errand_id)


@transaction.atomic
def finish(errand: Errand, lease: str, found: object) -> None:
    """Write what the kind makes of the answers, with the errand's end, if the claim still holds."""
    ours = claims.held(errand, lease)
    if ours.select_for_update(of=("self",)).first() is None:
        return
    outcome: Outcome = way_of(errand.kind).keep(errand, found)
    ours.update(
        state=JobState.DONE, answer=outcome.answer, result=outcome.result, lease="", leased_until=None, error="",
        finished_at=timezone.now(),
    )  # fmt: skip
    tell(errand, *outcome.changed)


def errands_of(project: Project) -> QuerySet[Errand]:
    """The errands of a project, with what their fragments show."""
    return Errand.objects.filter(project=project).select_related(
        "example", "response__example", "result", "edit__result", "edit__response__example", "asked_by"
    )
