"""What the team's pages share in answering a form: carry out its one verb, and show it again when that is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from feedback.errors import Refused
from feedback.models import User

T = TypeVar("T")


def person(request: HttpRequest) -> User:
    """Who asks. The doors let nobody else through."""
    assert isinstance(request.user, User)
    return request.user


def carried_out(form: forms.Form, verb: Callable[[dict[str, Any]], T]) -> T | None:
    """Call the verb with what was typed. A refusal becomes the form's error; None says that nothing was done."""
    if not form.is_valid():
        return None
    try:
        return verb(form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def show(request: HttpRequest, template: str, part: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page, or only its part when the page itself asked by htmx."""
    name = f"{template}#{part}" if request.htmx and not request.htmx.boosted else template  # type: ignore[attr-defined]
    response = render(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go_to(request: HttpRequest, name: str, *places: Any) -> HttpResponse:
    """On to another page, as a whole: htmx is told to leave this one, a plain form is redirected."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(reverse(name, args=places))
    return redirect(name, *places)


def page_of(request: HttpRequest, rows: QuerySet[Any] | list[Any], *, size: int = 50) -> Page:
    """The page of a long list that was asked for; a number that makes no sense is the nearest that does."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
