"""A worker for tests: takes bells in any order, may be killed at any point, and forgets everything when it is.

It does what `feedback.tasks` does, with a list in place of the broker.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from feedback.models import ModelCall, Run, Step
from feedback.refinement import runs, working


class Killed(BaseException):
    """The process ends here: nothing after it happens."""


@dataclass
class Worker:
    """Bells in `queue`; `rng` draws which is heard next."""

    rng: random.Random = field(default_factory=lambda: random.Random(0))
    queue: list[tuple[str, int]] = field(default_factory=list)
    heard: int = 0

    def ring_run(self, run: Run) -> None:
        """As the entrance does."""
        self.queue.append(("run", run.pk))

    def hear(self) -> None:
        """Take one bell and do its work."""
        kind, number = self.queue.pop(self.rng.randrange(len(self.queue)))
        self.heard += 1
        if kind == "run":
            self.queue += [("step", step) for step in runs.advance(number)]
            return
        outcome = working.work(number)
        self.queue += [("step", step) for step in outcome.steps]
        if outcome.again_in is not None:
            Step.objects.filter(pk=number).update(not_before=None)
            self.queue.append(("step", number))
        if outcome.advance is not None:
            self.queue += [("step", step) for step in runs.advance(outcome.advance, again=False)]

    def work_off(self, limit: int = 500) -> None:
        """Until no bell is left."""
        while self.queue and self.heard < limit:
            self.hear()
        assert not self.queue, "it never ended"

    def sweep(self) -> None:
        """As the sweep's task does."""
        found = runs.sweep()
        self.queue += [("run", run) for run in found.runs] + [("step", step) for step in found.steps]


def let_claims_run_out() -> None:
    """As if the lease time had passed since the last worker died."""
    Step.objects.filter(state="leased").update(leased_until=timezone.now() - timedelta(seconds=1))
    Step.objects.filter(state="waiting").update(created_at=timezone.now() - timedelta(minutes=5))


def carry_to_its_end(run: Run, seed: int = 0) -> Run:
    """A run from start to end by one undisturbed worker."""
    worker = Worker(random.Random(seed))
    worker.ring_run(run)
    worker.work_off()
    run.refresh_from_db()
    return run


def tale_of(run: Run) -> list[Any]:
    """What a run did, without ids and times: two runs of one seed must tell the same."""
    steps = Step.objects.filter(run=run).order_by("item__position", "position")
    told: list[Any] = [(s.item.position, s.position, s.key, s.state, s.output) for s in steps.select_related("item")]
    ends = run.items.order_by("position").select_related("result")
    return told + [(i.position, i.state, i.result.text if i.result else None, i.why) for i in ends]


def paid(run: Run) -> int:
    """How many calls were paid for, those lost with a worker included."""
    return ModelCall.objects.filter(run=run, state__in=["settled", "orphaned", "held"]).count()


def kill_at(
    monkeypatch: pytest.MonkeyPatch, place: Any, name: str, when: Callable[[], bool], after: bool = False
) -> None:
    """End the process before (or after) a function, whenever `when` says so."""
    original = getattr(place, name)

    def deadly(*args: Any, **kwargs: Any) -> Any:
        if not after and when():
            raise Killed
        found = original(*args, **kwargs)
        if after and when():
            raise Killed
        return found

    monkeypatch.setattr(place, name, deadly)
