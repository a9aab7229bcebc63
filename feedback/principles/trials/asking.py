"""A trial's questions to the model: several at once on threads, each answer kept as it comes, none asked twice.

    more = ask_all(trial, model, questions, until=until, keep=keep)

`keep(question, answer)` runs in the calling thread, one after the other, as answers arrive; the next call is on its way
meanwhile. The threads know no database: one connection a trial does, however many calls it has in flight. It does not
know what the questions are for.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any

from feedback.errors import Declined, Malformed, OverBudget, Passing
from feedback.live import announce
from feedback.llm.model import Completion, Prompt
from feedback.llm.retrying import Tries
from feedback.models import ModelCall, Trial
from feedback.projects.budget import Ask, RecordedModel, replayed
from feedback.projects.ledger import taken_over

AT_ONCE = 8
MOST_AT_ONCE = 32
FORM_TRIES = 2
SECONDS_BETWEEN_NEWS = 1.0
SECONDS_TO_GATHER = 0.02
TOGETHER = 16


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
    asked = answers_there(model, questions, keep)
    first = next(asked, None)
    if first is None:
        return False
    at_once = min(MOST_AT_ONCE, max(1, int(trial.parameters.get("at_once", AT_ONCE))))
    news = News(trial)
    with ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="trial") as threads:
        stretch = Stretch(model, threads, at_once + at_once // 2, keep)
        more = stretch.go_through(chain([first], asked), until, news.tell)
    news.tell(now=True)
    return more


def answers_there(model: RecordedModel, questions: Iterable[Question], keep: Keep) -> Iterator[Question]:
    """The questions the ledger has no answer to yet; those it has are kept on the way. One query a hundred."""
    waiting = iter(questions)
    while some := list(islice(waiting, 100)):
        there = taken_over(model.payer, [question.slot for question in some])
        for question in some:
            if question.slot not in there:
                yield question
                continue
            try:
                keep(question, replayed(there[question.slot], question.prompt))
            except Malformed as trouble:
                keep(question, Trouble(str(trouble)))


@dataclass(eq=False)
class Attempt:
    """A question on its way to an answer: how often it was tried, and the call in flight for it."""

    question: Question
    tries: Tries
    forms: int = 0
    call: ModelCall | None = None

    @property
    def ask(self) -> Ask:
        """What the ledger is to hold."""
        return Ask(self.question.prompt, self.question.role, self.question.slot)


@dataclass
class Stretch:
    """The calls of one stretch of work. The calling thread holds and books them; the others only wait for the model.

    More calls are held than there are threads, so a thread that is done finds the next one waiting while those that
    end at about the same time are booked together.
    """

    model: RecordedModel
    threads: ThreadPoolExecutor
    at_most: int
    keep: Keep
    waiting: deque[Attempt] = field(default_factory=deque)
    in_flight: dict[Future[Any], Attempt] = field(default_factory=dict)
    trouble: Exception | None = None

    def go_through(self, asked: Iterator[Question], until: Until, tell: Callable[[], None]) -> bool:
        """Ask, book and keep; whether some were not asked when the time was over. Raises as `ask_all`."""
        while True:
            self.fill_up(asked)
            if not until.over and not self.trouble:
                self.send()
            if not self.in_flight:
                break
            wait(self.in_flight, return_when=FIRST_COMPLETED)
            self.take(wait(self.in_flight, timeout=SECONDS_TO_GATHER).done)
            tell()
        if self.trouble:
            raise self.trouble
        return bool(self.waiting)

    def fill_up(self, asked: Iterator[Question]) -> None:
        """Have as many waiting as there is room for, and one at least."""
        wanted = max(1, self.at_most - len(self.in_flight)) - len(self.waiting)
        new = islice(asked, wanted) if wanted > 0 and not self.trouble else ()
        self.waiting.extend(Attempt(question, Tries(self.model.patience)) for question in new)

    def send(self) -> None:
        """Hold and submit what there is room for. No room in a budget is trouble only when nothing is in flight."""
        room = min(len(self.waiting), self.at_most - len(self.in_flight))
        some = [self.waiting.popleft() for _ in range(room)]
        while some:
            try:
                self.submit(some)
                return
            except (OverBudget, Passing) as trouble:
                self.waiting.extendleft(reversed(some[len(some) // 2 :]))
                some, last = some[: len(some) // 2], trouble
        if room and not self.in_flight:
            self.wait_for_room(last)

    def submit(self, some: Sequence[Attempt]) -> None:
        """Hold these, all or none, and set the threads on them."""
        calls = self.model.hold([attempt.ask for attempt in some])
        for attempt, call in zip(some, calls, strict=True):
            attempt.call = call
            self.in_flight[self.threads.submit(answer, self.model, attempt.question.prompt)] = attempt

    def wait_for_room(self, trouble: OverBudget | Passing) -> None:
        """Nobody's call can be held: wait for those of others, if that is all there is to it."""
        self.rest(self.waiting.popleft(), trouble)

    def take(self, done: Iterable[Future[Any]]) -> None:
        """Book what came, together, then keep it one by one."""
        came = [(self.in_flight.pop(future), future.result()) for future in done]
        answered = [(attempt, said) for attempt, said in came if isinstance(said, Completion) and attempt.call]
        booked = self.model.keep([(one.call, one.question.prompt, said) for one, said in answered], tell=False)
        for (attempt, _), said in zip(answered, booked, strict=True):
            self.keep(attempt.question, said)
        for attempt, trouble in came:
            if isinstance(trouble, Exception):
                self.lose(attempt, trouble)
            elif trouble is None:
                self.waiting.appendleft(attempt)

    def lose(self, attempt: Attempt, trouble: Exception) -> None:
        """What failed is tried again where that makes sense, else it is kept as trouble or ends the stretch."""
        assert attempt.call is not None
        self.model.lose(attempt.call, trouble)
        attempt.call = None
        attempt.forms += isinstance(trouble, Malformed)
        if isinstance(trouble, Malformed) and attempt.forms < FORM_TRIES:
            self.waiting.appendleft(attempt)
        elif isinstance(trouble, (Malformed, Declined)):
            self.keep(attempt.question, Trouble(str(trouble)))
        elif isinstance(trouble, Passing):
            self.rest(attempt, trouble)
        else:
            self.trouble = self.trouble or trouble

    def rest(self, attempt: Attempt, trouble: Exception) -> None:
        """Leave a question alone for a while on one of the threads, or give up."""
        if not isinstance(trouble, Passing):
            self.trouble = self.trouble or trouble
            return
        try:
            pause = attempt.tries.wait_after(trouble, self.model.draw())
        except Passing as last:
            self.trouble = self.trouble or last
            return
        self.in_flight[self.threads.submit(self.model.sleep, pause)] = attempt


