"""What stands around every page: static files, a strict content policy, and refusals answered as sentences."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.responders import StaticFile

from feedback.errors import ModelTrouble, NotAllowed, OverBudget, Passing, PreceptError, Refused
from feedback.web.wrong import answer_wrong

GetResponse = Callable[[HttpRequest], HttpResponse]
POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
STATUSES: list[tuple[type[PreceptError], int]] = [
    (NotAllowed, 403),
    (Refused, 422),
    (OverBudget, 409),
    (Passing, 503),
    (ModelTrouble, 502),
]


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise, answering with the file's bytes: ours are small, and ASGI wants no blocking iterators."""

    @staticmethod
    def serve(static_file: StaticFile, request: HttpRequest) -> HttpResponse:
        """One file, or the news that the browser's copy is still good."""
        found = static_file.get_response(request.method, request.META)
        with found.file or nullcontext() as file:
            response = HttpResponse(file.read() if found.file else b"", status=int(found.status))
        del response["content-type"]
        for name, value in found.headers:
            response[name] = value
        return response


class Smaller(GZipMiddleware):
    """Pages over the wire compressed; what is streamed (an export) goes as it is, since it may be long."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress a page of some length, with random padding against guessing at its secrets by its size."""
        return response if response.streaming else super().process_response(request, response)


def security_headers(get_response: GetResponse) -> GetResponse:
    """Nothing inline, nothing from elsewhere, nobody's frame."""

    def with_headers(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.setdefault("Content-Security-Policy", POLICY)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response

    return with_headers


def errors_as_sentences(get_response: GetResponse) -> GetResponse:
    """Answer what the trade raises with its sentence and a fitting status."""

    def pass_on(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, PreceptError):
            return None
        status = next((number for kind, number in STATUSES if isinstance(error, kind)), 500)
        return answer_wrong(request, status, str(error))

    pass_on.process_exception = process_exception  # type: ignore[attr-defined]
    return pass_on
