"""Users' reactions, predicted and observed, beside helpfulness and safety, version by version."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from feedback.agreement.reactions import BURST, BURST_SECONDS, ENOUGH
from feedback.agreement.versions import reactions_of
from feedback.forms.listing import JointForm
from feedback.models import Project, Role
from feedback.projects.access import open_to


@open_to(Role.VIEWER)
def reactions(request: HttpRequest, project: Project) -> HttpResponse:
    """The page: never a reaction without helpfulness and safety."""
    form = JointForm(request.GET)
    weight = form.weight()
    found = reactions_of(project)
    context = {
        "versions": [(one, one.joint(weight)) for one in found.versions],
        "found": found,
        "dropped": [(why, many) for why, many in found.kept.dropped.items() if many],
        "form": form,
        "rules": {"burst": BURST, "seconds": int(BURST_SECONDS), "enough": ENOUGH},
    }
    return render(request, "reactions/reactions.html", context)
