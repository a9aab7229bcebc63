"""Criteria: groups of comments that a person confirmed, each a metric and a clause made together.

The metric is a question about one answer that a model judges (see the trial kind `criterion`) and that people answer
too, so that one sees how far the judge is to be trusted. The clause is a principle like all others.
Paper: Yuan et al., System-Level Natural Language Feedback, 2024.
"""

from __future__ import annotations

import hashlib

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from feedback.capture.ratings import record_rating
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import (
    Critique,
    Evidence,
    Group,
    Grouping,
    Member,
    Principle,
    Project,
    Rating,
    Response,
    Role,
    User,
)
from feedback.principles import constitutions
from feedback.principles.constitutions import add_version, lock_project, new_principle, newest_version, same_words

PROTOCOL = "criterion"
MEETS, FAILS = 2, 1
ALREADY = "This criterion is confirmed. Take the confirmation back first; what was judged by it stays on record."


def criteria_of(project: Project) -> QuerySet[Group]:
    """The confirmed groups of all sortings, newest first: sorting anew loses none."""
    return groups_of(project).filter(confirmed_at__isnull=False).order_by("-confirmed_at")


def groups_of(project: Project) -> QuerySet[Group]:
    """All groups of comments of a project."""
    return Group.objects.filter(grouping__project=project, grouping__of=Grouping.Of.COMMENTS).select_related(
        "grouping__project", "confirmed_by"
    )


def clause_of(group: Group) -> Principle | None:
    """The principle that is the criterion's clause; one that was laid aside is none."""
    rows = Principle.objects.filter(evidence__group=group, dropped_at__isnull=True)
    return rows.order_by("-number").first()


@transaction.atomic
def confirm_criterion(group: Group, *, by: User | None, metric: str, domain: str, effect: str) -> Group:
    """Make a group a criterion in these words; its clause becomes, or stays, a draft. The same again changes nothing.

    Raises `Refused` where words are missing or the criterion is confirmed in others.
    """
    project = lock_project(group.grouping.project)
    may_confirm(project, by)
    row = Group.objects.select_for_update(of=("self",)).select_related("grouping__project").get(pk=group.pk)
    metric = metric.strip()
    if not metric:
        raise Refused("A criterion needs its question: how does one see whether an answer meets it?")
    clause = clause_of(row)
    if row.confirmed_at is not None:
        if metric == row.metric and clause and same_words(newest_version(clause), domain, effect, counter(clause)):
            return row
        raise Refused(ALREADY)
    put_into_words(row, clause, by=by, domain=domain, effect=effect)
    row.metric, row.confirmed_by, row.confirmed_at = metric, by, timezone.now()
    row.save(update_fields=["metric", "confirmed_by", "confirmed_at"])
    announce(project, "principles", f"criterion-{row.pk}")
    return row


def put_into_words(group: Group, clause: Principle | None, *, by: User | None, domain: str, effect: str) -> Principle:
    """The clause in these words: the drafted one reworded, or a new one that rests on the group."""
    if clause is not None:
        constitutions.reword(clause, by=by, domain=domain, effect=effect, reason="Confirmed as a criterion")
        return clause
    principle = new_principle(group.grouping.project, by=by)
    add_version(principle, by=by, domain=domain, effect=effect)
    Evidence.objects.create(principle=principle, group=group)
    return principle


def counter(clause: Principle) -> str:
    """What its newest wording does not mean."""
    return newest_version(clause).counter_examples


@transaction.atomic
def unconfirm_criterion(group: Group, *, by: User) -> Group:
    """Take a confirmation back, to word it anew. Twice changes nothing; what was judged stays on record."""
    project = lock_project(group.grouping.project)
    may_confirm(project, by)
    Group.objects.filter(pk=group.pk).update(confirmed_at=None, confirmed_by=None)
    group.refresh_from_db()
    announce(project, "principles", f"criterion-{group.pk}")
    return group


@transaction.atomic
def take_out_comment(group: Group, critique: Critique, *, by: User) -> Group:
    """Take a comment that is about something else out of a group. Raises `Refused` for the last one, or too late."""
    project = lock_project(group.grouping.project)
    may_confirm(project, by)
    group.refresh_from_db()
    if group.confirmed_at is not None:
        raise Refused(ALREADY)
    if not group.critiques.exclude(pk=critique.pk).exists():
        raise Refused("This is the last comment of the group. A group without comments says nothing.")
    group.critiques.remove(critique)
    announce(project, "principles", f"criterion-{group.pk}")
    return group


def answer_criterion(group: Group, response: Response, *, by: User, meets: bool | None, key: str) -> Rating:
    """A person's own answer to a criterion's question; None is that one cannot tell. The same key again: that row."""
    if group.confirmed_at is None:
        raise Refused("This criterion is not confirmed yet, so its question may still change.")
    if response.example.project_id != group.grouping.project_id:
        raise Refused("This answer belongs to another project.")
    mine = judged_on(group).filter(rater__user=by, response=response).first()
    score = None if meets is None else MEETS if meets else FAILS
    row = record_rating(
        response, score=score, scale=MEETS, aspect=aspect_of(group), by=by, key=key, protocol=PROTOCOL, replaces=mine,
        shown=asked_as(group.metric),
    )  # fmt: skip
    announce(group.grouping.project, f"criterion-{group.pk}")
    return row


def judged_on(group: Group) -> QuerySet[Rating]:
    """All standing answers to a criterion's question as it is worded now, by people and by judges."""
    rows = Rating.objects.standing().filter(project=group.grouping.project, aspect=aspect_of(group), protocol=PROTOCOL)
    return rows.filter(shown__metric=hash_of(group.metric))


def aspect_of(group: Group) -> str:
    """The aspect under which answers are judged by a criterion."""
    return f"criterion {group.pk}"


def asked_as(metric: str) -> dict[str, str]:
    """What a judgement says about how it was asked."""
    return {"metric": hash_of(metric)}


def hash_of(metric: str) -> str:
    """Names the wording of a question."""
    return hashlib.sha256(metric.encode()).hexdigest()[:16]


def may_confirm(project: Project, by: User | None) -> None:
    """Raise `NotAllowed` for whoever is below curator. Nobody is the command line, which may."""
    if by is None:
        return
    member = Member.objects.filter(project=project, user=by).first()
    if member is None or not member.may(Role.CURATOR):
        raise NotAllowed("Only a curator or higher confirms criteria.")
