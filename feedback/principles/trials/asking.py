"""A trial's questions to the model: several at once on threads, each answer kept as it comes, none asked twice.

    more = ask_all(trial, model, questions, until=until, keep=keep)

`keep(question, answer)` runs in the calling thread, one after the other, as answers arrive; the next call is on its way
meanwhile. It does not know what the questions are for.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from feedback.errors import Declined, Malformed
from feedback.live import announce
from feedback.llm.model import Completion, Prompt
from feedback.models import ModelCall, Trial
from feedback.projects.budget import RecordedModel, release_connection, replayed

AT_ONCE = 8
MOST_AT_ONCE = 32
FORM_TRIES = 2
SECONDS_BETWEEN_NEWS = 1.0


@dataclass(frozen=True, kw_only=True)
class Question:
    """One call: the prompt, who is asked (task, critic, reviser, judge or proposer), its slot within the trial.

    `about` is whatever the asker needs to know again when the answer comes.
    """

    prompt: Prompt
    slot: str
    role: str = "judge"
    about: Any = None


@dataclass(frozen=True)
class Trouble:
    """No usable answer, and why."""

    why: str


Answered = Completion | Trouble
Keep = Callable[[Question, Answered], None]


@dataclass
class Until:
    """The end of a stretch of work: at a time, or as soon as the trial was cancelled or taken over."""

    deadline: float = float("inf")
    stopped: bool = field(default=False)

    @property
    def over(self) -> bool:
        """Whether nothing new may be begun."""
        return self.stopped or time.monotonic() >= self.deadline


def ask_all(trial: Trial, model: RecordedModel, questions: Iterable[Question], *, until: Until, keep: Keep) -> bool:
    """Ask until the time is over; whether some were not asked.

    An answer the ledger holds already is kept without a call. Raises `OverBudget`, `Passing` or `Rejected` once the
    answers in flight are kept.
    """
    asked = answers_there(trial, questions, keep)
    first = next(asked, None)
    if first is None:
        return False
    in_flight: set[Future[Answered]] = set()
    about: dict[Future[Answered], Question] = {}
    at_once = min(MOST_AT_ONCE, max(1, int(trial.parameters.get("at_once", AT_ONCE))))
    news = News(trial)
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="trial") as calls:
        waiting: Question | None = first
        while waiting is not None or in_flight:
            while waiting is not None and len(in_flight) < at_once and not until.over:
                future = calls.submit(answer_on_thread, model, waiting)
                in_flight.add(future)
                about[future] = waiting
                waiting = next(asked, None)
            if not in_flight:
                return True
            done, in_flight = wait(in_flight, return_when=FIRST_COMPLETED)
            if trouble := kept(done, about, keep):
                kept(wait(in_flight).done, about, keep)
                raise trouble
            news.tell()
    return False


def answers_there(trial: Trial, questions: Iterable[Question], keep: Keep) -> Iterator[Question]:
    """The questions the ledger has no answer to yet; those it has are kept on the way. One query a hundred."""
    waiting = iter(questions)
    while some := list(islice(waiting, 100)):
        calls = ModelCall.objects.filter(trial=trial, state=ModelCall.State.SETTLED, slot__in=[q.slot for q in some])
        there = {call.slot: call for call in calls}
        for question in some:
            if question.slot not in there:
                yield question
                continue
            try:
                keep(question, replayed(there[question.slot], question.prompt))
            except Malformed as trouble:
                keep(question, Trouble(str(trouble)))


def kept(done: Iterable[Future[Answered]], about: dict[Future[Answered], Question], keep: Keep) -> Exception | None:
    """Keep what came; the first exception among it, if there was one."""
    trouble: Exception | None = None
    for future in done:
        question = about.pop(future)
        if (raised := future.exception()) is None:
            keep(question, future.result())
        elif isinstance(raised, Exception):
            trouble = trouble or raised
        else:
            raise raised
    return trouble


def answer_on_thread(model: RecordedModel, question: Question) -> Answered:
    """One answer; one that does not fit its form is asked for once more. Gives the thread's connection back."""
    why = ""
    try:
        for _ in range(FORM_TRIES):
            try:
                return model.complete(question.prompt, role=question.role, slot=question.slot)
            except Malformed as trouble:
                why = str(trouble)
            except Declined as trouble:
                return Trouble(str(trouble))
        return Trouble(why)
    finally:
        release_connection()


class News:
    """Tells the trial's page how far it is, at most once a second."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.last = time.monotonic()

    def tell(self) -> None:
        """Say that the trial has gone on, if it is time."""
        if time.monotonic() - self.last >= SECONDS_BETWEEN_NEWS:
            announce(self.trial.project_id, f"trial-{self.trial.number}")
            self.last = time.monotonic()
