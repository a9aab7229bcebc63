"""A person's stand-in: switched on and off by them alone, sent to judge what they have not (NExT-Search)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from feedback.desk import candidates
from feedback.desk.errand_kinds.standing_in import LEAST, PROTOCOL, words_before
from feedback.desk.errands import ask_errand
from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Critique, Errand, JobState, Member, Project, Rating, User

MOST = 10


@dataclass(frozen=True, kw_only=True)
class StandIn:
    """How a person's stand-in stands: whether it is on, what it goes by, what it is at and what it said."""

    on: bool
    words: int
    least: int
    waiting: int
    ratings: list[Rating]
    said: dict[int, Critique]
    failed: str


def switch(project: Project, *, on: bool, by: User) -> None:
    """Switch one's own stand-in on or off. What it has said stays, as a simulated rater's."""
    with transaction.atomic():
        if not Member.objects.filter(project=project, user=by).update(shadow=on):
            raise NotAllowed("Only members of this project have a stand-in in it.")
        announce(project, "stand-in")


def send(project: Project, *, count: int, key: str, by: User) -> list[Errand]:
    """Have one's stand-in judge up to so many responses that one has not judged and it neither. One transaction."""
    if not 1 <= count <= MOST:
        raise Refused(f"A stand-in judges between 1 and {MOST} responses at a time.")
    rows = candidates.responses(project).filter(~candidates.is_judged(by))
    rows = rows.exclude(errands__kind=Errand.Kind.SHADOW, errands__asked_by=by)
    rows = rows.annotate(own=candidates.own_order(by, "pk")).select_related("example__project").order_by("own")
    chosen = list(rows[:count])
    if not chosen:
        raise Refused("You or your stand-in have judged everything there is.")
    with transaction.atomic():
        return [
            ask_errand("shadow", example=one.example, response=one, key=f"{key}-{number}", by=by)
            for number, one in enumerate(chosen)
        ]


def stand_in(project: Project, *, by: User) -> StandIn:
    """How a person's stand-in stands. Five queries."""
    member = Member.objects.get(project=project, user=by)
    errands = Errand.objects.filter(project=project, kind=Errand.Kind.SHADOW, asked_by=by)
    waiting = errands.filter(state__in=[JobState.WAITING, JobState.LEASED]).count()
    last = errands.exclude(state__in=[JobState.WAITING, JobState.LEASED]).order_by("-pk").first()
    rows = Rating.objects.standing().filter(project=project, protocol=PROTOCOL, rater__name=f"Stand-in for {by}"[:120])
    ratings = list(rows.select_related("rater", "response__example").order_by("-pk")[:20])
    said = Critique.objects.standing().filter(
        protocol=PROTOCOL,
        rater__in={row.rater_id for row in ratings},
        response__in=[row.response_id for row in ratings],
    )
    return StandIn(
        on=member.shadow,
        words=words_before(project, by).count(),
        least=LEAST,
        waiting=waiting,
        ratings=ratings,
        said={row.response_id: row for row in said},
        failed=last.error if last is not None and last.state == JobState.FAILED else "",
    )
