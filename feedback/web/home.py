"""The first page: one's projects. An owner of the instance can make new ones."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.errors import NotAllowed
from feedback.forms.accounts import ProjectForm
from feedback.models import Member
from feedback.projects.access import open_to_all, open_to_members
from feedback.projects.setup import create_project
from feedback.web.accounts import onward
from feedback.web.answering import carried_out, person
from feedback.web.context import THEMES

A_YEAR = 365 * 24 * 60 * 60


@open_to_members
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """One's projects."""
    memberships = Member.objects.filter(user=person(request)).select_related("project").order_by("project__name")
    return render(request, "home/home.html", {"memberships": memberships, "form": ProjectForm()})


@open_to_members
@require_http_methods(["GET", "POST"])
def new_project(request: HttpRequest) -> HttpResponse:
    """Make a project and go there."""
    if not person(request).is_superuser:
        raise NotAllowed("Only an owner of this instance can make a project. Ask one of them.")
    form = ProjectForm(request.POST or None)
    if request.method == "POST":
        project = carried_out(form, lambda said: create_project(by=person(request), **said))
        if project is not None:
            return redirect("project", project.slug)
    return render(request, "home/new_project.html", {"form": form}, status=422 if form.errors else 200)


@open_to_all
@require_POST
def choose_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or as the device says; kept in a cookie so that the server can render it."""
    answer = redirect(onward(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        answer.set_cookie("theme", theme, max_age=A_YEAR, samesite="Lax", httponly=True)
    else:
        answer.delete_cookie("theme", samesite="Lax")
    return answer


@open_to_all
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The language of the pages, kept in a cookie; without one the browser's own is asked."""
    answer = redirect(onward(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES):
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=A_YEAR, samesite="Lax", httponly=True)
    return answer
