"""Signing in and out, coming in by a link, and passwords. Sign-up is closed: every account begins with a link."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from feedback.errors import Refused
from feedback.forms.accounts import AccountForm, ChangePasswordForm, NewPasswordForm, SignInForm
from feedback.models import Invitation
from feedback.projects import people
from feedback.projects.access import open_to_all, open_to_members
from feedback.web.answering import carried_out, person
from feedback.web.patience import Patience

WRONG = "The address and the password do not belong together. Check both; the password minds capital letters."


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in with address and password; too many failures have to wait."""
    form = SignInForm(request.POST or None)
    wait = 0
    if request.method == "POST" and form.is_valid():
        patience = Patience(request, form.cleaned_data["email"])
        wait = patience.seconds_to_wait()
        user = None if wait else authenticate(request, username=form.cleaned_data["email"], **password_of(form))
        if user is not None:
            patience.forget()
            login(request, user)
            return redirect(onward(request))
        form.add_error(None, patience.sentence(wait) if wait else WRONG)
        patience.count_failure()
    answer = render(request, "accounts/sign_in.html", {"form": form, "next": request.GET.get("next", "")})
    return marked(answer, wait, bool(form.errors))


def password_of(form: SignInForm) -> dict[str, str]:
    """The password as `authenticate` takes it."""
    return {"password": form.cleaned_data["password"]}


def marked(answer: HttpResponse, wait: int, refused: bool) -> HttpResponse:
    """The status that goes with a refusal, and how long to wait."""
    if wait:
        answer.status_code = 429
        answer["Retry-After"] = str(wait)
    elif refused:
        answer.status_code = 422
    return answer


def onward(request: HttpRequest) -> str:
    """Where to go after signing in: the page asked for, if it is ours."""
    wanted = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and ours else "home"


@open_to_all
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("sign_in")


@open_to_members
@sensitive_post_parameters("old", "password")
@require_http_methods(["GET", "POST"])
def change_password(request: HttpRequest) -> HttpResponse:
    """Set a new password, knowing the old one. Other sessions end; this one goes on."""
    form = ChangePasswordForm(request.POST or None)
    user = person(request)
    if request.method == "POST":
        patience = Patience(request, user.email)
        if form.is_valid() and not user.check_password(form.cleaned_data["old"]):
            patience.count_failure()
            form.add_error("old", "This is not your password now.")
        if not patience.seconds_to_wait() and carried_out(
            form, lambda said: people.set_password(user, said["password"])
        ):
            update_session_auth_hash(request, user)
            messages.success(request, "Your password is changed. Other devices are signed out.")
            return redirect("home")
    return render(request, "accounts/change_password.html", {"form": form}, status=422 if form.errors else 200)


@open_to_all
@require_GET
def password_help(request: HttpRequest) -> HttpResponse:
    """Say honestly how a forgotten password is replaced."""
    return render(request, "accounts/password_help.html")


@open_to_all
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Use a one-time link. What it is good for stands in its row."""
    patience = Patience(request, "link")
    try:
        link = people.find_link(token)
    except Refused as refusal:
        patience.count_failure()
        return render(request, "accounts/dead_link.html", {"why": str(refusal)}, status=410)
    if link.purpose == Invitation.Purpose.RESET:
        return reset(request, link)
    return join_as_member(request, link) if request.user.is_authenticated else join_as_new(request, link)


def reset(request: HttpRequest, link: Invitation) -> HttpResponse:
    """Choose a new password by a link, and be signed in."""
    form = NewPasswordForm(request.POST or None)
    assert link.user is not None  # held by the constraint
    user = link.user
    if request.method == "POST" and carried_out(
        form, lambda said: people.set_password(user, said["password"], link=link)
    ):
        login(request, user, backend="django.contrib.auth.backends.ModelBackend")
        messages.success(request, "Your new password is set.")
        return redirect("home")
    return render(request, "accounts/reset.html", {"form": form, "link": link}, status=422 if form.errors else 200)


def join_as_new(request: HttpRequest, link: Invitation) -> HttpResponse:
    """Make an account by a link, and be signed in."""
    form = AccountForm(request.POST or None)
    if request.method == "POST":
        user = carried_out(form, lambda said: people.join_with_new_account(link, **said))
        if user is not None:
            login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            return redirect(after_joining(link))
    return render(request, "accounts/join.html", {"form": form, "link": link}, status=422 if form.errors else 200)


def join_as_member(request: HttpRequest, link: Invitation) -> HttpResponse:
    """Use a link with the account one has."""
    if request.method == "POST":
        people.accept(link, user=person(request))
        return redirect(after_joining(link))
    return render(request, "accounts/accept.html", {"link": link})


def after_joining(link: Invitation) -> str:
    """The first page of somebody who just came in."""
    return f"/p/{link.project.slug}/" if link.project else "/"
