"""The project's first page: what this person can do next, the thread in numbers, and what happened lately."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from feedback.agreement.reports import refined_win_rate
from feedback.desk import candidates
from feedback.desk.queue import pair_progress, refined_progress, response_progress
from feedback.models import (
    Critique,
    Drafting,
    Edit,
    JobState,
    Preference,
    Principle,
    Project,
    Rating,
    Role,
    Run,
    Slot,
    User,
)
from feedback.projects.access import open_to
from feedback.web.answering import person
from feedback.web.lately import lately

COUNTED = ["person", "imported"]


@dataclass(frozen=True)
class Task:
    """Something to do: a sentence, where it is done, and the word on the button."""

    sentence: str
    name: str
    action: str


@open_to(Role.VIEWER)
def project(request: HttpRequest, project: Project) -> HttpResponse:
    """What to do next, how far the thread reaches, what happened."""
    numbers = thread_of(project, person(request))
    tasks = tasks_for(project, numbers)
    context = {
        "tasks": [{"task": task, "url": reverse(task.name, args=[project.slug])} for task in tasks],
        "numbers": numbers,
        "rate": refined_win_rate(project),
        "lately": lately(project),
    }
    return render(request, "projects/project.html", context)


def thread_of(project: Project, user: User) -> dict[str, Any]:
    """The thread in numbers, and what of it waits for this person."""
    status = project.principles.with_status()
    constitution = project.constitutions.order_by("-number").first()
    return {
        "examples": project.examples.count(),
        "responses": candidates.responses(project).count(),
        "responses_judged": candidates.responses(project).filter(candidates.is_judged()).count(),
        "words": Critique.objects.standing().filter(project=project).exclude(protocol__in=candidates.MADE_UP).count(),
        "ratings": Rating.objects.standing().filter(project=project).count(),
        "rewrites": Edit.objects.standing().filter(project=project).count(),
        "preferences": Preference.objects.standing().filter(project=project).count(),
        "drafts": status.filter(status=Principle.Status.DRAFTED).count(),
        "drafting": Drafting.objects.filter(project=project, state__in=[JobState.WAITING, JobState.LEASED]).count(),
        "constitution": constitution,
        "principles": constitution.articles.count() if constitution else 0,
        "runs": project.runs.count(),
        "running": project.runs.filter(state__in=[Run.State.QUEUED, Run.State.RUNNING]).count(),
        "parked": project.runs.filter(state=Run.State.WAITING_BUDGET).count(),
        "refined": candidates.refined_pairs(project).count(),
        "rows": rows_of(project),
        "places": places_left(project),
        "own": response_progress(project, by=user),
        "own_pairs": pair_progress(project, by=user),
        "own_refined": refined_progress(project, by=user),
    }


def places_left(project: Project) -> int | None:
    """How many places of open queues nobody has done; None where no queue is open."""
    if not project.queues.filter(is_open=True).exists():
        return None
    places = Slot.objects.filter(queue__project=project, queue__is_open=True, item__gold__isnull=True)
    return places.exclude(state=Slot.State.DONE).count()


def rows_of(project: Project) -> int:
    """How many judgements say which of two responses is better: what an export begins with."""
    decided = Preference.objects.standing().filter(
        Q(outcome="a") | Q(outcome="b"), project=project, rater__kind__in=COUNTED
    )
    return decided.count() + Edit.objects.standing().filter(project=project, rater__kind__in=COUNTED).count()


def tasks_for(project: Project, numbers: dict[str, Any]) -> list[Task]:
    """What this member can do next, the most useful first; at most four."""
    member = project.member  # type: ignore[attr-defined]
    tasks = begin(numbers) if member.may(Role.CURATOR) else []
    tasks += review(numbers) if member.may(Role.REVIEWER) and numbers["examples"] else []
    tasks += curate(numbers) if member.may(Role.CURATOR) and numbers["examples"] else []
    if not tasks and numbers["rows"]:
        tasks = [Task(f"{many(numbers['rows'], 'judgement')} can be taken out as training rows.", "export", "Export")]
    return tasks[:4]


def begin(numbers: dict[str, Any]) -> list[Task]:
    """The first thing of all."""
    if numbers["examples"]:
        return []
    return [Task("Bring in the answers that are to be judged: JSONL, JSON or CSV.", "import", "Import a file")]


def review(numbers: dict[str, Any]) -> list[Task]:
    """What waits for a reviewer."""
    compare, single, pairs = numbers["own_refined"].left, numbers["own"].left, numbers["own_pairs"].left
    tasks = []
    if compare:
        tasks.append(
            Task(f"{many(compare, 'refined answer')} to compare with the original, blind.", "compare", "Compare")
        )
    if numbers["places"] is not None:
        left = Task(f"{many(numbers['places'], 'place')} left in the queues.", "desk", "To the desk")
        return [left, *tasks] if numbers["places"] else tasks
    if single:
        tasks.append(Task(f"{many(single, 'response')} you have not judged yet.", "review", "Review"))
    if pairs:
        tasks.append(Task(f"{many(pairs, 'pair')} you have not compared yet.", "pairs", "Judge pairs"))
    return tasks


def curate(numbers: dict[str, Any]) -> list[Task]:
    """What waits for a curator: drafts first, since people wait for what comes of their words."""
    if numbers["drafts"]:
        return [Task(f"{many(numbers['drafts'], 'draft')} of principles to decide on.", "principles", "See the drafts")]
    if numbers["parked"]:
        return [Task(f"{many(numbers['parked'], 'run')} stopped at a cap.", "runs", "See the runs")]
    if numbers["principles"] and not numbers["runs"]:
        return [Task("The constitution has not been put to work yet.", "start_run", "Start a run")]
    if numbers["rows"]:
        return [Task(f"{many(numbers['rows'], 'judgement')} can be taken out as training rows.", "export", "Export")]
    return []


def many(count: int, noun: str) -> str:
    """A count with its noun."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}".replace(",", "\u202f")
