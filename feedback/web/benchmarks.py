"""The benchmarks a project's snapshots can be held against: brought in as files, kept as hashes, taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from feedback.datasets import benchmarks as verbs
from feedback.forms.freezing import BenchmarkForm
from feedback.models import Benchmark, Project, Role
from feedback.projects.access import open_to
from feedback.web.answering import carried_out, person


@open_to(Role.CURATOR)
@require_http_methods(["GET", "POST"])
def benchmarks(request: HttpRequest, project: Project) -> HttpResponse:
    """What there is, and another one."""
    form = BenchmarkForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and carried_out(form, lambda said: added(request, project, said)):
        return redirect("benchmarks", project.slug)
    rows = Benchmark.objects.filter(project=project).defer("runs").select_related("made_by")
    return render(
        request, "snapshots/benchmarks.html", {"form": form, "rows": rows}, status=422 if form.errors else 200
    )


def added(request: HttpRequest, project: Project, said: dict[str, Any]) -> Benchmark:
    """Read the file and keep its runs."""
    row = verbs.add_benchmark(project, source=said["file"].file, name=said["name"], by=person(request))
    messages.success(request, _("%(name)s is kept: %(n)s records.") % {"name": row.name, "n": row.items})
    return row


@open_to(Role.CURATOR)
@require_POST
def forget_benchmark(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """Take one away."""
    verbs.forget_benchmark(get_object_or_404(Benchmark, project=project, pk=id), by=person(request))
    return redirect("benchmarks", project.slug)
