"""What the engine adds to the model's own time, and what asking several questions at once saves."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from django.conf import settings

from feedback.models import Project, Run, User
from feedback.refinement import runs
from tests import make

ITEMS = 20
THINKING = 0.1
CALLS = 9


def seconds_of(work: Callable[[], object]) -> float:
    """How long something takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def started(project: Project, by: User, strategy: str, count: int, **parameters: int) -> Run:
    """A run that waits."""
    return runs.start_run(project, strategy=strategy, by=by, count=count, parameters=parameters)


def main() -> None:
    """Two figures: the cost of a step beside its call, and the gain of concurrent calls."""
    owner = make.user()
    project = make.project(owner=owner)
    make.constitution(project=project, principles=[make.principle(project=project) for _ in range(3)])
    for number in range(ITEMS):
        make.response(example=make.example(project=project, request=f"Explain number {number}."))
    settings.SIMULATED_SECONDS = 0.0
    run = started(project, owner, "cai_revision", ITEMS)
    took = seconds_of(lambda: runs.work_off(run))
    steps = run.steps.count()
    print(json.dumps({"figure": "time of a step beside its call", "milliseconds": round(1000 * took / steps, 1)}))
    settings.SIMULATED_SECONDS = THINKING
    run = started(project, owner, "best_of_n", 3, calls=CALLS)
    took = seconds_of(lambda: runs.work_off(run))
    apart = run.model_calls.filter(state="settled").count() * THINKING
    print(json.dumps({"figure": "calls one after the other against at once", "ratio": round(apart / took, 2)}))
