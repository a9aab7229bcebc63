"""When something is wrong: a calm page, or for htmx a notice, that says what happened and what can be done."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader

TITLES = {
    400: "That request makes no sense",
    403: "Not for your role",
    404: "Nothing here",
    409: "The budget is reached",
    422: "That cannot be done",
    429: "Too many tries",
    502: "The model did not answer",
    503: "Not just now",
}
STRANGER = "There is no such page, or you do not belong to the project it is in."
EXPIRED = (
    "The form was older than your session, so it was not taken. Nothing was changed: go back, load the page again and "
    "send it once more. What you typed is still in the form."
)


def answer_wrong(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    """A page with the sentence; when a part of a page asked, a notice for the top of that page."""
    context = {"title": TITLES.get(status, "Something went wrong"), "sentence": sentence, "status": status}
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        response = render(request, "parts/notice.html", {"level": "error", "text": sentence}, status=status)
        response["HX-Retarget"] = "#notices"
        response["HX-Reswap"] = "beforeend show:top"
        return response
    return render(request, "errors/wrong.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return answer_wrong(request, 400, "The request could not be read. Go back and try again.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403."""
    return answer_wrong(request, 403, str(exception or "") or "Your role does not cover this.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for strangers and for what does not exist."""
    return answer_wrong(request, 404, STRANGER)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403, for a form whose token does not fit."""
    return answer_wrong(request, 403, EXPIRED)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: rendered without request, session or database, any of which may be what is broken."""
    return HttpResponseServerError(loader.get_template("errors/broken.html").render())
