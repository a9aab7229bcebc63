"""Reflection as feedback comes in (ACE's online mode): once enough new is said, the next reflection opens by itself.

The newest online reflection of a project says that it goes on; switching it off is a word in its parameters.
"""

from __future__ import annotations

from datetime import timedelta

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from feedback.errors import NotAllowed, Refused
from feedback.models import Critique, Edit, JobState, Preference, Project, Rating, Trial, User
from feedback.principles.told import PEOPLE
from feedback.principles.trials.kinds.reflect import ONLINE
from feedback.principles.trials.opening import may_test, open_trial, tell

APART = timedelta(minutes=1)


def online_trial(project: Project) -> Trial | None:
    """The reflection that goes on by itself, if there is one."""
    last = Trial.objects.filter(project=project, kind=Trial.Kind.REFLECT, parameters__mode=ONLINE).first()
    return None if last is None or last.parameters.get("stopped") else last


def go_offline(project: Project, *, by: User) -> None:
    """Let no further reflection open by itself. Twice changes nothing."""
    may_test(project, by)
    row = online_trial(project)
    if row is not None:
        row.parameters = {**row.parameters, "stopped": True}
        row.save(update_fields=["parameters"])
        tell(row)


def reflections_due() -> list[int]:
    """Open the reflections that are due; their ids, to ring for. A few queries a project that reflects online."""
    newest = Trial.objects.filter(project=OuterRef("project"), kind=Trial.Kind.REFLECT, parameters__mode=ONLINE)
    rows = Trial.objects.filter(pk=Subquery(newest.order_by("-number").values("pk")[:1]), state=JobState.DONE)
    rows = rows.filter(finished_at__lt=timezone.now() - APART).select_related("project", "asked_by")
    going_on = [row for row in rows if not row.parameters.get("stopped")]
    return [pk for row in going_on if (pk := gone_on(row)) is not None]


def gone_on(last: Trial) -> int | None:
    """The next reflection, if enough was said since the last and whoever asked may still have it tested."""
    if said_since(last) < last.parameters["at_most"]:
        return None
    given = {name: last.parameters[name] for name in ("mode", "at_most", "room", "at_once") if name in last.parameters}
    try:
        return open_trial(last.project, kind=Trial.Kind.REFLECT, by=last.asked_by, parameters=given).pk
    except (Refused, NotAllowed):
        return None


def said_since(last: Trial) -> int:
    """How many pieces of feedback people gave since a trial was asked for."""
    kinds = (Critique, Rating, Edit, Preference)
    since = {"project": last.project, "created_at__gt": last.created_at, "rater__kind__in": PEOPLE}
    return sum(kind._default_manager.filter(**since).count() for kind in kinds)  # type: ignore[attr-defined]
