"""Keys for scripts: who has which, a new one (shown once), and taking one back."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from feedback.forms.tokens import TokenForm
from feedback.models import Project, Role
from feedback.projects.access import open_to
from feedback.projects.tokens import make_token, revoke_token
from feedback.web.answering import carried_out, person

PAGE = "tokens/tokens.html"


@open_to(Role.CURATOR)
def tokens(request: HttpRequest, project: Project) -> HttpResponse:
    """All keys of the project, and a new one of one's own."""
    form = TokenForm(request.POST or None)
    made = None
    if request.method == "POST":
        made = carried_out(form, lambda said: make_token(project, by=person(request), name=said["name"]))
    rows = project.tokens.filter(revoked_at=None).select_related("user").order_by("-pk")
    context = {"form": TokenForm() if made else form, "tokens": rows, "fresh": made[1] if made else ""}
    context["address"] = request.build_absolute_uri(f"/api/{project.slug}")
    answer = render(request, PAGE, context, status=422 if request.method == "POST" and not made else 200)
    answer["Cache-Control"] = "no-store"
    return answer


@open_to(Role.CURATOR)
@require_POST
def revoke(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Take a key back."""
    revoke_token(get_object_or_404(project.tokens.select_related("project"), pk=id), by=person(request))
    return redirect("tokens", project.slug)
