"""The people of a project: who is in it with which role, and the links that bring others in."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from feedback.errors import NotAllowed, Refused
from feedback.forms.accounts import InviteForm, RoleForm
from feedback.models import Invitation, Project, Role, User
from feedback.projects import people as verbs
from feedback.projects.access import open_to, open_to_members
from feedback.web.answering import person


@open_to(Role.VIEWER)
@require_GET
def people(request: HttpRequest, project: Project) -> HttpResponse:
    """Members with their roles; an owner also sees the open links."""
    return show_people(request, project, InviteForm())


def show_people(request: HttpRequest, project: Project, form: InviteForm, *, link: str = "") -> HttpResponse:
    """The page, with a fresh link that is shown this once."""
    members = project.members.select_related("user").order_by("joined_at", "pk")
    invitations = project.invitations.filter(used_at=None, expires_at__gt=timezone.now()).select_related("made_by")
    context = {"members": members, "invitations": invitations, "form": form, "fresh_link": link, "roles": Role.choices}
    return render(request, "people/people.html", context, status=422 if form.errors else 200)


@open_to(Role.OWNER)
@require_POST
def invite(request: HttpRequest, project: Project) -> HttpResponse:
    """Make a link and show it once."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return show_people(request, project, form)
    _, token = verbs.invite(project, by=person(request), **form.cleaned_data)
    return show_people(request, project, InviteForm(), link=request.build_absolute_uri(reverse("join", args=[token])))


@open_to(Role.OWNER)
@require_POST
def withdraw_invitation(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Make an open link good for nothing."""
    invitation = get_object_or_404(Invitation, project=project, pk=id)
    verbs.withdraw_invitation(invitation, by=person(request))
    messages.success(request, "The link is withdrawn.")
    return redirect("people", project.slug)


@open_to(Role.OWNER)
@require_POST
def change_role(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Give a member another role."""
    member = get_object_or_404(project.members.select_related("user"), pk=id)
    form = RoleForm(request.POST)
    if not form.is_valid():
        raise Refused("There is no such role. Choose one of the list.")
    verbs.change_role(member, form.cleaned_data["role"], by=person(request))
    messages.success(request, f"{member.user} is {member.get_role_display().lower()} now.")
    return redirect("people", project.slug)


@open_to(Role.VIEWER)
@require_POST
def remove_member(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """An owner takes a person out of the project, anybody takes themselves out; what they said stays."""
    member = get_object_or_404(project.members.select_related("user"), pk=id)
    verbs.remove_member(member, by=person(request))
    if member.user_id == person(request).pk:
        messages.success(request, f"You have left {project}. What you said there stays.")
        return redirect("home")
    messages.success(request, f"{member.user} is no longer in this project. What they said stays.")
    return redirect("people", project.slug)


@open_to_members
@require_POST
def make_reset_link(request: HttpRequest, id: int) -> HttpResponse:  # noqa: A002
    """An owner of the instance makes a link with which somebody sets a new password. Shown once."""
    if not person(request).is_superuser:
        raise NotAllowed("Only an owner of this instance can make a link for a new password.")
    user = get_object_or_404(User, pk=id)
    token = verbs.make_reset_link(user, by=person(request))
    link = request.build_absolute_uri(reverse("join", args=[token]))
    return render(request, "people/reset_link.html", {"for_whom": user, "link": link})
