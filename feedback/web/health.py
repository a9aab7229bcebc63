"""`/healthz`: whether everything is up, for the supervisor, load balancers and people."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from feedback.projects.access import open_to_all
from feedback.projects.condition import find_condition


@open_to_all
@require_safe
@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker, a worker and all migrations are there; 503 when something is missing."""
    condition = find_condition()
    return JsonResponse(condition.as_dict(), status=200 if condition.is_whole else 503)