def answer(model: RecordedModel, prompt: Prompt) -> Completion | Exception:
    """What the model says, or the trouble it made. On a thread; knows no database."""
    try:
        return model.model.complete(prompt)
    except Exception as trouble:
        return trouble


@contextmanager
def together(save: Callable[[Sequence[tuple[Question, Answered]]], None], *, most: int = TOGETHER) -> Iterator[Keep]:
    """A `keep` that saves answers several at once, and the last ones at the end, whatever ends it.

    A worker that is lost meanwhile costs nothing: whoever goes on finds these answers in the ledger.
    """
    some: list[tuple[Question, Answered]] = []

    def flush() -> None:
        if some:
            save(some)
            some.clear()

    def keep(question: Question, answer: Answered) -> None:
        some.append((question, answer))
        if len(some) >= most:
            flush()

    try:
        yield keep
    finally:
        flush()


class News:
    """Tells the trial's page how far it is, at most once a second."""

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.last = time.monotonic()

    def tell(self, *, now: bool = False) -> None:
        """Say that the trial has gone on, and what it costs, if it is time."""
        if now or time.monotonic() - self.last >= SECONDS_BETWEEN_NEWS:
            announce(self.trial.project_id, f"trial-{self.trial.number}", "ledger")
            self.last = time.monotonic()
