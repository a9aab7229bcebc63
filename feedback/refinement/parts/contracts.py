"""The contract of every kind of part: one method each, plain dataclasses in and out.

A part that works (runner, critic, reviser, judge) asks a model through `Ask` and never raises for a bad answer: what it
returns says `failed` and `why`. A part that decides (scheduler, acceptor, selector, stopper) is arithmetic over the
archive.
What may raise, and passes through a part untouched, is what no part can judge: `OverBudget`, `Passing`, `Rejected`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from feedback.llm.model import Completion, Prompt
from feedback.refinement.state import Archive, Case, Draft, Drafts, Given, Pick, Turn, Verdict, Version


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question to a model. `slot` names it within its step, so that a resumed step does not pay for it twice."""

    slot: str
    prompt: Prompt
    role: str


@dataclass(frozen=True)
class Trouble:
    """A model's answer that cannot be used, and why: it refused, or kept answering in a form that does not fit."""

    why: str


class Ask(Protocol):
    """Puts questions to a model, all at once where there are several, and returns the answers in their order."""

    def __call__(self, questions: Sequence[Question], /) -> list[Completion | Trouble]: ...


class Work(Protocol):
    """What all parts that work declare: who they are, the prompts they use, and every question they may put.

    The questions are the declared worst case: no part asks more than these, each with its prompt's `max_tokens`.
    """

    kind: ClassVar[str]
    role: ClassVar[str]
    name: str
    version: int
    prompts: tuple[str, ...]

    def questions(self, case: Case, given: Given) -> list[Question]: ...


class Runner(Work, Protocol):
    """Writes answers afresh. Given: {"count": how many}."""

    def run(self, case: Case, given: Given, ask: Ask) -> Drafts: ...


class Critic(Work, Protocol):
    """Says what is wrong with a text. Given: {"text", "rule", "history"}."""

    def critique(self, case: Case, given: Given, ask: Ask) -> Verdict: ...


class Reviser(Work, Protocol):
    """Makes a better text. Given: {"text", "critique", "rule", "history"}."""

    def revise(self, case: Case, given: Given, ask: Ask) -> Draft: ...


class Judge(Work, Protocol):
    """Says which text is best. Given: {"candidates": texts as shown, "order": their places among the versions}."""

    def judge(self, case: Case, given: Given, ask: Ask) -> Pick: ...


class Scheduler(Protocol):
    """Which turns there are, at most, in which order."""

    def turns(self, case: Case, seed: int) -> tuple[Turn, ...]: ...


class Sampler(Protocol):
    """How many answers to write afresh."""

    def count(self, case: Case) -> int: ...


class Acceptor(Protocol):
    """Whether a draft enters: the reason why not, or nothing."""

    def refuse(self, archive: Archive, draft: Draft) -> str: ...


class Selector(Protocol):
    """Which version a case ends with."""

    def select(self, archive: Archive) -> Version: ...


class Stopper(Protocol):
    """Whether it is enough: the reason as a sentence, or nothing. Asked before every step."""

    def enough(self, archive: Archive, case: Case) -> str: ...


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """A number or a choice a person sets when they start a run."""

    name: str
    label: str
    default: int | str
    lowest: int = 1
    highest: int = 1
    choices: tuple[tuple[str, str], ...] = ()
    hint: str = ""


def answer_of(completion: Completion | Trouble, kind: type[Any]) -> Any:
    """The typed answer, or a `Trouble` that says why there is none."""
    if isinstance(completion, Trouble):
        return completion
    if not isinstance(completion.data, kind):
        return Trouble("The model's answer does not have the form that was asked for.")
    return completion.data


PEOPLE_SAID = "People said of it:"


def with_people(case: Case, history: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The attempts so far; where a case comes with what people said of its response, that is the first critique."""
    return [*([(case.response, f"{PEOPLE_SAID}\n{case.said}")] if case.said else []), *history]
