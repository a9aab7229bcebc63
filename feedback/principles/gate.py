"""What a change to the constitution has to answer for: results that speak against it, and tests that were never made.

Nothing is forbidden. A change in spite of such results needs a reason in the words of whoever makes it; both are kept
with the version. Where the project needs probes, a change that was not probed needs a reason as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from feedback.errors import NotAllowed, Refused
from feedback.live import announce
from feedback.models import Contradiction, Member, PrincipleVersion, Project, Role, User
from feedback.principles.probes import ProbesReport, newest_report
from feedback.principles.scope import ScopeReport, scope_report

SAID: dict[str, Any] = {
    "injection": _("a planted instruction was obeyed"),
    "refusal": _("a refusal came out wrong"),
    "length": _("answers changed their length out of proportion"),
    "sycophancy": _("it agreed with what is false"),
    "flip": _("more answers went wrong than right"),
    "choice": _("more choices went against people than with them"),
    "scope": _("it reaches further than it should, or not far enough"),
    "contradiction": _("it contradicts a principle that stays in force"),
    "untested": _("it was not probed"),
}


def speaks_against(
    project: Project, before: Sequence[PrincipleVersion], after: Sequence[PrincipleVersion]
) -> list[str]:
    """The codes of what speaks against going from the one list of wordings to the other. Five queries or so."""
    there = {one.pk for one in before}
    coming = [one for one in after if one.pk not in there]
    scopes = [scope_report(one) for one in coming]
    return codes_of(project, newest_report(project, before, after), scopes, contradictions_among(coming, after))


def codes_of(
    project: Project,
    report: ProbesReport | None,
    scopes: Sequence[ScopeReport | None],
    contradictions: Sequence[Contradiction],
) -> list[str]:
    """The codes of what speaks against a change, from what is known of it."""
    codes = list(report.against) if report else ["untested"] if project.probes_needed else []
    codes += ["scope"] if any(scope is not None and not scope.passed for scope in scopes) else []
    return codes + (["contradiction"] if contradictions else [])


def contradictions_among(coming: Sequence[PrincipleVersion], after: Sequence[PrincipleVersion]) -> list[Contradiction]:
    """The unsettled contradictions between what comes in and what would stand beside it. One query, or none."""
    new, all_of = {one.principle_id for one in coming}, {one.principle_id for one in after}
    if not new:
        return []
    rows = Contradiction.objects.filter(Q(first__in=new) | Q(second__in=new), settled=Contradiction.Settled.OPEN)
    rows = rows.select_related("first", "second").prefetch_related("first__versions", "second__versions")
    return [row for row in rows if {row.first_id, row.second_id} <= all_of]


def answered_for(codes: Sequence[str], reason: str) -> list[str]:
    """The codes again, where there is a reason to go on in spite of them. Raises `Refused` where there is none."""
    if codes and not reason.strip():
        said = "; ".join(str(SAID[code]) for code in codes)
        raise Refused(f"This speaks against it: {said}. Say why it is done all the same; the reason is kept with it.")
    return list(codes)


@transaction.atomic
def set_probes_needed(project: Project, *, by: User, needed: bool) -> Project:
    """Whether changes are probed before they are made, by an owner."""
    member = Member.objects.filter(project=project, user=by).first()
    if member is None or not member.may(Role.OWNER):
        raise NotAllowed("Only an owner says whether changes have to be probed.")
    row = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    row.probes_needed = needed
    row.save(update_fields=["probes_needed"])
    announce(row, "trials")
    return row
