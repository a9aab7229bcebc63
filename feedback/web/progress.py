"""Progress: who is here, what everybody did today and at which pace; and one's own page."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET, require_POST

from feedback.agreement.known_answers import gold_answers, gold_records
from feedback.desk.claims import take_back_skips
from feedback.desk.presence import people_here
from feedback.desk.progress import own_page, queue_lines, workers_in
from feedback.models import Project, Role, User
from feedback.projects.access import open_to
from feedback.web.answering import person, show


@open_to(Role.VIEWER)
@require_GET
def progress(request: HttpRequest, project: Project) -> HttpResponse:
    """The project's day. A reviewer sees who is here and their own line."""
    here = people_here(project)
    reviewer = project.member.role == Role.REVIEWER  # type: ignore[attr-defined]
    workers = workers_in(project, here)
    records = {} if reviewer else gold_records(project)
    seen = [one for one in workers if not reviewer or one.user == person(request)]
    context = {
        "people_here": here,
        "lines": [line for line in queue_lines(project, person(request)) if line.queue.is_open],
        "workers": [(one, records.get(one.user.pk)) for one in seen],
        "today": sum(one.today for one in workers),
    }
    return show(request, "progress/progress.html", "progress", context)


@open_to(Role.VIEWER)
@require_GET
def person_progress(request: HttpRequest, project: Project, id: int) -> HttpResponse:  # noqa: A002
    """One person's work. Reviewers see their own, curators and viewers everybody's."""
    reviewer = project.member.role == Role.REVIEWER  # type: ignore[attr-defined]
    user = get_object_or_404(User, pk=id, memberships__project=project)
    if reviewer and user != person(request):
        raise Http404
    own = own_page(project, user)
    told = not reviewer or all(line.queue.gold_feedback for line in own.queues)
    context = {
        "who": user,
        "own": own,
        "most": max([day.done for day in own.days] + [1]),
        "is_here": user in people_here(project),
        "record": gold_records(project).get(user.pk) if told else None,
        "gold": [one for one in gold_answers(project, user) if not reviewer or one.item.queue.gold_feedback],
    }
    return show(request, "progress/person.html", "person", context)


@open_to(Role.REVIEWER)
@require_POST
def return_skips(request: HttpRequest, project: Project) -> HttpResponse:
    """Have all that one passed over offered again."""
    take_back_skips(project, by=person(request))
    return redirect("person_progress", project.slug, person(request).pk)
